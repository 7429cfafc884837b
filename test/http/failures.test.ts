import { describe, expect, test } from 'vitest';

import type { BodyRead, HttpOutcome, Transport } from '../../src/http/exchange.ts';
import type { TransportOptions } from '../../src/http/options.ts';
import { createAuthorizer } from '../../src/registry/auth/authorizer.ts';
import { sameForAll } from '../../src/registry/auth/credentials.ts';
import { createRegistrySource } from '../../src/registry/source.ts';
import type { Clock } from '../../src/util/clock.ts';
import { silentLog } from '../../src/util/log.ts';
import type { Lookup } from '../../src/walk/lookup.ts';
import { createRealClock, createTestClock } from '../support/clock.ts';
import { blackHole } from './black-hole.ts';
import { AUTHORITY, certificate, closedPort, serve, serveTcp, serveText, serveTls, unconnectable } from './servers.ts';
import { testTransport } from './transports.ts';

/** A registry that cannot be asked, and how it is asked. */
interface Scene {
  readonly url: URL;
  readonly options?: Partial<TransportOptions>;
  readonly clock?: Clock;
  /** Called when the headers are there and the body is about to be read. */
  readonly onBody?: () => void;
}

const FIRST = { again: false, signal: new AbortController().signal } as const;
const ok = (_request: unknown, response: { end(text: string): unknown }): void => void response.end('ok');
const HEAD_OF_ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n';

/** Reads all of a body, and tells when it begins to. */
function noticed(onBody: () => void): BodyRead {
  return {
    kind: 'all',
    get limit() {
      onBody();
      return 1_000_000;
    },
  };
}

/** Asks for the tags and for a manifest over real connections; gives what came, and what the registry room makes of it. */
async function look({ url, options, clock = createTestClock(), onBody = () => {} }: Scene) {
  const transport = testTransport(options, { clock });
  const outcomes: HttpOutcome[] = [];
  const recorded: Transport = {
    ...transport,
    async send(request) {
      const outcome = await transport.send({ ...request, read: noticed(onBody) });
      outcomes.push(outcome);
      return outcome;
    },
  };
  const authorizer = createAuthorizer({
    transport: recorded,
    credentials: sameForAll({ kind: 'none' }),
    registry: url,
    insecure: false,
    clock,
    log: silentLog,
  });
  const settings = {
    url,
    pageSize: 1000,
    manifestLimit: 1_000_000,
    readWithoutRange: 1_000_000,
    unpackLimit: 1_000_000,
    expectAuth: false,
    pastCaches: false,
  };
  const source = createRegistrySource(settings, { transport: recorded, authorizer, nonce: () => 'nonce' });
  const tags: Lookup<unknown> = await source.tags('app', FIRST);
  // A listing that does not come is asked for in other shapes; what became of the last one is what is told.
  outcomes.splice(0, outcomes.length - 1);
  const manifest: Lookup<unknown> = await source.manifest('app', `sha256:${'0'.repeat(64)}`, FIRST);
  return { outcomes, tags, manifest };
}

