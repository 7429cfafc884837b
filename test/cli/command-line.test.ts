import { existsSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { parseCommandLine, type Typed } from '../../src/cli/command-line.ts';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { VERSION } from '../../src/cli/version.ts';
import { FLAGS } from '../../src/config/flags.ts';

function typed(...argv: readonly string[]): Typed {
  const parsed = parseCommandLine(argv);
  if (parsed.kind !== 'typed') throw new Error(JSON.stringify(parsed));
  return parsed.typed;
}

function help(...argv: readonly string[]): string {
  const parsed = parseCommandLine(argv);
  if (parsed.kind !== 'text') throw new Error(JSON.stringify(parsed));
  // Long descriptions are wrapped.
  return parsed.text.replace(/\s+/g, ' ');
}

const COMMANDS = ['run', 'verify', 'forget', 'demo'] as const;

describe('the help', () => {
  test.each(COMMANDS)('of %s has every flag with what its setting says', (command) => {
    const text = help(command, '--help');

    const own = FLAGS.filter(({ commands }) => commands.includes(command));
    expect(own.length).toBeGreaterThan(0);
    for (const { flag, value, description } of own) {
      expect(text).toContain(value === null ? flag : `${flag} <${value}>`);
      expect(text).toContain(description);
    }
  });

  test.each(COMMANDS)('of %s has no flag that it does not take', (command) => {
    const text = help(command, '--help');

    const own = FLAGS.filter(({ commands }) => commands.includes(command)).map(({ flag }) => flag);
    const others = FLAGS.filter(({ flag, commands }) => !own.includes(flag) && !commands.includes(command));
    for (const { flag } of others) expect(text.split(/[ ,]/)).not.toContain(flag);
  });

  test.each([[], ...COMMANDS.map((command) => [command])])('has the exit codes and their order: %s', (...argv) => {
    const text = help(...argv, '--help');

    expect(text).toContain('Exit codes; when several apply, the first of 2, 4, 1, 3, 0:');
    for (const [code, meaning] of EXIT_CODE_MEANINGS) expect(text).toContain(` ${code} ${meaning}`);
  });

  test.each([
    [
      'run',
      '--concurrency <N|auto> How many requests to a host are under way at once; `auto` finds out how many it answers without getting slower. (default: auto)',
    ],
    [
      'run',
      '--deadline <DURATION> When a run stops asking, confirms what it has, and delivers an incomplete result. (default: 13m)',
    ],
    [
      'run',
      '--dry-run Do everything but push, write or delete metrics, and keep nothing for the next run. (default: false)',
    ],
    [
      'run',
      '--tag <GLOB> Walk only tags that match one of these globs; `!` before a glob excludes. (repeatable; default: none)',
    ],
    [
      'run',
      "--metrics-file <FILE> A file to write the metrics to, for the node exporter's textfile collector. (default: none)",
    ],
    ['verify', '--output <text|json> How the report is written. (default: text)'],
  ])('of %s says what counts without a flag', (command, text) => {
    expect(help(command, '--help')).toContain(text);
  });

  test.each(COMMANDS)('of %s has a default for each flag that gives a setting', (command) => {
    const own = FLAGS.filter(({ commands }) => commands.includes(command));

    expect(help(command, '--help').match(/default: [^)]+\)/g)).toHaveLength(own.length);
  });

  test.each([[], ...COMMANDS.map((command) => [command])])(
    'names the page of all settings, which is there: %s',
    (...argv) => {
      const page = /variables: (\S+)/.exec(help(...argv, '--help'))?.[1] ?? '';

      expect(existsSync(new URL(`../../${page}`, import.meta.url))).toBe(true);
    },
  );

  test('of the program names the commands', () => {
    const text = help('--help');

    for (const command of COMMANDS) expect(text).toMatch(new RegExp(`Commands:.* ${command} `));
  });

  test('tells where the config file and the registry of the demo come in', () => {
    expect(help('run', '--help')).toContain('--config <FILE>');
    expect(help('verify', '--help')).toContain('--config <FILE>');
    expect(help('forget', '--help')).toContain('--config <FILE>');
    expect(help('demo', '--help')).toContain('--keep');
    expect(help('verify', '--help')).toContain('HOST/REPOSITORY[:TAG][@DIGEST]');
  });

  test.each([['-h'], ['help'], ['run', '-h'], ['help', 'run']])('is there for whoever asks: %s', (...argv) => {
    expect(help(...argv)).toContain('Usage: registry-integrity-probe');
  });
});

test.each([['--version'], ['-V']])('%s is the version alone', (...argv) => {
  expect(parseCommandLine(argv)).toEqual({ kind: 'text', text: `${VERSION}\n` });
});

describe('parseCommandLine', () => {
  test.each([
    ['run --dry-run --registry-url x --tag v1', 'run'],
    ['run --registry-url x --dry-run --tag v1', 'run'],
    ['run --registry-url x --tag v1 --dry-run', 'run'],
    ['verify --dry-run a/b', 'verify'],
    ['verify a/b --dry-run', 'verify'],
    ['verify a/b --dry-run c/d', 'verify'],
    ['forget --pushgateway x --dry-run', 'forget'],
  ])('takes --dry-run in any position: %s', (line, command) => {
    const { command: called, flags } = typed(...line.split(' '));

    expect(called).toBe(command);
    expect(flags['dryRun']).toBe(true);
  });

  test('keeps operands apart from flags, wherever they stand', () => {
    expect(typed('verify', 'a/b', '--output', 'json', 'c/d', '--insecure')).toEqual({
      command: 'verify',
      operands: ['a/b', 'c/d'],
      configPath: null,
      flags: { output: 'json', insecure: true },
      keep: false,
    });
  });

  test('gives every flag by the setting that it sets', () => {
    const own = FLAGS.filter(({ commands }) => commands.includes('run'));
    const argv = own.flatMap(({ flag, value }) => (value === null ? [flag] : [flag, `a ${value}`]));

    const { flags } = typed('run', ...argv);

    const wanted = own.map(({ setting, value, repeatable }) => {
      const one = value === null ? true : `a ${value}`;
      return [setting, repeatable ? [one] : one];
    });
    expect(flags).toEqual(Object.fromEntries(wanted));
  });

  test('collects what may be given several times, in order', () => {
    const { flags } = typed('run', '--tag', 'v*', '--tag=!*-rc', '--repository', 'team/**');

    expect(flags).toEqual({ 'tags.match': ['v*', '!*-rc'], 'repositories.match': ['team/**'] });
  });

  test('takes the config file and whether the demo stays', () => {
    expect(typed('run', '--config', 'probe.yaml').configPath).toBe('probe.yaml');
    expect(typed('demo', '--keep').keep).toBe(true);
    expect(typed('demo').keep).toBe(false);
  });

  test('takes a value that begins with one dash', () => {
    expect(typed('run', '--config', '-').configPath).toBe('-');
  });
});
