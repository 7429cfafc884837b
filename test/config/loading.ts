import { ConfigurationError } from '../../src/config/problem.ts';
import { loadSettings, type LoadedSettings } from '../../src/config/load.ts';
import type { CommandName, FlagValues } from '../../src/config/flags.ts';
import type { Environment } from '../../src/config/environment.ts';
import type { RegistrySettings } from '../../src/config/settings.ts';

/** Where the settings of a test come from. */
export interface Given {
  /** The text of `probe.yaml`. */
  readonly file?: string;
  readonly env?: Environment;
  readonly flags?: FlagValues;
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly command?: CommandName;
}

/** Loads settings from plain objects. */
export function load({ file, env = {}, flags = {}, files = {}, command = 'verify' }: Given): Promise<LoadedSettings> {
  const contents: Readonly<Record<string, string>> = file === undefined ? files : { ...files, 'probe.yaml': file };
  return loadSettings({
    flags,
    env,
    configPath: file === undefined ? null : 'probe.yaml',
    readFile: async (path) => {
      const content = contents[path];
      if (content === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return content;
    },
    command,
  });
}

/** The problems that loading tells. */
export async function problemsOf(given: Given): Promise<readonly string[]> {
  try {
    await load(given);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.problems;
    throw thrown;
  }
}

/** The registry called `prod`. */
export function prod({ settings }: LoadedSettings): RegistrySettings {
  const registry = settings.registries.find(({ name }) => name === 'prod');
  if (registry === undefined) throw new Error('there is no registry called prod');
  return registry;
}

/** A config file with one registry, called `prod`; `lines` are settings inside it. */
export function withProd(...lines: readonly string[]): string {
  return [
    'registries:',
    '  prod:',
    '    url: https://registry.example.com',
    ...lines.map((line) => `    ${line}`),
    '',
  ].join('\n');
}
