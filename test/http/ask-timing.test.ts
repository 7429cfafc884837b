import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../src/http/exchange.ts';
import type { Clock } from '../../src/util/clock.ts';
import { createTestClock } from '../support/clock.ts';
import {
  AUTHORITY,
  certificate,
  closedPort,
  serve,
  serveTcp,
  serveTls,
  unconnectable,
  type TestServer,
} from './servers.ts';
import { failureOf, get, responseOf, testTransport } from './transports.ts';

/** A server that sends headers and part of a body, and then nothing. */
function stallingServer(): Promise<TestServer> {
  return serve((_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('abc');
  });
}

/** A server that takes a request and never answers. */
async function silentServer(): Promise<{ server: TestServer; asked: Promise<void> }> {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = await serve(() => resolve());
  return { server, asked };
}

/** Resolves once the first bytes of the answer were read. */
function streaming(): { read: HttpRequest['read']; flowing: Promise<void> } {
  const { promise: flowing, resolve } = Promise.withResolvers<void>();
  return { read: { kind: 'stream', onChunk: () => resolve() }, flowing };
}

/** A whole body; `reading` resolves when its limit is looked up, which is once the headers are there. */
function observed(): { read: HttpRequest['read']; reading: Promise<void> } {
  const { promise: reading, resolve } = Promise.withResolvers<void>();
  const read = {
    kind: 'all',
    get limit() {
      resolve();
      return 100;
    },
  } as const;
  return { read, reading };
}

describe('the time limit', () => {
  test('passes while connecting', async () => {
    const { url, reached } = await unconnectable();
    const clock = createTestClock();
    const sending = testTransport({ timeoutMs: 5000 }, { clock }).send(get(url));
    await reached;

    clock.advance(5000);

    expect(failureOf(await sending)).toMatchObject({
      failure: 'timeout',
      detail: `${url.host} could not be connected to within 5000 ms`,
    });
  });

  test('passes while waiting for headers', async () => {
    const { server, asked } = await silentServer();
    const clock = createTestClock();
    const sending = testTransport({ timeoutMs: 5000 }, { clock }).send(get(server.url));
    await asked;

    clock.advance(5000);

    expect(failureOf(await sending)).toMatchObject({
      failure: 'timeout',
      detail: `${server.url.host} sent no headers within 5000 ms`,
    });
  });

  test('is one for headers and body together, and leaves a response when the body is late', async () => {
    const clock = createTestClock();
    const server = await stallingServer();
    const { read, reading } = observed();
    const sending = testTransport({ timeoutMs: 5000 }, { clock }).send(get(server.url, { read }));
    await reading;

    clock.advance(5000);

    expect(responseOf(await sending)).toMatchObject({ status: 200, end: 'timeout' });
  });

  test('is the longest silence for a stream', async () => {
    const clock = createTestClock();
    const { promise: answering, resolve } = Promise.withResolvers<ServerResponse>();
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('a');
      resolve(response);
    });
    const arrivals = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let received = 0;
    const onChunk = (): void => arrivals[received++]?.resolve();
    const sending = testTransport({ timeoutMs: 5000 }, { clock }).send(
      get(server.url, { read: { kind: 'stream', onChunk } }),
    );

    await arrivals[0]?.promise;
    clock.advance(4000);
    (await answering).write('b');
    await arrivals[1]?.promise;
    clock.advance(4000);
    const pendingAfterEightSeconds = clock.pending;
    clock.advance(1000);

    expect(pendingAfterEightSeconds).toBe(1);
    expect(responseOf(await sending)).toMatchObject({ received: 2, end: 'timeout' });
  });

  test('of a stream starts anew when the headers are there', async () => {
    const base = createTestClock();
    const extended = Promise.withResolvers<void>();
    let limits = 0;
    const schedule: Clock['schedule'] = (ms, task) => {
      limits += 1;
      if (limits === 2) extended.resolve();
      return base.schedule(ms, task);
    };
    const server = await serve((_request, response) => {
      base.advance(4000);
      response.writeHead(200, { 'content-length': '10' }).flushHeaders();
    });
    const request = get(server.url, { read: { kind: 'stream', onChunk: () => {} } });
    const sending = testTransport({ timeoutMs: 5000 }, { clock: { ...base, schedule } }).send(request);

    await extended.promise;
    base.advance(4000);
    const pendingAfterEightSeconds = base.pending;
    base.advance(1000);

    expect(pendingAfterEightSeconds).toBe(1);
    expect(responseOf(await sending).end).toBe('timeout');
  });

  test('leaves no timer behind', async () => {
    const clock = createTestClock();
    const server = await serve((_request, response) => response.end('done'));
    const transport = testTransport({}, { clock });

    await transport.send(get(server.url));
    await transport.send(get(await closedPort()));

    expect(clock.pending).toBe(0);
  });
});

