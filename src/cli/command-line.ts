import { Command, CommanderError } from 'commander';

import { FLAGS, type CommandName, type FlagValues } from '../config/flags.ts';
import { EXIT, EXIT_CODE_MEANINGS } from './exit-codes.ts';
import { explainUsage, NO_COMMAND, withoutValue } from './usage-problem.ts';
import { VERSION } from './version.ts';

/** In the repository. */
const CONFIGURATION_PAGE = 'docs/configuration.md';

/** What was typed. */
export interface Typed {
  readonly command: CommandName;
  readonly operands: readonly string[];
  readonly configPath: string | null;
  readonly flags: FlagValues;
  /** `demo` only: the registry stays up. */
  readonly keep: boolean;
}

/** The command line, read; or a text to print (help, version); or what is wrong with it, in one line. */
export type ParsedCommandLine =
  | { readonly kind: 'typed'; readonly typed: Typed }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wrong'; readonly problem: string };

const DESCRIPTIONS: Readonly<Record<CommandName, string>> = {
  run: 'Walk every configured registry once, and push the numbers to a Pushgateway.',
  verify: 'Check given images: a gate after a push.',
  scan: "Ask a registry's storage on disk, of registry:2 or 3, the same questions. It only reads.",
  forget: 'Take the metrics of all registries off the Pushgateway, once nothing is walked any more.',
  demo: 'Walk an embedded registry with sound and damaged images. Needs nothing else.',
};

/** Reads a command line, given without the interpreter and the script. */
export function parseCommandLine(argv: readonly string[]): ParsedCommandLine {
  let typed: Typed | undefined;
  let text = '';
  const program = createProgram((one) => void (typed = one));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: (out) => void (text += out), writeErr: () => {} });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    return { kind: 'wrong', problem: explainUsage(error, argv) };
  }
  return typed === undefined ? { kind: 'wrong', problem: NO_COMMAND } : { kind: 'typed', typed };
}

function createProgram(onTyped: (typed: Typed) => void): Command {
  const program = new Command('registry-integrity-probe')
    .description('Tells whether every image that a registry offers would still pull.')
    .version(VERSION)
    .addHelpText('after', afterHelp());
  for (const name of ['run', 'verify', 'scan', 'forget', 'demo'] as const) {
    const command = program.command(name).description(DESCRIPTIONS[name]).addHelpText('after', afterHelp());
    if (name === 'verify') command.argument('<reference...>', 'image references, HOST/REPOSITORY[:TAG][@DIGEST]');
    if (name === 'scan')
      command.argument('<directory>', "the directory of a registry's storage, or one that holds several");
    if (name === 'demo') command.option('--keep', 'keep the registry up until Ctrl-C');
    else command.option('--config <FILE>', 'the config file (YAML)', once('--config'));
    addFlags(command, name);
    command.action(() => onTyped(collect(command, name)));
  }
  return program;
}

function addFlags(command: Command, name: CommandName): void {
  for (const { flag, value, repeatable, commands, description, default: written } of FLAGS) {
    if (!commands.includes(name)) continue;
    const text = `${description} (${repeatable ? 'repeatable; ' : ''}default: ${written === '' ? 'none' : written})`;
    if (value === null) command.option(flag, text);
    else if (repeatable) command.option(`${flag} <${value}>`, text, append(flag));
    else command.option(`${flag} <${value}>`, text, once(flag));
  }
}

function append(flag: string): (value: string, previous: readonly string[] | undefined) => readonly string[] {
  return (value, previous) => [...(previous ?? []), checkValue(flag, value)];
}

function once(flag: string): (value: string, previous: unknown) => string {
  return (value, previous) => {
    if (previous !== undefined) throw wrong(`'${flag}' is given twice`);
    return checkValue(flag, value);
  };
}

/** A forgotten value must not swallow the next option: it might be `--dry-run`. */
function checkValue(flag: string, value: string): string {
  if (value.startsWith('--')) throw wrong(`'${flag}' needs a value, and '${withoutValue(value)}' is an option`);
  return value;
}

function wrong(problem: string): CommanderError {
  return new CommanderError(EXIT.usage, 'probe.usage', problem);
}

function collect(command: Command, name: CommandName): Typed {
  const values: Readonly<Record<string, unknown>> = command.opts();
  const flags: Record<string, string | boolean | readonly string[]> = {};
  for (const { flag, setting, commands } of FLAGS) {
    if (!commands.includes(name)) continue;
    const value = values[attributeName(flag)];
    if (typeof value === 'string' || typeof value === 'boolean' || Array.isArray(value)) flags[setting] = value;
  }
  const config = values['config'];
  return {
    command: name,
    operands: command.args,
    configPath: typeof config === 'string' ? config : null,
    flags,
    keep: values['keep'] === true,
  };
}

/** How commander names the value of `--registry-url`: `registryUrl`. */
function attributeName(flag: string): string {
  return flag.replace(/^--/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** What the help of every command ends with. */
function afterHelp(): string {
  const lines = EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}`);
  return `
Exit codes; when several apply, the first of 2, 4, 1, 3, 0:
${lines.join('\n')}

All settings, those without a flag too, and their variables: ${CONFIGURATION_PAGE}
`;
}
