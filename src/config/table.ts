import { CONFIG_VARIABLE, environmentName } from './environment.ts';
import { FLAGS } from './flags.ts';
import {
  REGISTRY_SETTINGS,
  RUN_PATHS,
  TOP_LEVEL_SETTINGS,
  WALK_PATHS,
  writtenDefault,
  type Setting,
} from './setting.ts';

const HEAD = ['Setting', 'Environment', 'Flag', 'Default', 'Meaning'];

/** Stands for the name of a registry. */
const NAME = '<name>';

const NOTES = `\\* Also inside a registry, as \`registries.<name>.…\` and \`PROBE_REGISTRIES_<NAME>_…\`.
A flag or a variable for all registries wins over what the file says about one.

\\*\\* By flag and environment only, not in the config file.

\`<NAME>\` is the registry's name in upper case, with \`_\` for \`-\`.
In a variable, the items of a list are separated by commas, a mapping is written \`name=value,…\`, a list of mappings as JSON, a switch is \`true\` or \`false\`, and an empty variable counts as not set.`;

/** All settings as a Markdown table (setting, environment variable, flag, default, meaning), with notes below it. */
export function configurationTable(): string {
  const own = REGISTRY_SETTINGS.filter(({ path }) => !WALK_PATHS.has(path)).map((setting) => ({
    ...setting,
    path: `registries.${NAME}.${setting.path}`,
  }));
  const rows = [
    HEAD,
    HEAD.map(() => '---'),
    ['', code(CONFIG_VARIABLE), code('--config FILE'), '', 'The config file.'],
    ...TOP_LEVEL_SETTINGS.filter(({ path }) => RUN_PATHS.has(path)).map((setting) => rowOf(setting, '')),
    ...TOP_LEVEL_SETTINGS.filter(({ path }) => WALK_PATHS.has(path)).map((setting) => rowOf(setting, ' \\*')),
    ...own.map((setting) => rowOf(setting, '')),
    ...TOP_LEVEL_SETTINGS.filter(isOfFlagRegistry).map((setting) => rowOf(setting, ' \\*\\*')),
  ];
  return `${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n${NOTES}\n`;
}

function isOfFlagRegistry({ path }: Setting): boolean {
  return !RUN_PATHS.has(path) && !WALK_PATHS.has(path);
}

function rowOf({ path, default: fallback, description }: Setting, mark: string): readonly string[] {
  const setting = `${code(path)}${mark}`;
  return [setting, code(variableOf(path)), flagOf(path), defaultOf(fallback), escapePipes(description)];
}

/** The name of a registry stays recognizable as something to fill in. */
function variableOf(path: string): string {
  const [before, after] = path.split(`.${NAME}.`);
  if (before === undefined || after === undefined) return environmentName(path);
  return `${environmentName(before)}_<NAME>_${environmentName(after).replace('PROBE_', '')}`;
}

function flagOf(path: string): string {
  const flag = FLAGS.find(({ setting }) => setting === path);
  if (flag === undefined) return '';
  return code(flag.value === null ? flag.flag : `${flag.flag} ${flag.value}`);
}

function defaultOf(fallback: unknown): string {
  if (fallback === undefined) return 'required';
  const written = writtenDefault(fallback);
  return written === '' ? '' : code(written);
}

function code(text: string): string {
  return `\`${escapePipes(text)}\``;
}

function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}