describe('a canceled request', () => {
  test('is not sent when it was canceled before', async () => {
    const server = await serve((_request, response) => response.end());
    const transport = testTransport({ retries: 3 });

    const failure = failureOf(await transport.send(get(server.url, { signal: AbortSignal.abort() })));

    expect(failure.failure).toBe('aborted');
    expect(server.sockets).toHaveLength(0);
    expect(transport.sent).toEqual({});
  });

  test('ends at once while waiting for headers', async () => {
    const { server, asked } = await silentServer();
    const controller = new AbortController();
    const sending = testTransport({ retries: 3 }).send(get(server.url, { signal: controller.signal }));
    await asked;

    controller.abort();

    expect(failureOf(await sending)).toMatchObject({
      failure: 'aborted',
      detail: `${server.url.host} had not answered when the request was canceled`,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is a response with its body aborted, not cut, once the headers came', async () => {
    const server = await stallingServer();
    const controller = new AbortController();
    const { read, flowing } = streaming();
    const sending = testTransport().send(get(server.url, { signal: controller.signal, read }));
    await flowing;

    controller.abort();

    expect(responseOf(await sending)).toMatchObject({ received: 3, end: 'aborted' });
  });
});

test('a header that may not be sent is a failure, not an exception', async () => {
  const request = get(await closedPort(), { headers: { authorization: 'Bearer a\r\nb' } });

  expect(failureOf(await testTransport().send(request)).failure).toBe('other');
});

describe('a request canceled while connecting', () => {
  test('ends at once, and is not counted as sent', async () => {
    const { url, reached } = await unconnectable();
    const controller = new AbortController();
    const transport = testTransport();
    const sending = transport.send(get(url, { signal: controller.signal }));
    await reached;

    controller.abort();

    expect(failureOf(await sending).failure).toBe('aborted');
    expect(transport.sent).toEqual({});
  });

  test('is not sent when its connection comes to stand after all', async () => {
    const backend = await serveTls(certificate('server'), (_request, response) => response.end());
    const reached = Promise.withResolvers<() => void>();
    const closed = Promise.withResolvers<void>();
    const front = await serveTcp((socket) => {
      socket.on('close', () => closed.resolve());
      socket.once('readable', () => {
        reached.resolve(() => socket.pipe(connect(Number(backend.url.port), '127.0.0.1')).pipe(socket));
      });
    });
    const controller = new AbortController();
    const transport = testTransport({ ca: AUTHORITY });
    const sending = transport.send(get(`https://${front.url.host}/`, { signal: controller.signal }));
    const letThrough = await reached.promise;

    controller.abort();
    const { failure } = failureOf(await sending);
    letThrough();
    await closed.promise;

    expect(failure).toBe('aborted');
    expect(backend.requests).toHaveLength(0);
    expect(transport.sent).toEqual({});
  });
});

describe('what was sent', () => {
  test('counts each request on the wire by method, retries and hops included', async () => {
    const server = await serve((request, response) => {
      const { length } = server.requests;
      if (length === 1) response.writeHead(503).end();
      else if (request.url === '/') response.writeHead(307, { location: '/next' }).end();
      else response.end();
    });
    const transport = testTransport({ retries: 1 });

    await transport.send(get(server.url));
    await transport.send(get(`${server.url.href}next`, { method: 'HEAD' }));

    expect(transport.sent).toEqual({ GET: 3, HEAD: 1 });
  });
});
