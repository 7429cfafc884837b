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
  serveText,
  serveTls,
  type TestServer,
} from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

const SHORT_BLOB = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: bytes 0-9/10\r\n\r\nabc';
const SHORT_CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
const SHORT_416 =
  'HTTP/1.1 416 Requested Range Not Satisfiable\r\nContent-Length: 99\r\nContent-Type: text/plain\r\n\r\n';

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

/** A URL to connect to in vain: TLS to a server that takes the connection and says nothing. */
async function unconnectable(): Promise<{ url: URL; reached: Promise<void> }> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const { url } = await serveTcp((socket) => socket.once('data', () => resolve()));
  return { url: new URL(`https://${url.host}/`), reached };
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

describe('an answer', () => {
  test('is handed back with its status, its headers in lower case and its body', async () => {
    const server = await serve((_request, response) => {
      response.writeHead(404, [
        ['Content-Type', 'application/json'],
        ['WWW-Authenticate', 'Bearer realm="a"'],
        ['WWW-Authenticate', 'Basic realm="b"'],
      ]);
      response.end('{"errors":[]}');
    });

    const response = responseOf(await testTransport().send(get(server.url)));

    expect(response).toMatchObject({ status: 404, received: 13, end: 'complete', redirected: false });
    expect(response.headers).toMatchObject({
      'content-type': 'application/json',
      'www-authenticate': 'Bearer realm="a", Basic realm="b"',
    });
    expect(textOf(response)).toBe('{"errors":[]}');
  });

  test('to a HEAD has no body, whatever length it announces, and is complete', async () => {
    const server = await serve((_request, response) => response.writeHead(200, { 'content-length': '4096' }).end());

    const response = responseOf(await testTransport().send(get(server.url, { method: 'HEAD' })));

    expect(response).toMatchObject({ status: 200, received: 0, end: 'complete' });
    expect(response.headers['content-length']).toBe('4096');
  });

  test('is not asked for in a compressed form, and our user agent is named', async () => {
    const server = await serve((_request, response) => response.end());

    await testTransport({ userAgent: 'probe/1.0' }).send(get(server.url, { headers: { Accept: 'a/b' } }));

    expect(server.requests[0]?.headers).toMatchObject({
      accept: 'a/b',
      'accept-encoding': 'identity',
      'user-agent': 'probe/1.0',
    });
  });

  test('to a push comes after its body was sent', async () => {
    const bodies: string[] = [];
    const server = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      request.on('end', () => response.writeHead(202).end());
    });

    const response = responseOf(await testTransport().send(get(server.url, { method: 'PUT', body: 'up 1\n' })));

    expect(response.status).toBe(202);
    expect(bodies.join('')).toBe('up 1\n');
  });
});

describe('a body cut short', () => {
  test.each([
    ['with a length, the connection ended', SHORT_BLOB, 'end', 206, 3],
    ['with a length, the connection reset', SHORT_BLOB, 'reset', 206, 3],
    ['with chunks, the connection ended', SHORT_CHUNKS, 'end', 200, 3],
    ['with chunks, the connection reset', SHORT_CHUNKS, 'reset', 200, 3],
    ['of a 416 that announces more than it says', SHORT_416, 'end', 416, 0],
    ['that never began', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n', 'end', 200, 0],
    ['whose chunks are garbage', `${SHORT_CHUNKS}what?\r\n`, 'stay', 200, 3],
  ] as const)('is a response, not a failure: %s', async (_name, text, ending, status, received) => {
    const server = await serveText(text, ending);
    const transport = testTransport();

    const pooled = responseOf(await transport.send(get(server.url)));
    const fresh = responseOf(await transport.send(get(server.url, { newConnection: true })));

    expect(pooled).toMatchObject({ status, received, end: 'cut' });
    expect(fresh).toMatchObject({ status, received, end: 'cut' });
  });

  test('is told from a connection closed before any header', async () => {
    const server = await serveText('HTTP/1.1 200 OK\r\nContent-Le', 'end');

    const failure = failureOf(await testTransport().send(get(server.url)));

    expect(failure.failure).not.toBe('timeout');
    expect(failure.kind).toBe('failure');
  });

  test('that is only wanted in part is not cut where enough of it came', async () => {
    const server = await serveText(SHORT_BLOB, 'end');

    const response = responseOf(await testTransport().send(get(server.url, { read: { kind: 'first', bytes: 2 } })));

    expect(response.end).toBe('limit');
    expect(textOf(response)).toBe('ab');
  });
});

describe('a limit', () => {
  const endless = (response: ServerResponse): void => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536))) continue;
    if (!response.destroyed) response.once('drain', () => endless(response));
  };

  test.each([
    { kind: 'all', limit: 100_000 },
    { kind: 'first', bytes: 1 },
  ] as const)('ends the reading of an endless body: %j', async (read) => {
    const closed = Promise.withResolvers<void>();
    const server = await serve((_request, response) => {
      response.on('close', () => closed.resolve());
      endless(response);
    });

    const response = responseOf(await testTransport().send(get(server.url, { read })));
    await closed.promise;

    expect(response.end).toBe('limit');
    expect(response.body.byteLength).toBe(read.kind === 'all' ? read.limit : read.bytes);
  });

  test('of nothing reads nothing, and letting go of the rest does no harm', async () => {
    const server = await serve((_request, response) => response.end('unwanted'));

    const response = responseOf(await testTransport().send(get(server.url, { read: { kind: 'first', bytes: 0 } })));

    expect(response).toMatchObject({ status: 200, received: 0, end: 'limit' });
  });

  test('of one byte is kept by a range answer of one byte, and the connection lives on', async () => {
    const server = await serve((_request, response) => response.writeHead(206, { 'content-length': '1' }).end('x'));
    const transport = testTransport({ concurrency: 1 });
    const tail = get(server.url, { read: { kind: 'first', bytes: 1 } });

    const response = responseOf(await transport.send(tail));
    await transport.send(tail);

    expect(response).toMatchObject({ received: 1, end: 'complete' });
    expect(server.sockets).toHaveLength(1);
  });
});

