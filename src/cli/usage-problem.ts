import type { CommanderError } from 'commander';

import { FLAGS } from '../config/flags.ts';

/** What is typed without a command gets this. */
export const NO_COMMAND = 'no command: give run, verify, forget or demo';

const SWITCHES = ['--keep', ...FLAGS.filter(({ value }) => value === null).map(({ flag }) => flag)];
const KNOWN = ['--config', ...SWITCHES, ...FLAGS.map(({ flag }) => flag)];

/** A command line is shown by every process list, and logged. */
const SECRET = /user|pass|token|secret|credential/i;

/** What is wrong with a command line, in one line, without what may be a secret. */
export function explainUsage({ code, message }: CommanderError, argv: readonly string[]): string {
  if (code === 'commander.help') return NO_COMMAND;
  if (code === 'commander.missingArgument') return 'verify needs a reference: HOST/REPOSITORY[:TAG][@DIGEST]';
  const said = message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  return code === 'commander.unknownOption' ? explainOption(said, argv) : said;
}

/** An option without what is written behind `=`. */
export function withoutValue(option: string): string {
  return option.replace(/=.*$/s, '');
}

function explainOption(said: string, argv: readonly string[]): string {
  const typed = /'([^']*)'/.exec(said)?.[1] ?? '';
  const option = withoutValue(typed);
  if (SECRET.test(option)) {
    return `unknown option '${option}': credentials are never given by flag; set PROBE_REGISTRY_USERNAME and PROBE_REGISTRY_PASSWORD, or use the config file`;
  }
  if (KNOWN.includes(option) && argv[0]?.startsWith('-') === true) {
    return `'${option}' has to come after the command, such as: run ${option}`;
  }
  if (SWITCHES.includes(option) && option !== typed) return `'${option}' takes no value`;
  return said.replace(`'${typed}'`, `'${option}'`);
}
