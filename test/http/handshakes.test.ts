import { connect } from 'node:net';

import { describe, expect, test } from 'vitest';

import { watchHandshakes } from '../../src/http/handshakes.ts';
import type { Transport } from '../../src/http/exchange.ts';
import { createRealClock } from '../support/clock.ts';
import { until } from '../support/until.ts';
import { AUTHORITY, certificate, closedPort, serve, serveTcp, serveTls, type TestServer } from './servers.ts';
import { testTransport } from './transports.ts';

const NEVER = new AbortController().signal;

/** Asks over https, whatever the server speaks. */
async function ask(url: URL, timeoutMs = 10_000, transport = patientFor(timeoutMs)) {
  const read = { kind: 'all', limit: 100 } as const;
  return transport.send({ method: 'GET', url: new URL(`https://${url.host}/`), signal: NEVER, read });
}

function patientFor(timeoutMs: number): Transport {
  return testTransport({ timeoutMs, retries: 0, ca: AUTHORITY }, { clock: createRealClock() });
}

describe('a connection that stands without TLS', () => {
  test.each<[string, () => Promise<TestServer>, object, number?]>([
    ['silence', () => serveTcp(() => {}), { failure: 'timeout', handshake: 'silent' }, 300],
    ['an end', () => serveTcp((socket) => void socket.end()), { failure: 'reset', handshake: 'closed' }],
    ['plain HTTP', () => serve((_, response) => void response.end()), { failure: 'tls', handshake: 'no_tls' }],
  ])('is told when it ends with %s', async (_, start, expected, timeoutMs) => {
    const { url } = await start();

    const outcome = await ask(url, timeoutMs);

    expect(outcome).toMatchObject({ kind: 'failure', ...expected });
    expect(outcome).toHaveProperty('detail', expect.stringContaining(url.host));
  });

  test('is not what failed where there is no connection', async () => {
    const outcome = await ask(await closedPort());

    expect(outcome).toMatchObject({ kind: 'failure', failure: 'refused' });
    expect(outcome).not.toHaveProperty('handshake');
  });

  test('is not what failed where TLS had come about', async () => {
    const { url } = await serveTls(certificate('server'), (request) => void request.socket.destroy());

    const outcome = await ask(url);

    expect(outcome).toMatchObject({ kind: 'failure', failure: 'closed' });
    expect(outcome).not.toHaveProperty('handshake');
  });

  test('is not what failed where a certificate did not please', async () => {
    const { url } = await serveTls(certificate('other'), (_, response) => void response.end());

    const outcome = await ask(url);

    expect(outcome).toMatchObject({ kind: 'failure', failure: 'tls' });
    expect(outcome).not.toHaveProperty('handshake');
  });

  test('is not what failed on another connection to the same server', async () => {
    const secure = await serveTls(certificate('server'), () => {});
    let connections = 0;
    const server = await serveTcp((socket) => {
      connections += 1;
      if (connections > 1) return;
      const behind = connect(Number(secure.url.port), '127.0.0.1').on('error', () => {});
      socket.pipe(behind).pipe(socket);
    });
    const transport = patientFor(2_000);

    const first = ask(server.url, 0, transport);
    await until(() => secure.requests.length === 1, 'it was asked over TLS');
    const outcomes = await Promise.all([first, ask(server.url, 0, transport)]);

    expect(outcomes.map((one) => (one.kind === 'failure' ? [one.failure, one.handshake] : []))).toEqual([
      ['timeout', undefined],
      ['timeout', 'silent'],
    ]);
  });
});

test('a connection with TLS is not stalled any more', async () => {
  const { url } = await serveTls(certificate('server'), (_, response) => void response.end());
  const { connect: connectTo, isStalled } = watchHandshakes({ ca: AUTHORITY, allowH2: false, timeout: 10_000 });
  const { promise, resolve } = Promise.withResolvers<boolean>();

  connectTo({ hostname: url.hostname, host: url.host, protocol: url.protocol, port: url.port }, (_, socket) => {
    socket?.destroy();
    resolve(socket !== null);
  });

  expect(await promise).toBe(true);
  expect(isStalled(url)).toBe(false);
});
