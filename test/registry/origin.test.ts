import { describe, expect, test } from 'vitest';

import { chooseOrigin } from '../../src/registry/origin.ts';
import { blackHole } from '../http/black-hole.ts';
import { AUTHORITY, certificate, closedPort, serve, serveTcp, serveTls, type Handler } from '../http/servers.ts';
import { testTransport } from '../http/transports.ts';
import { createRealClock } from '../support/clock.ts';
import { fail, respond, scriptedTransport } from './auth/scripted-transport.ts';

const NEVER = new AbortController().signal;
const OK: Handler = (_, answer) => void answer.end('{}');

/** The origin as it was chosen, and what was asked for it, where each scheme answers with a status or not at all. */
async function choose(host: string, insecure: boolean, statuses: { readonly https?: number; readonly http?: number }) {
  const transport = scriptedTransport(({ url }) => {
    const status = url.protocol === 'https:' ? statuses.https : statuses.http;
    return status === undefined ? fail(url, 'refused', 'nobody listens') : respond(url, { status });
  });
  const origin = await chooseOrigin(host, insecure, transport, NEVER);
  return [origin instanceof URL ? origin.href : origin.detail, ...transport.requests.map(({ url }) => url.href)];
}

describe('chooseOrigin', () => {
  test.each([
    'registry.example.com',
    'registry.example.com:5000',
    '10.0.0.1',
    'localhost.example.com',
    '127.evil.example',
    '127.1.evil:5000',
    '[::2]:5000',
  ])('keeps to https on %s, and asks it over nothing else', async (host) => {
    expect(await choose(host, false, { http: 200 })).toEqual([`https://${host}/`, `https://${host}/v2/`]);
  });

  test.each(['localhost:5000', '127.0.0.1:5000', '127.1.2.3', '[::1]:5000', 'registry.localhost'])(
    'asks the loopback host %s over https first, and then over plain HTTP',
    async (host) => {
      expect(await choose(host, false, { https: 401, http: 200 })).toEqual([`https://${host}/`, `https://${host}/v2/`]);
      expect(await choose(host, false, { http: 401 })).toEqual([
        `http://${host}/`,
        `https://${host}/v2/`,
        `http://${host}/v2/`,
      ]);
    },
  );

  test('asks any host both ways where that was allowed', async () => {
    const [origin] = await choose('registry.example.com', true, { http: 200 });

    expect(origin).toBe('http://registry.example.com/');
  });

  test.each([
    ['nothing answers at all', {}],
    ['a TLS server refuses plain HTTP', { http: 400 }],
  ])('stays with https where %s', async (_, statuses) => {
    expect((await choose('localhost:5000', false, statuses))[0]).toBe('https://localhost:5000/');
  });
});

describe('over real connections', () => {
  test('a server without TLS is asked over plain HTTP', async () => {
    const { url, requests } = await serve(OK);

    const origin = await chooseOrigin(url.host, false, testTransport(), NEVER);

    expect(origin).toEqual(url);
    expect(requests.map((request) => request.url)).toEqual(['/v2/']);
  });

  test('a server with TLS that verifies is asked over https', async () => {
    const { url } = await serveTls(certificate('server'), OK);

    expect(await chooseOrigin(url.host, false, testTransport({ ca: AUTHORITY }), NEVER)).toEqual(url);
  });

  test('a server with TLS that does not verify is not asked in plain', async () => {
    const { url, requests } = await serveTls(certificate('other'), OK);

    expect(await chooseOrigin(url.host, false, testTransport(), NEVER)).toEqual(url);
    expect(requests).toEqual([]);
  });

  test('a closed port stays with https', async () => {
    const { host } = await closedPort();

    expect(await chooseOrigin(host, false, testTransport(), NEVER)).toEqual(new URL(`https://${host}`));
  });
});

describe('a host that does not answer to TLS', () => {
  const WAY_OUT = 'speaks http? say http:// in the config file, or --insecure';
  const ALERT = Buffer.from([0x15, 3, 3, 0, 2, 2, 40]);

  /** Servers that take the connection, and then do what they are called for. */
  const SERVERS = {
    silence: () => serveTcp(() => {}),
    'plain HTTP': () => serve(OK),
    'a greeting of another kind': () => serveTcp((socket) => void socket.write('220 mail.example.com\r\n')),
    'an end': () => serveTcp((socket) => void socket.once('data', () => socket.end())),
    'an end at once': () => serveTcp((socket) => void socket.end()),
    'a reset': () => serveTcp((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    'an alert of TLS': () => serveTcp((socket) => void socket.once('data', () => socket.end(ALERT))),
  } as const;

  async function chooseAt(kind: keyof typeof SERVERS, host: string, insecure: boolean) {
    const server = await SERVERS[kind]();
    // Long enough for whoever answers, and nobody waits for silence longer than needed.
    const transport = testTransport({ timeoutMs: kind === 'silence' ? 300 : 10_000 }, { clock: createRealClock() });
    const origin = await chooseOrigin(`${host}:${server.url.port}`, insecure, transport, NEVER);
    return { server, origin, secure: new URL(`https://${host}:${server.url.port}`) };
  }

  test.each([
    ['silence', 'timeout', /within 300 ms.*; silent_tls: it took the connection and said nothing to TLS; /],
    ['plain HTTP', 'tls', /^tls: .*; no_tls: it answered TLS with something else, such as plain HTTP; /],
    ['a greeting of another kind', 'tls', /; no_tls: /],
  ] as const)('but with %s is not asked on, and never in plain', async (kind, reason, detail) => {
    // Connecting to this address leads to this machine, and it is none of its names.
    const { origin, server } = await chooseAt(kind, '0.0.0.0', false);

    expect(origin).toMatchObject({ kind: 'unknown', reason, detail: expect.stringMatching(detail) });
    expect(origin).toHaveProperty('detail', expect.stringContaining(`; ${WAY_OUT}`));
    expect(server.requests).toEqual([]);
    expect(server.sockets).toHaveLength(1);
  });

  test.each(['an end', 'an end at once', 'a reset', 'an alert of TLS'] as const)(
    'but with %s is left to whoever tries again over https',
    async (kind) => {
      const { origin, secure, server } = await chooseAt(kind, '0.0.0.0', false);

      expect(origin).toEqual(secure);
      expect(server.sockets).toHaveLength(1);
    },
  );

  test.each([
    ['127.0.0.1', false],
    ['localhost', false],
    ['0.0.0.0', true],
  ])('but with plain HTTP is asked so at %s where that is allowed', async (host, insecure) => {
    const { origin, server } = await chooseAt('plain HTTP', host, insecure);

    expect(origin).toEqual(new URL(`http://${host}:${server.url.port}`));
  });

  test('and is silent to both is not told to speak plain HTTP', async () => {
    const { origin } = await chooseAt('silence', '127.0.0.1', false);

    expect(origin).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(origin).toHaveProperty('detail', expect.not.stringContaining(WAY_OUT));
  });

  test('and takes no connection is left to whoever tries again over https', async () => {
    const { port } = await blackHole();
    const transport = testTransport({ timeoutMs: 300 }, { clock: createRealClock() });

    const origin = await chooseOrigin(`0.0.0.0:${port}`, false, transport, NEVER);

    expect(origin).toEqual(new URL(`https://0.0.0.0:${port}`));
  });

  test('but is slow to answer after TLS is asked over https', async () => {
    const { url } = await serveTls(certificate('server'), () => {});
    const transport = testTransport({ timeoutMs: 2_000, ca: AUTHORITY }, { clock: createRealClock() });

    expect(await chooseOrigin(url.host, false, transport, NEVER)).toEqual(url);
  });
});
