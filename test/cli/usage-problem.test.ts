import { describe, expect, test } from 'vitest';

import { parseCommandLine } from '../../src/cli/command-line.ts';
import { FLAGS } from '../../src/config/flags.ts';

const CREDENTIALS =
  'credentials are never given by flag; set PROBE_REGISTRY_USERNAME and PROBE_REGISTRY_PASSWORD, or use the config file';

function problemOf(line: string): string {
  const parsed = parseCommandLine(line === '' ? [] : line.split(' '));
  if (parsed.kind !== 'wrong') throw new Error(JSON.stringify(parsed));
  return parsed.problem;
}

describe('a command line that cannot be used', () => {
  test.each([
    ['', 'no command: give run, verify, forget or demo'],
    ['frobnicate', "unknown command 'frobnicate'"],
    ['rnu', "unknown command 'rnu' (Did you mean run?)"],
    ['--dryrun', "unknown option '--dryrun'"],
    ['run --dryrun', "unknown option '--dryrun' (Did you mean --dry-run?)"],
    ['verify a/b --dryrun', "unknown option '--dryrun' (Did you mean --dry-run?)"],
    ['--dry-run run', "'--dry-run' has to come after the command, such as: run --dry-run"],
    ['--config probe.yaml run', "'--config' has to come after the command, such as: run --config"],
    ['run --dry-run=false', "'--dry-run' takes no value"],
    ['run --reg x', "unknown option '--reg'"],
    ['verify a/b --tag v1', "unknown option '--tag'"],
    ['demo --registry-url x', "unknown option '--registry-url'"],
    ['run extra', "too many arguments for 'run'. Expected 0 arguments but got 1: extra."],
    ['run -- --dry-run', "too many arguments for 'run'. Expected 0 arguments but got 1: --dry-run."],
    ['verify', 'verify needs a reference: HOST/REPOSITORY[:TAG][@DIGEST]'],
    ['run --timeout', "option '--timeout <DURATION>' argument missing"],
    ['run --output json --output text', "'--output' is given twice"],
    ['run --config a --config b', "'--config' is given twice"],
    ['run --registry-url --dry-run', "'--registry-url' needs a value, and '--dry-run' is an option"],
    ['run --repository --dry-run', "'--repository' needs a value, and '--dry-run' is an option"],
    ['run --config --dry-run', "'--config' needs a value, and '--dry-run' is an option"],
  ])('%j is refused in one line', (line, problem) => {
    expect(problemOf(line)).toBe(problem);
  });

  test.each([
    'run --password hunter2',
    'run --password=hunter2',
    'run --registry-password hunter2',
    'run --pushgateway-password=hunter2',
    'verify a/b --token=hunter2',
    'run --username hunter2',
    '--password=hunter2 run',
  ])('%j tells where credentials belong, and does not repeat them', (line) => {
    const problem = problemOf(line);

    expect(problem).toMatch(/^unknown option '--[a-z-]+': /);
    expect(problem.endsWith(CREDENTIALS)).toBe(true);
    expect(problem).not.toContain('hunter2');
  });

  test('what is written behind an unknown option is not repeated', () => {
    expect(problemOf('run --key=hunter2')).toBe("unknown option '--key'");
  });
});

test('no flag takes a secret', () => {
  expect(FLAGS.map(({ setting }) => setting).filter((path) => /password|token|username/i.test(path))).toEqual([]);
});
