import { describe, expect, test } from 'vitest';

import { FLAGS, readFlags } from '../../src/config/flags.ts';
import { createProblems } from '../../src/config/problem.ts';
import { TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';

describe('FLAGS', () => {
  test('gives each setting one flag at most, and no secret any', () => {
    const settings = FLAGS.map(({ setting }) => setting);
    const secrets = TOP_LEVEL_SETTINGS.filter(({ secret }) => secret).map(({ path }) => path);

    expect(new Set(settings).size).toBe(settings.length);
    expect(settings.filter((path) => secrets.includes(path))).toEqual([]);
  });

  test('repeats what is a list, and asks a value of everything but switches', () => {
    expect(FLAGS.filter(({ repeatable }) => repeatable).map(({ flag }) => flag)).toEqual([
      '--repository',
      '--tag',
      '--kind',
      '--platform',
    ]);
    expect(FLAGS.filter(({ value }) => value === null).map(({ flag }) => flag)).toEqual([
      '--dry-run',
      '--fail-on-findings',
      '--referrers',
      '--insecure',
      '--before-gc',
      '--delete-untagged',
    ]);
  });

  test('has a wait of its own for what waits', () => {
    const waits = FLAGS.filter(({ flag }) => flag === '--wait');

    expect(waits.map(({ setting, commands }) => [setting, commands])).toEqual([
      ['verify.wait', ['verify']],
      ['forget.wait', ['forget']],
    ]);
  });

  test.each([
    ['--platform', ['verify']],
    ['--registry-url', ['run', 'verify', 'scan']],
    ['--kind', ['scan']],
    ['--dry-run', ['run', 'verify', 'scan', 'forget']],
    ['--pushgateway', ['run', 'scan', 'forget']],
    ['--log-level', ['run', 'verify', 'scan', 'demo', 'forget']],
    ['--output', ['run', 'verify', 'scan', 'demo']],
  ])('%s belongs to %j', (flag, commands) => {
    expect(FLAGS.find((each) => each.flag === flag)?.commands).toEqual(commands);
  });
});

describe('readFlags', () => {
  test('reads texts as the settings want them', () => {
    const layer = readFlags({ concurrency: '8', dryRun: true, 'tags.match': ['a,b'] }, createProblems());

    expect([...layer.values()].map(({ value }) => value)).toEqual([8, true, ['a,b']]);
  });

  test.each([
    [{ concurrency: '0' }, '--concurrency: concurrency: expected auto, or a whole number from 1 to 64, got 0'],
    [
      { timeout: '30' },
      "--timeout: timeout: expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d (more than 0, 596h at most), got '30'",
    ],
    [
      { 'repositories.match': ['team/*', ''] },
      "--repository: repositories.match[1]: expected a glob, such as team/** or !team/scratch-*, got ''",
    ],
    [{ output: 'xml' }, "--output: output: expected text or json, got 'xml'"],
  ])('tells what is wrong with %j', (values, problem) => {
    const problems = createProblems();

    readFlags(values, problems);

    expect(problems.lines).toEqual([problem]);
  });

  test('takes a path without a flag for a mistake in the code', () => {
    expect(() => readFlags({ pageSize: '5' }, createProblems())).toThrow('no flag gives pageSize');
  });
});
