import { describe, expect, test } from 'vitest';

import { withoutLineEnd } from '../../src/config/line-end.ts';
import { load, prod, problemsOf, withProd } from './loading.ts';

describe('the newline at the end of a Secret', () => {
  test.each([
    ['robot\n', 'robot'],
    ['robot\r\n', 'robot'],
    ['robot\n\n', 'robot'],
    ['ro\nbot', 'ro\nbot'],
    [' robot ', ' robot '],
    ['\n', ''],
  ])('is none of %j', (text, expected) => {
    expect(withoutLineEnd(text)).toBe(expected);
  });

  test('is no part of a user, whether from the environment or from a file', async () => {
    const env = {
      PROBE_REGISTRIES_PROD_AUTH_USERNAME: 'robot\n',
      PROBE_REGISTRIES_PROD_AUTH_PASSWORD: 'secret\r\n',
      PROBE_PUSHGATEWAY_USERNAME: 'pusher\n',
      PROBE_PUSHGATEWAY_PASSWORD: 'secret',
    };

    const loaded = await load({ file: withProd(), env });
    const written = prod(await load({ file: withProd('auth: { username: "robot\\n", password: secret }') }));

    expect(prod(loaded).auth).toMatchObject({ username: 'robot', password: 'secret' });
    expect(loaded.settings.pushgateway.username).toBe('pusher');
    expect(written.auth.username).toBe('robot');
  });

  test('is none of any other variable, and one that holds nothing else is not set', async () => {
    const { settings } = await load({ env: { PROBE_CONCURRENCY: '16\n', PROBE_LOG_LEVEL: '\n' } });

    expect([settings.walk.concurrency, settings.logLevel]).toEqual([16, 'info']);
  });
});

describe('hosts that are asked directly', () => {
  test('may be networks, and what was meant for one and is none is refused', async () => {
    const { settings } = await load({ file: 'proxy: { no: "10.0.0.0/8,.svc" }' });

    expect(settings.proxy.no).toBe('10.0.0.0/8,.svc');
    expect(await problemsOf({ env: { NO_PROXY: 'localhost,10.0.0.0/33' } })).toEqual([
      expect.stringContaining("separated by commas; no network is '10.0.0.0/33'"),
    ]);
  });
});
