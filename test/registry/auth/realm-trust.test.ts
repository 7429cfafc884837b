import { isIP, type LookupFunction } from 'node:net';
import { describe, expect, test } from 'vitest';

import { createAuthorizer } from '../../../src/registry/auth/authorizer.ts';
import { sameForAll } from '../../../src/registry/auth/credentials.ts';
import { silentLog } from '../../../src/util/log.ts';
import { certificate, serve, serveTls, type Handler, type TestServer } from '../../http/servers.ts';
import { startProxy } from '../../http/proxies.ts';
import { testTransport } from '../../http/transports.ts';
import { createTestClock } from '../../support/clock.ts';
import { CREDENTIALS, SCOPE, SIGNAL } from './authorizer-scene.ts';

const TOKEN: Handler = (_, response) => void response.end('{"token":"t1"}');
const REFUSED = {
  kind: 'unknown',
  reason: 'auth',
  detail: expect.stringMatching(/^realm_refused: .* link-local address/),
};

/** Names of hosts at this machine, and of one that is nobody's business. */
const lookup: LookupFunction = (hostname, options, callback) => {
  const address = hostname === 'metadata.example.com' ? '169.254.169.254' : '127.0.0.1';
  if (options.all === true) callback(null, [{ address, family: isIP(address) }]);
  else callback(null, address, isIP(address));
};

interface Circumstances {
  readonly insecure?: boolean;
  readonly tokenHosts?: readonly string[];
  readonly httpProxy?: string;
  readonly registry?: URL;
}

/** Asks a registry at 127.0.0.1 that names this realm. */
async function askFor(realm: URL | string, circumstances: Circumstances = {}) {
  const { insecure = false, tokenHosts = [], httpProxy = '' } = circumstances;
  const registry = circumstances.registry ?? new URL('http://127.0.0.1:5000');
  const proxy = { httpProxy, httpsProxy: '', noProxy: '' };
  const transport = testTransport({ insecure, proxy }, { lookup });
  const deps = { transport, registry, insecure, tokenHosts, clock: createTestClock(), log: silentLog };
  const authorizer = createAuthorizer({ ...deps, credentials: sameForAll(CREDENTIALS) });
  return authorizer.send(SCOPE, SIGNAL, async ({ authorization }) => ({
    kind: 'response',
    status: authorization === 'Bearer t1' ? 200 : 401,
    headers: { 'www-authenticate': `Bearer realm="${String(realm)}"` },
    body: new Uint8Array(),
    received: 0,
    end: 'complete',
    url: registry,
    redirected: false,
  }));
}

function at(server: TestServer, host: string, protocol = server.url.protocol): URL {
  return new URL(`${protocol}//${host}:${server.url.port}/token`);
}

describe('a token service that is only for the machine itself', () => {
  test.each([
    'http://169.254.169.254/latest/api/token',
    'http://2852039166/latest/',
    'http://[fe80::1]/token',
    'http://[::ffff:169.254.169.254]/token',
    'https://169.254.169.254/token',
    'http://metadata.example.com/token',
    'https://metadata.example.com/token',
  ])('is not asked: %s', async (realm) => {
    expect(await askFor(realm)).toMatchObject(REFUSED);
  });

  test.each(['http://169.254.169.254/', 'http://[fe80::1]/', 'http://metadata.example.com/'])(
    'is not asked where a token service redirects to it either: %s',
    async (location) => {
      const service = await serve((_, response) => void response.writeHead(302, { location }).end());

      expect(await askFor(at(service, 'auth.example.com'))).toMatchObject(REFUSED);
      expect(await askFor(service.url)).toMatchObject(REFUSED);
      expect(service.requests).toHaveLength(2);
    },
  );

  test('is not asked by way of a proxy', async () => {
    const proxy = await startProxy();

    expect(await askFor('http://169.254.169.254/', { httpProxy: proxy.server.url.href })).toMatchObject(REFUSED);
    expect(proxy.asked).toEqual([]);
  });

  test('is not asked because it is named as a token host, or may be insecure', async () => {
    const tokenHosts = ['169.254.169.254'];

    expect(await askFor('http://169.254.169.254/', { insecure: true, tokenHosts })).toMatchObject(REFUSED);
  });

  test('is another one than a private address, which is asked by its name and by itself', async () => {
    const service = await serve(TOKEN);

    expect(await askFor(at(service, 'auth.example.com'))).toMatchObject({ status: 200 });
    expect(await askFor(service.url)).toMatchObject({ status: 200 });
  });
});

describe('an insecure registry', () => {
  const insecure = true;
  const registry = new URL('https://127.0.0.1:5000');

  test('has a token service under another port of its host asked over whatever TLS', async () => {
    const service = await serveTls(certificate('other'), TOKEN);

    expect(await askFor(service.url, { insecure, registry })).toMatchObject({ status: 200 });
  });

  test('has none on another host asked over TLS that does not verify, unless it is named', async () => {
    const service = await serveTls(certificate('other'), TOKEN);
    const realm = at(service, 'auth.example.com');

    const strict = await askFor(realm, { insecure, registry });
    const named = await askFor(realm, { insecure, registry, tokenHosts: ['auth.example.com'] });

    expect(strict).toMatchObject({
      reason: 'auth',
      detail: expect.stringMatching(
        /^realm_unreachable: .*TLS.*; insecure of 127\.0\.0\.1:5000 does not extend to auth\.example\.com:\d+: allow it by auth\.tokenHosts: \[auth\.example\.com\]$/,
      ),
    });
    expect(named).toMatchObject({ status: 200 });
    expect(service.requests).toHaveLength(1);
  });

  test('has none on another host asked over plain HTTP, unless it is named', async () => {
    const service = await serve(TOKEN);
    const realm = at(service, 'auth.example.com');

    const strict = await askFor(realm, { insecure, registry });
    const named = await askFor(realm, { insecure, registry, tokenHosts: [`auth.example.com:${service.url.port}`] });

    expect(strict).toMatchObject({ detail: expect.stringContaining('auth.tokenHosts: [auth.example.com]') });
    expect(named).toMatchObject({ status: 200 });
    expect(service.requests).toHaveLength(1);
  });

  test('has no redirect followed from https to plain HTTP on another host', async () => {
    const plain = await serve(TOKEN);
    const service = await serveTls(certificate('server'), (_, response) => {
      response.writeHead(307, { location: at(plain, 'auth.example.com').href }).end();
    });

    const answer = await askFor(service.url, { insecure, registry });

    expect(answer).toMatchObject({ reason: 'auth', detail: expect.stringContaining('from https to plain http') });
    expect(plain.requests).toHaveLength(0);
  });
});
