import { describe, expect, test } from 'vitest';

import { load, prod, withProd, type Given } from './loading.ts';

/** The four origins of one setting, weakest first, and what comes out when each joins. */
interface Ladder {
  readonly path: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  readonly flag: string | boolean | readonly string[];
  readonly values: readonly [unknown, unknown, unknown, unknown];
}

const LADDERS: readonly Ladder[] = [
  {
    path: 'concurrency',
    file: 'concurrency: 8',
    env: { PROBE_CONCURRENCY: '16' },
    flag: '32',
    values: ['auto', 8, 16, 32],
  },
  {
    path: 'insecure',
    file: 'insecure: true',
    env: { PROBE_INSECURE: '0' },
    flag: true,
    values: [false, true, false, true],
  },
  {
    path: 'tags.match',
    file: 'tags: { match: [file-*] }',
    env: { PROBE_TAGS_MATCH: 'env-*, !env-{a,b}' },
    flag: ['flag-*'],
    values: [[], ['file-*'], ['env-*', '!env-{a,b}'], ['flag-*']],
  },
  {
    path: 'timeout',
    file: 'timeout: 10s',
    env: { PROBE_TIMEOUT: '20s' },
    flag: '1m',
    values: [30_000, 10_000, 20_000, 60_000],
  },
];

describe('precedence', () => {
  describe.each(LADDERS)('of $path', ({ path, file, env, flag, values }) => {
    const [byDefault, byFile, byEnvironment, byFlag] = values;
    const rows: readonly [string, Given, unknown][] = [
      ['the default stands where nothing is given', {}, byDefault],
      ['the file goes before the default', { file }, byFile],
      ['the environment goes before the file', { file, env }, byEnvironment],
      ['a flag goes before the environment', { file, env, flags: { [path]: flag } }, byFlag],
    ];

    test.each(rows)('%s', async (_claim, given, expected) => {
      const { settings } = await load(given);

      expect(settings.walk).toHaveProperty(path, expected);
    });

    test.each(rows)('%s, for a registry too', async (_claim, given, expected) => {
      const loaded = await load({ ...given, file: `${given.file ?? ''}\n${withProd()}` });

      expect(prod(loaded)).toHaveProperty(path, expected);
    });
  });

  const top = 'confirm: { delay: 1s }';
  const own = withProd('confirm: { delay: 2s }');
  const both = `${top}\n${own}`;
  const ownEnv = { PROBE_REGISTRIES_PROD_CONFIRM_DELAY: '4s' };
  const topEnv = { PROBE_CONFIRM_DELAY: '3s' };

  test.each<[string, Given, number]>([
    ['its own goes before the top level of the file', { file: both }, 2000],
    ['the environment for all goes before its own in the file', { file: both, env: topEnv }, 3000],
    ['its own variable goes before its own in the file', { file: both, env: ownEnv }, 4000],
    ['its own variable goes before the one for all', { file: both, env: { ...ownEnv, ...topEnv } }, 4000],
  ])('inside a registry: %s', async (_claim, given, expected) => {
    const loaded = await load(given);

    expect(prod(loaded).confirm.delay).toBe(expected);
  });

  test('inside a registry, a flag goes before its own variable', async () => {
    const loaded = await load({
      file: withProd('timeout: 1s'),
      env: { PROBE_REGISTRIES_PROD_TIMEOUT: '2s' },
      flags: { timeout: '3s' },
    });

    expect(prod(loaded).timeout).toBe(3000);
  });

  test('a variable fills a secret in beside what the file says', async () => {
    const loaded = await load({
      file: withProd('auth: { username: robot }').replaceAll('prod', 'prod-eu'),
      env: { PROBE_REGISTRIES_PROD_EU_AUTH_PASSWORD: 'hunter2' },
    });

    expect(loaded.settings.registries[0]?.auth).toMatchObject({ username: 'robot', password: 'hunter2' });
  });

  test('the usual proxy variables go last, lower case before upper case', async () => {
    const env = {
      HTTP_PROXY: 'http://upper.example.com:3128',
      http_proxy: 'lower.example.com:3128',
      HTTPS_PROXY: 'http://robot:hunter2@upper.example.com:3128',
      NO_PROXY: '.svc,10.0.0.0/8',
    };

    const { settings } = await load({ file: 'proxy: { no: localhost }', env: { ...env, https_proxy: '' } });

    expect(settings.proxy).toEqual({
      http: 'http://lower.example.com:3128',
      https: 'http://robot:hunter2@upper.example.com:3128',
      no: 'localhost',
    });
  });

  test('a usual proxy variable that is not taken may be anything', async () => {
    const { settings } = await load({
      env: { HTTP_PROXY: 'socks5://x', PROBE_PROXY_HTTP: 'http://proxy.example.com' },
    });

    expect(settings.proxy.http).toBe('http://proxy.example.com');
  });
});
