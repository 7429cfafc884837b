import { describe, expect, test, vi } from 'vitest';
import type { HttpRequest } from '../../src/http/exchange.ts';
import type { Log } from '../../src/util/log.ts';
import { silentLog } from '../../src/util/log.ts';
import { createTestClock } from '../support/clock.ts';
import { closedPort, serve, serveTcp, serveText, type TestServer } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

/** Answers with each status in turn, and with the last one ever after. */
function inTurn(...answers: readonly (readonly [status: number, headers?: Record<string, string>])[]) {
  let asked = 0;
  return serve((_request, response) => {
    const [status, headers] = answers[Math.min(asked, answers.length - 1)] ?? [200];
    asked += 1;
    response.writeHead(status, headers).end(String(asked));
  });
}

describe('retries', () => {
  test.each(['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] as const)(
    'of a %s go on until an answer is good',
    async (method) => {
      const server = await inTurn([503], [502], [200]);
      const clock = createTestClock();
      const transport = testTransport({ retries: 5 }, { clock });

      const response = responseOf(await transport.send(get(server.url, { method })));

      expect(response.status).toBe(200);
      expect(clock.sleeps).toEqual([125, 250]);
      expect(transport.sent).toEqual({ [method]: 3 });
    },
  );

  test('end with the last answer when there are no more', async () => {
    const server = await inTurn([503]);

    const response = responseOf(await testTransport({ retries: 2 }).send(get(server.url)));

    expect(response.status).toBe(503);
    expect(textOf(response)).toBe('3');
  });

  test.each([503, 429])('there are none of a request that is sent once, after a %i', async (status) => {
    const server = await inTurn([status]);
    const transport = testTransport({ retries: 2 });

    const response = responseOf(await transport.send(get(server.url, { once: true })));

    expect(response.status).toBe(status);
    expect(transport.sent).toEqual({ GET: 1 });
  });

  test('follow a refused connection, and nothing of it counts as sent', async () => {
    const clock = createTestClock();
    const transport = testTransport({ retries: 2 }, { clock });

    const failure = failureOf(await transport.send(get(await closedPort())));

    expect(failure.failure).toBe('refused');
    expect(clock.sleeps).toHaveLength(2);
    expect(transport.sent).toEqual({});
  });

  test('follow a connection that was closed or reset before an answer', async () => {
    let asked = 0;
    const server = await serveTcp((socket) => {
      asked += 1;
      if (asked === 1) socket.once('data', () => socket.end());
      else if (asked === 2) socket.once('data', () => socket.resetAndDestroy());
      else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });

    const response = responseOf(await testTransport({ retries: 2 }).send(get(server.url)));

    expect(textOf(response)).toBe('ok');
  });

  test('follow a time limit that passed before the headers', async () => {
    const clock = createTestClock();
    const server = await serve((_request, response) => {
      if (server.requests.length === 1) clock.advance(5000);
      else response.end('ok');
    });

    const outcome = await testTransport({ retries: 1, timeoutMs: 5000 }, { clock }).send(get(server.url));

    expect(textOf(responseOf(outcome))).toBe('ok');
  });

  test('do not follow a body that was cut short', async () => {
    const server = await serveText('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');

    const response = responseOf(await testTransport({ retries: 3 }).send(get(server.url)));

    expect(response.end).toBe('cut');
    expect(server.sockets).toHaveLength(1);
  });

  test('wait as long as the server asks, in seconds or until a date', async () => {
    const clock = createTestClock(Date.UTC(2026, 10, 6, 8, 49, 30));
    const date = 'Fri, 06 Nov 2026 08:49:40 GMT';
    const server = await inTurn([429, { 'retry-after': '3' }], [503, { 'retry-after': date }], [200]);

    await testTransport({ retries: 2 }, { clock }).send(get(server.url));

    expect(clock.sleeps).toEqual([3000, 7000]);
  });

  test('end where the server asks for too long a wait', async () => {
    const clock = createTestClock();
    const server = await inTurn([429, { 'retry-after': '3600' }]);

    const response = responseOf(await testTransport({ retries: 5 }, { clock }).send(get(server.url)));

    expect(response.status).toBe(429);
    expect(clock.sleeps).toEqual([]);
  });

  test('end with the last outcome when the caller cancels during the wait', async () => {
    const controller = new AbortController();
    const server = await inTurn([503], [200]);
    const clock = { ...createTestClock(), sleep: async () => controller.abort() };
    const request = get(server.url, { signal: controller.signal });

    const response = responseOf(await testTransport({ retries: 5 }, { clock }).send(request));

    expect(response.status).toBe(503);
    expect(server.requests).toHaveLength(1);
  });

  test('are spread by the random number', async () => {
    const clock = createTestClock();
    const server = await inTurn([503]);

    await testTransport({ retries: 2 }, { clock, random: () => 0.5 }).send(get(server.url));

    expect(clock.sleeps).toEqual([188, 375]);
  });
});

describe('connections', () => {
  async function ask(count: number, request: (server: TestServer) => HttpRequest): Promise<TestServer> {
    const server = await serve((_request, response) => response.end('ok'));
    const transport = testTransport({ concurrency: 1 });
    for (let asked = 0; asked < count; asked += 1) responseOf(await transport.send(request(server)));
    return server;
  }

  test.each(['GET', 'HEAD'] as const)('are used again, after a %s too', async (method) => {
    const server = await ask(5, ({ url }) => get(url, { method }));

    expect(server.sockets).toHaveLength(1);
  });

  test('are new and used once where that is asked for', async () => {
    const server = await ask(5, ({ url }) => get(url, { newConnection: true }));

    expect(server.sockets).toHaveLength(5);
    expect(server.requests.every((request) => request.headers.connection === 'close')).toBe(true);
  });

  test('that are new are closed after the answer, and the one in the pool is neither used nor closed', async () => {
    const server = await serve((_request, response) => response.end('ok'));
    const transport = testTransport({ concurrency: 1 });

    await transport.send(get(server.url));
    await transport.send(get(server.url, { newConnection: true }));
    const [pooled, fresh] = server.sockets;
    await vi.waitFor(() => expect(fresh?.destroyed).toBe(true));
    await transport.send(get(server.url));

    expect(pooled?.destroyed).toBe(false);
    expect(server.sockets).toHaveLength(2);
  });

  test('that are new are shared by those that say so until it is over, and by nobody else', async () => {
    const server = await serve((_request, response) => response.end('ok'));
    const transport = testTransport({ concurrency: 1 });
    const [one, other] = [new AbortController(), new AbortController()];
    const send = (sharedUntil?: AbortSignal) =>
      transport.send(get(server.url, sharedUntil === undefined ? {} : { newConnection: true, sharedUntil }));

    await send();
    for (const { signal } of [one, other, one, other, one]) await send(signal);
    const [kept, first, second] = server.sockets;
    one.abort();
    await vi.waitFor(() => expect(first?.destroyed).toBe(true));
    await send(one.signal);
    await send();

    expect([kept?.destroyed, second?.destroyed]).toEqual([false, false]);
    // One of its own for whoever comes too late.
    expect(server.sockets).toHaveLength(4);
    await transport.close();
    await vi.waitFor(() => expect(server.sockets.every(({ destroyed }) => destroyed)).toBe(true));
  });

  test('that are new are given up with their request, without waiting for the transport to close', async () => {
    const reached = Promise.withResolvers<void>();
    const silent = await serveTcp((socket) => socket.once('data', () => reached.resolve()));
    const controller = new AbortController();
    const request = get(`https://${silent.url.host}/`, { newConnection: true, signal: controller.signal });
    const sending = testTransport().send(request);
    await reached.promise;

    controller.abort();
    await sending;

    await vi.waitFor(() => expect(silent.sockets[0]?.destroyed).toBe(true));
  });
});

describe('closing', () => {
  test('ends what is under way as canceled: a body is not called cut', async () => {
    const flowing = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const server = await serve((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': '10' }).write('abc');
      else asked.resolve();
    });
    const transport = testTransport({ retries: 3 });
    const body = transport.send(
      get(`${server.url.href}body`, { read: { kind: 'stream', onChunk: () => flowing.resolve() } }),
    );
    const headers = transport.send(get(server.url));
    await Promise.all([flowing.promise, asked.promise]);

    await transport.close();

    expect(responseOf(await body).end).toBe('aborted');
    expect(failureOf(await headers).failure).toBe('aborted');
  });

  test('twice does no harm, and afterwards nothing is sent', async () => {
    const server = await serve((_request, response) => response.end());
    const transport = testTransport({ retries: 3 });

    await transport.close();
    await transport.close();

    expect(failureOf(await transport.send(get(server.url))).failure).toBe('aborted');
    expect(failureOf(await transport.send(get(server.url, { newConnection: true }))).failure).toBe('aborted');
    expect(server.sockets).toHaveLength(0);
  });

  test('leaves no socket open: none that idles, none that is still being made', async () => {
    const reached = Promise.withResolvers<void>();
    const idle = await serve((_request, response) => response.end('ok'));
    const silent = await serveTcp((socket) => socket.once('data', () => reached.resolve()));
    const transport = testTransport();
    await transport.send(get(idle.url));
    const connecting = transport.send(get(`https://${silent.url.host}/`));
    await reached.promise;

    await transport.close();
    await connecting;

    await vi.waitFor(() => {
      expect([...idle.sockets, ...silent.sockets].map((socket) => socket.destroyed)).toEqual([true, true]);
    });
  });
});

test('the log has one line for each exchange and each wait, without a query or a header', async () => {
  const lines: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
  const log: Log = { ...silentLog, debug: (fields, message) => lines.push([message, fields]) };
  const server = await inTurn([503], [200]);
  const transport = testTransport({ retries: 1 }, { log });

  await transport.send(get(`${server.url.href}v2/?token=secret`, { headers: { authorization: 'Bearer secret' } }));

  expect(lines.map(([message]) => message)).toEqual(['request is done', 'request is tried again', 'request is done']);
  expect(lines[0]?.[1]).toMatchObject({ method: 'GET', url: `${server.url.href}v2/`, status: 503 });
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('bodies that are too large to be held at once wait for each other, and all of them come', async () => {
  const body = Buffer.alloc(3 * 1024 * 1024);
  const server = await serve((_request, response) => void response.end(body));
  const transport = testTransport({ concurrency: 16 });
  const read = { kind: 'all', limit: body.length } as const;

  const answers = await Promise.all(
    Array.from({ length: 32 }, async () => responseOf(await transport.send(get(server.url, { read })))),
  );

  expect(answers.map(({ end, received }) => `${end} ${received}`)).toEqual(
    Array.from({ length: 32 }, () => `complete ${body.length}`),
  );
});
