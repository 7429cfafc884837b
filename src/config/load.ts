import { checkFile } from './check-file.ts';
import { checkPushgateway, checkRegistry } from './check-together.ts';
import { createContentReader, type ReadFile } from './content.ts';
import { renameDeprecatedKeys } from './deprecated.ts';
import { CONFIG_VARIABLE, readEnvironment, readStandardProxies, type Environment } from './environment.ts';
import { readConfigurationFile } from './file.ts';
import { readFlags, type Command, type FlagValues } from './flags.ts';
import { layerOf, mergeLayers } from './given.ts';
import { ConfigurationError, createProblems, type Problems } from './problem.ts';
import { collectRegistries, registryNames } from './registries.ts';
import { resolveRegistry, resolveTopLevel } from './resolve.ts';
import { FILE_SETTINGS } from './setting.ts';
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
  readonly command: Command;
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
  const topLevel = mergeLayers(readStandardProxies(env, given, problems), given);
  const sources = { file: file ?? {}, fileOrigin, fileTopLevel, environment, flags };
  const registries = collectRegistries(sources, problems);

  checkPushgateway(topLevel, problems);
  for (const registry of registries) checkRegistry(registry, problems);
  if (command === 'run' && file !== null && registries.length === 0) {
    problems.add('', '', 'no registry: give --registry-url or a config file with registries');
  }

  const content = createContentReader(readFile, problems);
  const resolved = await resolveTopLevel(topLevel, content);
  const resolvedRegistries = await Promise.all(registries.map((registry) => resolveRegistry(registry, content)));

  if (problems.lines.length > 0) throw new ConfigurationError(problems.lines);
  return { settings: { ...resolved(), registries: resolvedRegistries.map((resolve) => resolve()) }, warnings };
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
