import assert from 'node:assert/strict';

import fc from 'fast-check';
import { stringify } from 'yaml';

import { parseCommandLine } from '../../../src/cli/command-line.ts';
import { environmentName } from '../../../src/config/environment.ts';
import { parseConfiguration } from '../../../src/config/file.ts';
import { FLAGS } from '../../../src/config/flags.ts';
import { loadSettings } from '../../../src/config/load.ts';
import { ConfigurationError, createProblems } from '../../../src/config/problem.ts';
import { TOP_LEVEL_SETTINGS } from '../../../src/config/setting.ts';
import { dockerConfigOf } from '../../../src/kubernetes/pull-secret.ts';
import { CredentialError } from '../../../src/registry/auth/credential-error.ts';
import { parseDockerConfig } from '../../../src/registry/auth/docker-config.ts';
import { findDockerCredentials } from '../../../src/registry/auth/docker-credentials.ts';
import { asyncProperty, property, type Property } from '../property.ts';
import { anyText, nearly, oddJson, oddText } from '../texts.ts';
import { watched } from '../watched.ts';

/** Of all problems of one file, each on a line. */
const LONGEST_PROBLEMS = 200_000;
const SECRET = 'correct-horse-battery';

const registry = nearly({
  url: fc.constantFrom('http://127.0.0.1:5000', 'https://registry.example.com'),
  kind: fc.constantFrom('registry', 'pull-through'),
  concurrency: fc.constantFrom('auto', 4),
  repositories: nearly({ match: fc.array(anyText, { maxLength: 2 }), include: fc.array(anyText, { maxLength: 2 }) }),
  deadline: oddText,
});
const file = nearly({
  registries: fc.dictionary(fc.oneof(fc.stringMatching(/^[a-z]{1,5}$/), oddText), registry, { maxKeys: 2 }),
  pushgateway: nearly({ url: oddText, job: oddText }),
  metrics: oddJson,
  acknowledged: fc.array(oddJson, { maxLength: 2 }),
  logLevel: oddText,
});
const yaml = fc.oneof(
  { weight: 3, arbitrary: file.map((tree) => stringify(tree)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom('? ', '- ', '[', '{', '&a ', '"', '| ', 'a: ', '? - ', '!!map '),
        fc.integer({ min: 1, max: 3_000 }),
        oddText,
      )
      .map(([unit, n, end]) => unit.repeat(n) + end),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'registries:\n',
            '  a:\n',
            '    url: http://x\n',
            '&a [*a]',
            '<<: *a\n',
            '!!binary x',
            '%YAML 9\n',
            '---\n',
            '\t',
          ),
          oddText,
        ),
        { maxLength: 8 },
      )
      .map((parts) => parts.join('')),
  },
);
const environment = fc.dictionary(
  fc.constantFrom(...TOP_LEVEL_SETTINGS.map(({ path }) => environmentName(path)), 'PROBE_X', 'HTTP_PROXY'),
  anyText.filter((text) => text.isWellFormed()),
  { maxKeys: 3 },
);
const login = nearly({
  auth: fc.oneof(fc.constant(Buffer.from(`user:${SECRET}`).toString('base64')), oddText),
  username: oddText,
  password: fc.constant(SECRET),
  identitytoken: oddText,
});
const dockerConfig = nearly({
  auths: fc.dictionary(
    fc.oneof(fc.constantFrom('registry.example.com', 'https://registry.example.com/v1/'), oddText),
    login,
    { maxKeys: 3 },
  ),
  credHelpers: fc.constant({}),
  credsStore: fc.constant(''),
});

/** What operators write, and what tenants write that is read with it. */
export const SETTING_PROPERTIES: readonly Property[] = [
  asyncProperty('config-files', fc.tuple(yaml, environment), async ([content, env]) => {
    watched(() => parseConfiguration(content, 'registries.yaml', createProblems()));
    const readFile = (path: string): Promise<string> =>
      path === 'registries.yaml' ? Promise.resolve(content) : Promise.reject(new Error('no such file'));
    const loading = loadSettings({ flags: {}, env, configPath: 'registries.yaml', readFile, command: 'run' });

    try {
      const { settings } = await loading;
      assert.ok(settings.registries.length >= 0);
    } catch (thrown) {
      if (!(thrown instanceof ConfigurationError)) throw thrown;
      assert.ok(thrown.problems.join('\n').length < LONGEST_PROBLEMS, 'problems without an end');
      for (const line of thrown.problems) assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
    }
  }),
  property(
    'command-lines',
    fc.array(
      fc.oneof(
        fc.constantFrom(
          'run',
          'verify',
          'scan',
          'forget',
          'demo',
          '--',
          ...FLAGS.map(({ flag }) => `--${flag}`),
          '--help',
          'registry.example.com/a:1',
        ),
        oddText,
      ),
      { maxLength: 6 },
    ),
    (argv) => {
      const parsed = parseCommandLine(argv);

      if (parsed.kind === 'wrong') assert.ok(parsed.problem.length > 0);
    },
  ),
  asyncProperty(
    'docker-configurations',
    fc.oneof(
      dockerConfig.map((one) => JSON.stringify(one)),
      anyText,
    ),
    async (content) => {
      try {
        const config = parseDockerConfig(content, 'config.json');
        await findDockerCredentials(config, new URL('https://registry.example.com'), {
          runHelper: () => Promise.reject(new CredentialError('credential_helper', 'no helper')),
        });
      } catch (thrown) {
        if (!(thrown instanceof CredentialError)) throw thrown;
        assert.ok(!thrown.message.includes(SECRET), thrown.message);
      }
    },
  ),
  property(
    'pull-secrets',
    fc.tuple(
      fc.constantFrom('kubernetes.io/dockerconfigjson', 'kubernetes.io/dockercfg', 'Opaque'),
      fc.oneof(
        dockerConfig.map((one) => JSON.stringify(one)),
        anyText,
        oddJson,
      ),
    ),
    ([type, content]) => {
      const encoded = typeof content === 'string' ? Buffer.from(content).toString('base64') : content;
      const data = { '.dockerconfigjson': encoded, '.dockercfg': encoded } as Record<string, string>;

      const read = dockerConfigOf({ type, data });

      if (read.kind === 'done') parseDockerConfig(read.value, 'secret');
      else assert.ok(!read.detail.includes(SECRET));
    },
  ),
];
