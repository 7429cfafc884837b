import { describe, expect, test } from 'vitest';

import { createAuthorizer } from '../../../src/registry/auth/authorizer.ts';
import { sameForAll, type Credentials } from '../../../src/registry/auth/credentials.ts';
import { silentLog } from '../../../src/util/log.ts';
import { AUTHORITY, certificate, serve, serveTls, type Handler, type TestServer } from '../../http/servers.ts';
import { testTransport } from '../../http/transports.ts';
import { createTestClock } from '../../support/clock.ts';
import { CREDENTIALS, PASSWORD, SCOPE, SIGNAL } from './authorizer-scene.ts';

const IDENTITY: Credentials = { kind: 'identity-token', token: PASSWORD };
const BOTH = [[CREDENTIALS], [IDENTITY]] as const;

/** What each server was asked with: the password in a header, the identity token in a body, or neither. */
interface Asked {
  readonly server: TestServer;
  readonly secrets: readonly string[];
}

/** A server that takes note of the secrets that come. */
async function notice(answer: Handler, over: 'http' | 'https' = 'http'): Promise<Asked> {
  const secrets: string[] = [];
  const handler: Handler = (request, response) => {
    let text = request.headers.authorization ?? '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const plain = text.replace(/^Basic (.*)$/, (_, encoded: string) => Buffer.from(encoded, 'base64').toString());
      secrets.push(plain.includes(PASSWORD) ? 'secret' : 'nothing');
      answer(request, response);
    });
  };
  const server = await (over === 'http' ? serve(handler) : serveTls(certificate('server'), handler));
  return { server, secrets };
}

const token: Handler = (_, response) => void response.end('{"token":"t1"}');

function moveTo(url: () => URL | string, status = 301): Handler {
  return (request, response) => {
    const query = new URL(request.url ?? '/', 'http://stub').search;
    response.writeHead(status, { location: `${new URL('/moved', url()).href}${query}` }).end();
  };
}

/** Asks a registry that names a realm, whatever TLS it has; on another host, it has to verify. */
async function askFor(realm: string, credentials: Credentials, registry: TestServer): Promise<unknown> {
  const transport = testTransport({ insecure: true, ca: AUTHORITY });
  const deps = { transport, registry: registry.url, insecure: true, clock: createTestClock(), log: silentLog };
  const authorizer = createAuthorizer({ ...deps, credentials: sameForAll(credentials) });
  const challenge = `Bearer realm="${realm}"`;
  return authorizer.send(SCOPE, SIGNAL, async ({ authorization }) => ({
    kind: 'response',
    status: authorization === 'Bearer t1' ? 200 : 401,
    headers: { 'www-authenticate': challenge },
    body: new Uint8Array(),
    received: 0,
    end: 'complete',
    url: registry.url,
    redirected: false,
  }));
}

const REGISTRY: Handler = (_, response) => void response.end('{}');

describe('a token service over http', () => {
  test.each(BOTH)('that moves to https on its host gets there what it needs: $kind', async (credentials) => {
    const secure = await notice(token, 'https');
    const service = await notice(moveTo(() => secure.server.url));
    const registry = await serveTls(certificate('server'), REGISTRY);

    const answer = await askFor(service.server.url.href, credentials, registry);

    expect(answer).toMatchObject({ status: 200 });
    expect([service.secrets, secure.secrets]).toEqual([['secret'], ['secret']]);
    expect(secure.server.requests[0]?.url).toMatch(/^\/moved/);
  });

  test.each(BOTH)('that moves to the registry itself gets there what it needs: $kind', async (credentials) => {
    const registry = await notice(token, 'https');
    const service = await notice(moveTo(() => registry.server.url, 307));

    const answer = await askFor(service.server.url.href, credentials, registry.server);

    expect(answer).toMatchObject({ status: 200 });
    expect(registry.secrets).toEqual(['secret']);
  });

  test.each(BOTH)('that moves to another host sends no secret there: $kind', async (credentials) => {
    const elsewhere = await notice(token, 'https');
    const service = await notice(moveTo(() => `https://localhost:${elsewhere.server.url.port}`));
    const registry = await serveTls(certificate('server'), REGISTRY);

    await askFor(service.server.url.href, credentials, registry);

    expect(service.secrets).toEqual(['secret']);
    expect(elsewhere.secrets).toEqual(credentials.kind === 'basic' ? ['nothing'] : []);
  });

  test.each(BOTH)('that moves away and back again gets no secret after that: $kind', async (credentials) => {
    const secure = await notice(token, 'https');
    const elsewhere = await notice(moveTo(() => secure.server.url));
    const service = await notice(moveTo(() => `http://localhost:${elsewhere.server.url.port}`));
    const registry = await serveTls(certificate('server'), REGISTRY);

    await askFor(service.server.url.href, credentials, registry);

    expect([...elsewhere.secrets, ...secure.secrets]).not.toContain('secret');
  });

  test.each(BOTH)('that moves in a circle ends: $kind', async (credentials) => {
    const service: Asked = await notice(moveTo(() => service.server.url));
    const registry = await serveTls(certificate('server'), REGISTRY);

    const answer = await askFor(new URL('/moved', service.server.url).href, credentials, registry);

    expect(answer).toMatchObject({ kind: 'unknown' });
    expect(service.secrets.length).toBeLessThan(5);
  });
});

describe('a token service over https', () => {
  test.each(BOTH)('that moves down to http sends no secret there: $kind', async (credentials) => {
    const plain = await notice(token);
    const service = await notice(
      moveTo(() => plain.server.url),
      'https',
    );
    const registry = await serveTls(certificate('server'), REGISTRY);

    await askFor(service.server.url.href, credentials, registry);

    expect(service.secrets).toEqual(['secret']);
    expect(plain.secrets).not.toContain('secret');
  });

  test.each(BOTH)('on the host of the registry, under another port, is asked: $kind', async (credentials) => {
    const service = await notice(token, 'https');
    const registry = await serveTls(certificate('server'), REGISTRY);

    const answer = await askFor(service.server.url.href, credentials, registry);

    expect(answer).toMatchObject({ status: 200 });
    expect(service.secrets).toEqual(['secret']);
  });
});

test('a user in the URL of a realm is nobody', async () => {
  const service = await notice(token);
  const registry = await serve(REGISTRY);
  const realm = new URL(service.server.url);
  realm.username = 'somebody';
  realm.password = PASSWORD;

  const answer = await askFor(realm.href, { kind: 'none' }, registry);

  expect(answer).toMatchObject({ status: 200 });
  expect(service.secrets).toEqual(['nothing']);
});
