import { readdirSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import manifest from '../../package.json' with { type: 'json' };
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { CONFIG_VARIABLE, environmentName } from '../../src/config/environment.ts';
import { TOP_LEVEL_SETTINGS } from '../../src/config/setting.ts';
import { ACTION, runAction } from './action-run.ts';

const ONE = 'registry.example.com/team/app:1.4.2';
const OTHER = 'registry.example.com/team/worker:1.4.2';

describe('the action', () => {
  test('every reference, one a line, is an operand; blank lines and spaces around them are none', async () => {
    const { command } = await runAction({ references: `\n  ${ONE}\n\n${OTHER}  \n` });

    expect(command).toEqual(['verify', '--', ONE, OTHER]);
    expect(parseCommandLine(command)).toMatchObject({ kind: 'typed', typed: { operands: [ONE, OTHER] } });
  });

  test.each([
    '$(touch harm)',
    '`touch harm`',
    'a"; touch harm; "',
    "a'; touch harm; '",
    '*',
    '$PROBE_REGISTRY_PASSWORD',
    '--insecure',
    'a\\b',
    '${{ github.token }}',
  ])('a reference is data and nothing else: %s', async (reference) => {
    const { command, workspace } = await runAction({ references: reference, username: 'u', password: 'secret' });

    expect(command).toEqual(['verify', '--', reference]);
    expect(readdirSync(workspace)).toEqual([]);
  });

  test.each([0, 1, 2, 3])(
    'exit code %i of verify is that of the step, and its Markdown is the summary',
    async (exit) => {
      const { status, summary } = await runAction({ references: ONE }, { exit, report: 'as text\n' });

      expect(status).toBe(exit);
      expect(summary).toBe('# verdict\n');
    },
  );

  test('no command of a stranger is one: they are stopped until after the report, by a word that changes', async () => {
    const report = 'v1\n::error title=forged::by a tag\n::stop-commands::x\n::x::\nno newline at the end';
    const runs = [await runAction({ references: ONE }, { report }), await runAction({ references: ONE }, { report })];

    const tokens = runs.map(({ stdout }) => /^::stop-commands::([0-9a-f]{32})\n/.exec(stdout)?.[1]);
    expect(new Set(tokens).size).toBe(2);
    for (const [index, { stdout }] of runs.entries()) {
      expect(stdout).toBe(`::stop-commands::${tokens[index]}\n${report}\n::${tokens[index]}::\n::error title=a::b\n`);
    }
  });

  test('a password goes on by name, and is in no argument', async () => {
    const { argv, env } = await runAction({ references: ONE, username: 'probe', password: 'pa$$ "word' });

    expect(argv.filter((argument) => argument.includes('pa$$'))).toEqual([]);
    expect(argv).toContain('PROBE_REGISTRY_PASSWORD');
    expect(env).toMatchObject({ PROBE_REGISTRY_USERNAME: 'probe', PROBE_REGISTRY_PASSWORD: 'pa$$ "word' });
  });

  test.each([
    [{ username: 'probe' }, 'registry.example.com'],
    [{ username: 'probe', registry: 'other.example.com:5000' }, 'other.example.com:5000'],
    [{}, undefined],
    [{ registry: 'other.example.com:5000' }, undefined],
  ])('a login %j is for %s', async (login, registry) => {
    const { env } = await runAction({ references: `${ONE}\n${OTHER}`, ...login });

    expect(env['PROBE_REGISTRY_URL']).toBe(registry);
  });

  test.each(['linux/amd64,linux/arm64', 'linux/amd64\nlinux/arm64', 'linux/amd64\nlinux/arm64\n'])(
    'platforms may be given as %j',
    async (platforms) => {
      const { env } = await runAction({ references: ONE, platforms });

      expect(env['PROBE_VERIFY_PLATFORMS']?.split(',').filter((each) => each !== '')).toEqual([
        'linux/amd64',
        'linux/arm64',
      ]);
    },
  );

  test('the other inputs go on as settings, and what is handed on is read by the probe', async () => {
    const { argv, env } = await runAction({ references: ONE, wait: '2m', insecure: 'true', config: 'ci/probe.yaml' });
    const handedOn = argv.flatMap((argument, index) => (argv[index - 1] === '--env' ? argument : []));
    const known = [CONFIG_VARIABLE, ...TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path))];

    expect(env).toMatchObject({ PROBE_VERIFY_WAIT: '2m', PROBE_INSECURE: 'true', PROBE_CONFIG: 'ci/probe.yaml' });
    expect(handedOn).toEqual(expect.arrayContaining(['PROBE_VERIFY_WAIT', 'PROBE_INSECURE', 'PROBE_CONFIG']));
    expect(handedOn.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('runs the image of its own version, from whoever publishes it', async () => {
    const { image } = await runAction({ references: ONE }, { action: 'Example/some-name' });

    expect(image).toBe(`ghcr.io/example/registry-integrity-probe:${manifest.version}`);
  });

  test.each([
    [{ version: '9.9.9' }, 'ghcr.io/example/registry-integrity-probe:9.9.9'],
    [{ image: 'mirror.example.com/probe@sha256:abc', version: '9.9.9' }, 'mirror.example.com/probe@sha256:abc'],
  ])('%j runs %s', async (inputs, expected) => {
    expect((await runAction({ references: ONE, ...inputs })).image).toBe(expected);
  });

  test('an earlier login of Docker is lent to the container, read-only; without one nothing is', async () => {
    const volumes = (argv: readonly string[]) => argv.filter((_, index) => argv[index - 1] === '--volume');

    const after = await runAction({ references: ONE }, { loggedIn: true });
    const without = await runAction({ references: ONE });

    expect(volumes(after.argv)).toEqual([
      `${after.workspace}:/workspace:ro`,
      expect.stringMatching(/\.docker:\/login:ro$/),
      expect.stringMatching(/:\/out$/),
    ]);
    expect(after.argv).toContain('DOCKER_CONFIG=/login');
    expect(volumes(without.argv)).toEqual([`${without.workspace}:/workspace:ro`, expect.stringMatching(/:\/out$/)]);
    expect(without.argv).not.toContain('DOCKER_CONFIG=/login');
  });

  test('no input is written into the script, where it would be code', () => {
    const [step] = ACTION.runs.steps;

    expect(step.run).not.toContain('${{');
    expect(
      Object.keys(ACTION.inputs).filter((name) => !JSON.stringify(step.env).includes(`inputs.${name} }}`)),
    ).toEqual([]);
  });
});
