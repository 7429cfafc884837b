import { checkCopies } from './check-copies.ts';
import { checkFile } from './check-file.ts';
import { checkKubernetes, checkPlatforms, checkState } from './check-kubernetes.ts';
import { checkShards } from './check-shards.ts';
import { checkClientCertificate, checkPushgateway, checkRegistry, checkScan } from './check-together.ts';
import { createContentReader, type ReadFile } from './content.ts';
import { renameDeprecatedKeys } from './deprecated.ts';
import { CONFIG_VARIABLE, readEnvironment, readStandardProxies, type Environment } from './environment.ts';
import { readConfigurationFile } from './file.ts';
import { readFlags, type CommandName, type FlagValues } from './flags.ts';
import { isGiven, layerOf, mergeLayers, pickPaths, type Layer } from './given.ts';
import { ConfigurationError, createProblems, type Problems } from './problem.ts';
import { collectRegistries, registryNames, type RegistrySources } from './registries.ts';
import { resolveRegistry, resolveTopLevel } from './resolve.ts';
import { FILE_SETTINGS, RUN_PATHS } from './setting.ts';
import type { Settings } from './settings.ts';
import type { Tree } from './tree.ts';

/** Where settings come from. */
export interface SettingsRequest {
  /** By the path of the setting; only what was given. */
  readonly flags: FlagValues;
  readonly env: Environment;
  /** What `--config` says; null without it, and then the environment may name a file. */
  readonly configPath: string | null;
  readonly readFile: ReadFile;
  readonly command: CommandName;
}

/** The settings, and what to tell people about how they gave them. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly warnings: readonly string[];
}

/** Loads, checks and resolves all settings; throws a `ConfigurationError` that tells every problem at once. */
export async function loadSettings(request: SettingsRequest): Promise<LoadedSettings> {
  const { env, command, readFile } = request;
  const problems = createProblems();

  const { file, path: fileOrigin, warnings } = await loadFile(request, problems);
  const environment = readEnvironment(env, file === null ? null : registryNames(file), problems);
  const flags = readFlags(request.flags, problems);

  const fileTopLevel = layerOf(file ?? {}, FILE_SETTINGS, fileOrigin, []);
  const given = mergeLayers(fileTopLevel, environment.topLevel, flags);
  const everything = mergeLayers(readStandardProxies(env, given, problems), given);
  // What is needed to ask a registry may be gone when a group is to be forgotten, certificates and passwords included.
  const topLevel = command === 'forget' ? pickPaths(everything, RUN_PATHS) : everything;
  const sources = { file: file ?? {}, fileOrigin, fileTopLevel, environment, flags };
  const registries = command === 'forget' ? [] : collectRegistries(sourcesFor(command, sources), problems);

  checkPushgateway(topLevel, problems);
  checkKubernetes(topLevel, problems);
  checkState(topLevel, problems);
  checkClientCertificate(topLevel, '', problems);
  for (const registry of registries) checkRegistry(registry, problems);
  checkCopies(registries, problems);
  const walked = registries.filter(({ layer }) => layer.get('onlyForCopies')?.value !== true);
  if (command === 'run') for (const registry of walked) checkShards(registry, topLevel, problems);
  if (command === 'run') for (const { layer } of walked) checkPlatforms(layer, topLevel, problems);
  if (command === 'scan') checkScan(topLevel, problems);
  if (file !== null) checkNeeds(command, walked.length, topLevel, problems);

  const content = createContentReader(readFile, problems);
  const resolved = await resolveTopLevel(topLevel, content);
  const resolvedRegistries = await Promise.all(registries.map((registry) => resolveRegistry(registry, content)));

  if (problems.lines.length > 0) throw new ConfigurationError(problems.lines);
  const settings = { ...resolved(), registries: resolvedRegistries.map((resolve) => resolve()) };
  return { settings: { ...settings, registryName: nameIn(topLevel) }, warnings };
}

/** A scan is of a directory, whatever registries the file has; the one of the flags is what it may be compared with. */
function sourcesFor(command: CommandName, sources: RegistrySources): RegistrySources {
  if (command !== 'scan') return sources;
  const { flags, environment } = sources;
  const isNamedAlone = !isGiven(mergeLayers(environment.topLevel, flags).get('registry.url'));
  const without = (layer: Layer): Layer => new Map([...layer].filter(([path]) => path !== 'registry.name'));
  const named = { ...sources, file: {} };
  if (!isNamedAlone) return named;
  return { ...named, flags: without(flags), environment: { ...environment, topLevel: without(environment.topLevel) } };
}

function nameIn(topLevel: Layer): string | null {
  const name = topLevel.get('registry.name')?.value;
  return typeof name === 'string' ? name : null;
}

/** Tells where a command has nothing to work on. */
function checkNeeds(command: CommandName, registries: number, topLevel: Layer, problems: Problems): void {
  if (command === 'run' && registries === 0) {
    problems.add('', '', 'no registry: give --registry-url or a config file with registries');
  }
  if (command === 'forget' && !isGiven(topLevel.get('pushgateway.url'))) {
    problems.add('', '', 'no Pushgateway: give --pushgateway or a config file with pushgateway.url');
  }
}

/** The config file, checked by itself; an empty mapping when none is named, null when it could not be read. */
async function loadFile(
  { configPath, env, readFile }: SettingsRequest,
  problems: Problems,
): Promise<{ readonly file: Tree | null; readonly path: string; readonly warnings: readonly string[] }> {
  const path = configPath ?? env[CONFIG_VARIABLE] ?? '';
  if (configPath === null && path === '') return { file: {}, path, warnings: [] };

  const origin = configPath === null ? CONFIG_VARIABLE : '--config';
  const read = await readConfigurationFile(path, origin, readFile, problems);
  if (read === null) return { file: null, path, warnings: [] };
  const { file, warnings } = renameDeprecatedKeys(read, path, problems);
  checkFile(file, path, problems);
  return { file, path, warnings };
}