describe('what undici, Node and the kernel throw is told apart by type and code', () => {
  test.each<[string, () => Promise<Scene>, string, string, string]>([
    ['a closed port', async () => ({ url: await closedPort() }), 'refused', 'connection', '(ECONNREFUSED)'],
    [
      'a closed port under a name with several addresses',
      async () => ({ url: new URL((await closedPort()).href.replace('127.0.0.1', 'localhost')) }),
      'refused',
      'connection',
      '(ECONNREFUSED)',
    ],
    ['a reset', async () => serveText('', 'reset'), 'reset', 'connection', '(ECONNRESET)'],
    ['a connection that is closed', async () => serveText('', 'end'), 'closed', 'connection', '(UND_ERR_SOCKET)'],
    [
      'a head that is cut short',
      async () => serveText(HEAD_OF_ANSWER, 'end'),
      'closed',
      'connection',
      '(UND_ERR_SOCKET)',
    ],
    ['a head that is reset', async () => serveText(HEAD_OF_ANSWER, 'reset'), 'reset', 'connection', '(ECONNRESET)'],
    [
      'a name that does not exist',
      async () => ({ url: new URL('http://registry.invalid/') }),
      'dns',
      'dns',
      'registry.invalid has a name that does not resolve (E',
    ],
    [
      'packets that vanish',
      async () => ({ url: await blackHole(), options: { timeoutMs: 200 } }),
      'timeout',
      'timeout',
      '(UND_ERR_CONNECT_TIMEOUT)',
    ],
    [
      'packets that vanish, by our own clock',
      async () => ({ url: await blackHole(), options: { timeoutMs: 100 }, clock: createRealClock() }),
      'timeout',
      'timeout',
      'could not be connected to within 100 ms',
    ],
    [
      'a TLS server that says nothing',
      async () => ({ url: (await unconnectable()).url, options: { timeoutMs: 100 }, clock: createRealClock() }),
      'timeout',
      'timeout',
      'could not be connected to within 100 ms',
    ],
    [
      'headers that do not come',
      async () => {
        const clock = createTestClock();
        const { url } = await serve(() => clock.advance(5000));
        return { url, options: { timeoutMs: 5000 }, clock };
      },
      'timeout',
      'timeout',
      'sent no headers within 5000 ms',
    ],
    [
      'a body that does not come',
      async () => {
        const clock = createTestClock();
        const { url } = await serveText(`${HEAD_OF_ANSWER}\r\n{"tags":`, 'stay');
        return { url, options: { timeoutMs: 5000 }, clock, onBody: () => clock.advance(5000) };
      },
      'timeout',
      'timeout',
      'stopped coming',
    ],
    [
      'an authority that nobody knows',
      async () => serveTls(certificate('server'), ok),
      'tls',
      'tls',
      '(UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      'an expired certificate',
      async () => {
        const pair = certificate('expired');
        return { url: (await serveTls(pair, ok)).url, options: { ca: pair.cert } };
      },
      'tls',
      'tls',
      '(CERT_HAS_EXPIRED)',
    ],
    [
      'a certificate for another name',
      async () => ({ url: (await serveTls(certificate('other'), ok)).url, options: { ca: AUTHORITY } }),
      'tls',
      'tls',
      '(ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'a server that speaks no TLS',
      async () => ({ url: new URL((await serve(ok)).url.href.replace('http:', 'https:')) }),
      'tls',
      'tls',
      '(ERR_SSL_',
    ],
    [
      'a handshake that is hung up on',
      async () => {
        const { url } = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
        return { url: new URL(url.href.replace('http:', 'https:')) };
      },
      'reset',
      'connection',
      '(ECONNRESET)',
    ],
    [
      'a proxy that refuses',
      async () => {
        const proxy = (await closedPort()).href;
        const options = { proxy: { httpProxy: proxy, httpsProxy: proxy, noProxy: '' } };
        return { url: new URL('https://registry.example.com/'), options };
      },
      'proxy',
      'connection',
      'on the way to registry.example.com, refused the connection (ECONNREFUSED)',
    ],
    [
      'something that is not HTTP',
      async () => serveText('220 mail.example.com ESMTP\r\n', 'stay'),
      'other',
      'connection',
      '(HTTPParserError)',
    ],
  ])('%s', async (_, arrange, failure, reason, detail) => {
    const { outcomes, tags, manifest } = await look(await arrange());

    expect(outcomes.map((one) => (one.kind === 'failure' ? one.failure : one.end))).toEqual([failure, failure]);
    expect([tags, manifest]).toMatchObject([
      { kind: 'unknown', reason, detail: expect.stringContaining(detail) },
      { kind: 'unknown', reason, detail: expect.stringContaining(detail) },
    ]);
    expect(tags).not.toHaveProperty('observed');
  });

  test.each(['end', 'reset'] as const)(
    'a body that is cut short by "%s" is half a listing, which tells nothing, and evidence against a manifest',
    async (ending) => {
      const { url } = await serveText(`${HEAD_OF_ANSWER}\r\n{"tags":`, ending);

      const { outcomes, tags, manifest } = await look({ url });

      expect(outcomes).toMatchObject([
        { kind: 'response', status: 200, received: 8, end: 'cut' },
        { kind: 'response', status: 200, received: 8, end: 'cut' },
      ]);
      expect(tags).toMatchObject({ kind: 'unknown', reason: 'connection' });
      expect(manifest).toMatchObject({ kind: 'absent', fault: 'unreadable' });
    },
  );

  test('a host that asked for an hour is rate_limited, and a 5xx that nobody gave is no evidence', async () => {
    const server = await serve((_request, response) => response.writeHead(503, { 'retry-after': '3600' }).end());

    const { tags, manifest } = await look({ url: server.url });

    expect(tags).toMatchObject({ kind: 'unknown', reason: 'server_error', observed: { status: 503 } });
    expect(manifest).toEqual({
      kind: 'unknown',
      reason: 'rate_limited',
      detail: `paused: ${server.url.host} was not asked: it answered 503 before and asked us to wait 3600 s`,
    });
    expect(server.requests).toHaveLength(1);
  });
});