describe('a stream', () => {
  test('hands over the bytes of a success', async () => {
    const server = await serve((_request, response) => response.end('layer'));
    const chunks: Uint8Array[] = [];

    const outcome = await testTransport().send(
      get(server.url, { read: { kind: 'stream', onChunk: (chunk) => chunks.push(chunk) } }),
    );

    expect(responseOf(outcome)).toMatchObject({ received: 5, end: 'complete' });
    expect(responseOf(outcome).body.byteLength).toBe(0);
    expect(Buffer.concat(chunks).toString()).toBe('layer');
  });

  test('hands over nothing of an error document or of a redirect, before or after a retry', async () => {
    let asked = 0;
    const server = await serve((request, response) => {
      asked += 1;
      if (asked === 1) response.writeHead(503).end('try later');
      else if (request.url === '/') response.writeHead(307, { location: '/blob' }).end('<a href="/blob">');
      else response.end('layer');
    });
    const chunks: Uint8Array[] = [];

    await testTransport({ retries: 1 }).send(
      get(server.url, { read: { kind: 'stream', onChunk: (chunk) => chunks.push(chunk) } }),
    );

    expect(asked).toBe(3);
    expect(Buffer.concat(chunks).toString()).toBe('layer');
  });

  test('keeps an error document, which says what is wrong', async () => {
    const server = await serve((_request, response) => response.writeHead(404).end('{"errors":[]}'));

    const outcome = await testTransport().send(get(server.url, { read: { kind: 'stream', onChunk: () => {} } }));

    expect(textOf(responseOf(outcome))).toBe('{"errors":[]}');
  });

  test('whose receiver throws rejects with that very error', async () => {
    const server = await serve((_request, response) => response.end('layer'));
    const onChunk = (): void => {
      throw new Error('disk is full');
    };

    const sending = testTransport().send(get(server.url, { read: { kind: 'stream', onChunk } }));

    await expect(sending).rejects.toThrow('disk is full');
  });
});

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

  test('ends at once while connecting, and is not counted as sent', async () => {
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
    const shaken = Promise.withResolvers<void>();
    const backend = await serveTls(certificate('server'), (_request, response) => response.end());
    backend.onHandshake(() => shaken.resolve());
    const reached = Promise.withResolvers<() => void>();
    const front = await serveTcp((socket) => {
      socket.once('readable', () => {
        reached.resolve(() => socket.pipe(connect(Number(backend.url.port), '127.0.0.1')).pipe(socket));
      });
    });
    const controller = new AbortController();
    const transport = testTransport({ ca: AUTHORITY });
    const sending = transport.send(get(`https://${front.url.host}/`, { signal: controller.signal }));
    const goOn = await reached.promise;

    controller.abort();
    const { failure } = failureOf(await sending);
    goOn();
    await shaken.promise;
    // What the client would send would come before the answer to this.
    await transport.send(get((await serve((_request, response) => response.end())).url));

    expect(failure).toBe('aborted');
    expect(backend.requests).toHaveLength(0);
    expect(transport.sent).toEqual({ GET: 1 });
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

describe('a server that gives no answer', () => {
  test('refuses', async () => {
    const url = await closedPort();

    const failure = failureOf(await testTransport().send(get(`${url.href}v2/?token=secret`)));

    expect(failure).toMatchObject({
      failure: 'refused',
      detail: `${url.host} refused the connection (ECONNREFUSED)`,
    });
    expect(failure.url.pathname).toBe('/v2/');
  });

  test.each([
    ['end', 'closed'],
    ['reset', 'reset'],
  ] as const)('and does "%s" is %s', async (ending, failure) => {
    const server = await serveText('', ending);

    expect(failureOf(await testTransport().send(get(server.url))).failure).toBe(failure);
  });

  test('because its name does not exist says so', async () => {
    // A label of more than 63 characters exists nowhere, and no name server need be asked to know.
    const host = `${'a'.repeat(64)}.example.com`;

    const failure = failureOf(await testTransport().send(get(`http://${host}/`)));

    expect(failure).toMatchObject({ failure: 'dns', detail: `${host} has a name that does not resolve (ENOTFOUND)` });
  });

  test('but something else than HTTP says so', async () => {
    const server = await serveText('SSH-2.0-OpenSSH_9.2\r\n', 'stay');

    const failure = failureOf(await testTransport().send(get(server.url)));

    expect(failure.failure).toBe('other');
    expect(failure.detail).toContain('sent something that is not HTTP/1.1 (HTTPParserError)');
  });

  test('because a header may not be sent is a failure, not an exception', async () => {
    const request = get(await closedPort(), { headers: { authorization: 'Bearer a\r\nb' } });

    expect(failureOf(await testTransport().send(request)).failure).toBe('other');
  });
});
