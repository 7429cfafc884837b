import type { ServerResponse } from 'node:http';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { serve, serveText } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

const SHORT_BLOB = 'HTTP/1.1 206 Partial Content\r\nContent-Length: 10\r\nContent-Range: bytes 0-9/10\r\n\r\nabc';
const SHORT_CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n';
const SHORT_416 =
  'HTTP/1.1 416 Requested Range Not Satisfiable\r\nContent-Length: 99\r\nContent-Type: text/plain\r\n\r\n';

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

describe('an answer that comes coded', () => {
  const listing = '{"name":"app","tags":["v1"]}';
  const coded = gzipSync(listing);

  test('is decoded, and says so', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'GZIP', 'content-length': coded.length }).end(coded),
    );

    const response = responseOf(await testTransport().send(get(server.url)));

    expect(textOf(response)).toBe(listing);
    expect(response).toMatchObject({
      end: 'complete',
      received: coded.length,
      headers: { 'content-length': String(coded.length) },
      coding: { names: ['gzip'], decoded: listing.length, forNodes: true },
    });
  });

  test('is decoded through all its codings, also in chunks and when it is an error', async () => {
    const twice = zstdCompressSync(gzipSync('{"errors":[{"message":"Bearer opaque-token"}]}'));
    const server = await serve((_request, response) => {
      response.writeHead(404, { 'content-encoding': 'gzip, zstd' });
      response.write(twice.subarray(0, 9));
      response.end(twice.subarray(9));
    });

    const response = responseOf(
      await testTransport().send(get(server.url, { headers: { authorization: 'Bearer opaque-token' } })),
    );

    expect(textOf(response)).toBe('{"errors":[{"message":"Bearer ***"}]}');
  });

  test.each(['br', 'aws-chunked', 'gzip, br'])('as %s is left as it is, and the coding named', async (coding) => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(coded),
    );

    const response = responseOf(await testTransport().send(get(server.url)));

    expect(Buffer.compare(response.body, coded)).toBe(0);
    expect(response.coding).toEqual({ names: coding.split(', '), decoded: null, forNodes: false });
  });

  test('in part is left as it is: a range is one of coded bytes', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(206, { 'content-encoding': 'gzip', 'content-length': 1 }).end(coded.subarray(-1)),
    );

    const response = responseOf(await testTransport().send(get(server.url, { read: { kind: 'first', bytes: 1 } })));

    expect(response).toMatchObject({ received: 1, end: 'complete', coding: { names: ['gzip'], decoded: null } });
  });

  test.each(['', 'identity'])('as %j is not coded', async (coding) => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': coding }).end(listing),
    );

    const response = responseOf(await testTransport().send(get(server.url)));

    expect(textOf(response)).toBe(listing);
    expect(response).not.toHaveProperty('coding');
  });

  test('to a HEAD has no body that could be', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': coded.length }).end(),
    );

    const response = responseOf(await testTransport().send(get(server.url, { method: 'HEAD' })));

    expect(response.end).toBe('complete');
    expect(response).not.toHaveProperty('coding');
  });

  test('keeps its connection', async () => {
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': coded.length }).end(coded),
    );
    const transport = testTransport({ concurrency: 1 });

    await transport.send(get(server.url));
    await transport.send(get(server.url));

    expect(server.sockets).toHaveLength(1);
  });
});
