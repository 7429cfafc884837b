import { gzipSync } from 'node:zlib';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { HttpOutcome, Transport } from '../../../src/http/exchange.ts';
import { createTransport } from '../../../src/http/transport.ts';
import { createAuthorizer } from '../../../src/registry/auth/authorizer.ts';
import { sameForAll, type Credentials } from '../../../src/registry/auth/credentials.ts';
import { silentLog } from '../../../src/util/log.ts';
import type { Unknown } from '../../../src/walk/lookup.ts';
import { createTestClock } from '../../support/clock.ts';
import { freePort } from '../../support/servers/free-port.ts';
import { startStub, type HttpStub } from '../../support/servers/stub-http.ts';
import { BASIC, CREDENTIALS, expectNoSecret, PASSWORD, SCOPE, SIGNAL, statusOf } from './authorizer-scene.ts';

describe('over real connections', () => {
  test('a token is fetched with the password and opens the registry', async () => {
    const service = await start(({ headers, target }, response) => {
      const known = headers.authorization === `Basic ${Buffer.from(`probe:${PASSWORD}`).toString('base64')}`;
      const asked = new URL(target, 'http://stub').searchParams;
      response.writeHead(known && asked.get('scope') === SCOPE && asked.get('service') === 'stub' ? 200 : 401);
      response.end('{"token":"t1"}');
    });
    const registry = await start(({ headers }, response) => {
      const known = headers.authorization === 'Bearer t1';
      if (!known) {
        response.setHeader('WWW-Authenticate', [`Bearer realm="${service.url.href}",service="stub"`, BASIC]);
      }
      response.writeHead(known ? 200 : 401).end('{}');
    });

    const answer = await askOverHttp(registry.url, CREDENTIALS);

    expect(statusOf(answer)).toBe(200);
    expect(registry.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer t1']);
  });

  test('a token that comes compressed, though nobody asked for that, opens the registry', async () => {
    const service = await start((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"token":"t1"}')),
    );
    const registry = await start(({ headers }, response) => {
      if (headers.authorization === 'Bearer t1') response.writeHead(200).end('{}');
      else response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${service.url.href}"` }).end();
    });

    expect(statusOf(await askOverHttp(registry.url, CREDENTIALS))).toBe(200);
  });

  test('a token service on a closed port is named with its host', async () => {
    const port = await freePort();
    const registry = await start((_, response) => {
      response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="http://127.0.0.1:${port}/token"` }).end();
    });

    const answer = await askOverHttp(registry.url, CREDENTIALS);

    const detail = expect.stringContaining(`realm_unreachable: http://127.0.0.1:${port}/token: `);
    expect(answer).toMatchObject({ kind: 'unknown', reason: 'auth', detail });
    expectNoSecret(answer, []);
  });

  test.each<[Credentials]>([[CREDENTIALS], [{ kind: 'identity-token', token: PASSWORD }]])(
    'a token service that redirects elsewhere takes no secret there: $kind',
    async (credentials) => {
      const elsewhere = await start((_, response) => void response.end('{"token":"t1"}'));
      const service = await start((_, response) => {
        response.writeHead(307, { Location: elsewhere.url.href }).end();
      });
      const registry = await start((_, response) => {
        response.writeHead(401, { 'WWW-Authenticate': `Bearer realm="${service.url.href}"` }).end();
      });

      await askOverHttp(registry.url, credentials);

      expect(service.seen).toHaveLength(1);
      expect(elsewhere.seen.map(({ headers, body }) => [headers.authorization, body])).toEqual(
        credentials.kind === 'basic' ? [[undefined, '']] : [],
      );
    },
  );
});

async function start(answer: Parameters<typeof startStub>[0]): Promise<HttpStub> {
  const stub = await startStub(answer);
  onTestFinished(() => stub.stop());
  return stub;
}

async function askOverHttp(registry: URL, credentials: Credentials): Promise<HttpOutcome | Unknown> {
  const transport = realTransport();
  const log = silentLog;
  const clock = createTestClock();
  const deps = { transport, registry, insecure: false, clock, log };
  const authorizer = createAuthorizer({ ...deps, credentials: sameForAll(credentials) });
  const url = new URL('/v2/', registry);
  return authorizer.send(SCOPE, SIGNAL, (headers) =>
    transport.send({ method: 'GET', url, headers, signal: SIGNAL, read: { kind: 'all', limit: 1_000 } }),
  );
}

function realTransport(): Transport {
  const transport = createTransport(
    {
      timeoutMs: 10_000,
      concurrency: 2,
      retries: 0,
      ca: null,
      insecure: false,
      userAgent: 'probe/test',
      proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
    },
    { clock: createTestClock(), log: silentLog, random: () => 0 },
  );
  onTestFinished(() => transport.close());
  return transport;
}
