import type { Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished, describe, expect, test } from 'vitest';
import type { Log } from '../../src/util/log.ts';
import { silentLog } from '../../src/util/log.ts';
import { createTestClock } from '../support/clock.ts';
import { startProxy } from './proxies.ts';
import { AUTHORITY, certificate, serveTcp, type TestServer } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

const TWICE = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello';
const CONFLICT = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!';
const CHUNKS_AND_LENGTH =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n5\r\nhello\r\n0\r\n\r\n';
const PADDED_CHUNKS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5  \r\nhello\r\n0\r\n\r\n';

/** Answers each request on a connection with this text, and notes what was asked on how many connections. */
async function answering(text: string | ((head: string) => string)) {
  const asked: string[] = [];
  const server: TestServer = await serveTcp((socket) => answerAll(socket, text, asked));
  return { url: server.url, sockets: server.sockets, asked };
}

function answerAll(socket: Socket, text: string | ((head: string) => string), asked: string[]): void {
  let received = '';
  socket.on('data', (bytes: Buffer) => {
    received += bytes.toString('latin1');
    for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
      const head = received.slice(0, end);
      received = received.slice(end + 4);
      asked.push(head.split('\r\n', 1)[0] ?? '');
      socket.write(typeof text === 'string' ? text : text(head), 'latin1');
      if (/^connection: close$/im.test(head)) socket.end();
    }
  });
}

describe('an answer that nodes read and a strict parser refuses', () => {
  test.each([
    ['the same length twice', TWICE],
    ['chunks and a length', CHUNKS_AND_LENGTH],
    ['a line that ends with LF alone', 'HTTP/1.1 200 OK\r\nX-A: b\nContent-Length: 5\r\n\r\nhello'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 5\r\n\r\nhello'],
    ['a blank before a colon', 'HTTP/1.1 200 OK\r\nX-A : b\r\nContent-Length: 5\r\n\r\nhello'],
    ['an interim answer', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'],
    ['blanks behind the size of a chunk', PADDED_CHUNKS],
  ])('is read, and the host is known for it from then on: %s', async (_name, text) => {
    const { url, asked } = await answering(text);
    const transport = testTransport();

    const outcomes = [await transport.send(get(url)), await transport.send(get(url)), await transport.send(get(url))];

    expect(outcomes.map((outcome) => textOf(responseOf(outcome)))).toEqual(['hello', 'hello', 'hello']);
    expect(outcomes.map((outcome) => responseOf(outcome).end)).toEqual(['complete', 'complete', 'complete']);
    expect(asked).toHaveLength(4);
    expect(transport.sent).toEqual({ GET: 4 });
  });

  test('is read behind blanks in its length, without asking for it again', async () => {
    const { url, asked } = await answering('HTTP/1.1 200 OK\r\nContent-Length: 5   \r\n\r\nhello');

    const response = responseOf(await testTransport().send(get(url)));

    expect(response).toMatchObject({ end: 'complete', received: 5, headers: { 'content-length': '5' } });
    expect(asked).toHaveLength(1);
  });

  test('to a HEAD keeps its length, chunks or not', async () => {
    const { url } = await answering(CHUNKS_AND_LENGTH.replace(/(?<=\r\n\r\n).*/s, ''));

    const response = responseOf(await testTransport().send(get(url, { method: 'HEAD' })));

    expect(response).toMatchObject({ status: 200, end: 'complete', headers: { 'content-length': '5' } });
  });

  test('to a stream is read from its beginning when its head was odd', async () => {
    const { url } = await answering(TWICE);
    const chunks: Uint8Array[] = [];

    await testTransport().send(get(url, { read: { kind: 'stream', onChunk: (chunk) => chunks.push(chunk) } }));

    expect(Buffer.concat(chunks).toString()).toBe('hello');
  });

  test('to a stream is not handed over twice when its body turns out odd, and comes whole the next time', async () => {
    const text = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5 \r\n, you\r\n0\r\n\r\n';
    const { url, asked } = await answering(text);
    const transport = testTransport();
    const read = async (): Promise<[string, string]> => {
      const chunks: Uint8Array[] = [];
      const onChunk = (chunk: Uint8Array): void => void chunks.push(chunk);
      const { end } = responseOf(await transport.send(get(url, { read: { kind: 'stream', onChunk } })));
      return [Buffer.concat(chunks).toString(), end];
    };

    const first = await read();
    const second = await read();

    expect([first, second]).toEqual([
      ['hello', 'cut'],
      ['hello, you', 'complete'],
    ]);
    expect(asked).toHaveLength(2);
  });

  test('is asked for once more alone, and not where something is pushed', async () => {
    const { url, asked } = await answering(TWICE);

    const failure = failureOf(await testTransport().send(get(url, { method: 'PUT' })));

    expect(failure.detail).toBe(`${url.host} sent something that is not HTTP/1.1 (HTTPParserError)`);
    expect(asked).toEqual(['PUT / HTTP/1.1']);
  });

  test('comes over a connection of its own, which is closed after it', async () => {
    const { url, sockets } = await answering(TWICE);
    const transport = testTransport();

    await transport.send(get(url));
    await transport.send(get(url));
    await transport.send(get(url, { newConnection: true }));

    expect(sockets).toHaveLength(4);
  });

  test('says nothing about other hosts, nor about one that only stumbled', async () => {
    const odd = await answering(TWICE);
    let answers = 0;
    const stumbling = await answering(() => {
      answers += 1;
      return answers === 1 ? 'garbage\r\n\r\n' : 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
    });
    const transport = testTransport({ concurrency: 1 });
    await transport.send(get(odd.url));

    for (let count = 0; count < 3; count += 1) responseOf(await transport.send(get(stumbling.url)));

    // The first connection broke, the second was read leniently, and the third is used from then on.
    expect(stumbling.sockets).toHaveLength(3);
    expect(stumbling.asked).toHaveLength(4);
  });

  test('is told once for each host, in the log', async () => {
    const { url } = await answering(TWICE);
    const told: unknown[] = [];
    const log: Log = { ...silentLog, debug: (fields, message) => void (/lenient/.test(message) && told.push(fields)) };
    const transport = testTransport({}, { log });

    await transport.send(get(url));
    await transport.send(get(url));

    expect(told).toEqual([{ host: url.host }]);
  });

  test('may come in pieces', async () => {
    const server = await serveTcp((socket) => {
      socket.once('data', () => {
        const bytes = [...Buffer.from(CHUNKS_AND_LENGTH)];
        const next = (): void => {
          const byte = bytes.shift();
          if (byte === undefined) socket.end();
          else socket.write(Buffer.of(byte), next);
        };
        next();
      });
    });

    expect(textOf(responseOf(await testTransport().send(get(server.url))))).toBe('hello');
  });

  test('of several MiB comes whole, at the pace at which it is read', async () => {
    const body = Buffer.alloc(5 * 1024 * 1024, 'layer ');
    const size = body.length.toString(16);
    const text = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n${size}\r\n${body.toString('latin1')}\r\n0\r\n\r\n`;
    const { url } = await answering(text);

    const response = responseOf(await testTransport().send(get(url, { read: { kind: 'all', limit: 2 ** 24 } })));

    expect(response).toMatchObject({ received: body.length, end: 'complete' });
    expect(Buffer.compare(response.body, body)).toBe(0);
  });
});

describe('the way to it is the same', () => {
  test('over TLS, with the authority that was given and no other', async () => {
    const asked: string[] = [];
    const server = createTlsServer({ ...certificate('server') }, (socket) => {
      socket.on('error', () => {});
      answerAll(socket, TWICE, asked);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const url = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`;

    const trusted = await testTransport({ ca: AUTHORITY }).send(get(url));
    const doubted = await testTransport().send(get(url));

    expect(textOf(responseOf(trusted))).toBe('hello');
    expect(failureOf(doubted).failure).toBe('tls');
    expect(asked).toHaveLength(2);
  });

  test('through a proxy that forwards', async () => {
    const proxy = await answering(TWICE);
    const transport = testTransport({ proxy: { httpProxy: proxy.url.href, httpsProxy: '', noProxy: '' } });

    const outcome = await transport.send(get('http://registry.example.com/v2/'));

    expect(textOf(responseOf(outcome))).toBe('hello');
    expect(proxy.asked).toEqual(Array.from({ length: 2 }, () => 'GET http://registry.example.com/v2/ HTTP/1.1'));
  });

  test('through a tunnel', async () => {
    const asked: string[] = [];
    const server = createTlsServer({ ...certificate('server') }, (socket) => {
      socket.on('error', () => {});
      answerAll(socket, TWICE, asked);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const proxy = await startProxy();
    const httpsProxy = proxy.server.url.href;

    const outcome = await testTransport({ ca: AUTHORITY, proxy: { httpProxy: '', httpsProxy, noProxy: '' } }).send(
      get(`https://${host}/`),
    );

    expect(textOf(responseOf(outcome))).toBe('hello');
    expect(proxy.asked).toEqual([`CONNECT ${host}`, `CONNECT ${host}`]);
  });

  test('within the time limit, which each of both has for itself', async () => {
    const clock = createTestClock();
    let answers = 0;
    const server = await serveTcp((socket) => {
      socket.once('data', () => {
        answers += 1;
        if (answers === 1) socket.write(TWICE);
        else clock.advance(5000);
      });
    });

    const failure = failureOf(await testTransport({ timeoutMs: 5000 }, { clock }).send(get(server.url)));

    expect(failure).toMatchObject({
      failure: 'timeout',
      detail: `${server.url.host} sent no headers within 5000 ms`,
    });
  });

  test('until it is canceled', async () => {
    const controller = new AbortController();
    let answers = 0;
    const server = await serveTcp((socket) => {
      socket.once('data', () => {
        answers += 1;
        if (answers === 1) socket.write(TWICE);
        else controller.abort();
      });
    });

    const failure = failureOf(await testTransport().send(get(server.url, { signal: controller.signal })));

    expect(failure.failure).toBe('aborted');
  });

  test.each([
    ['cut short', TWICE.slice(0, -2), 'end', 3],
    ['cut short between chunks', CHUNKS_AND_LENGTH.slice(0, -5), 'end', 5],
    ['reset', TWICE.slice(0, -2), 'reset', 3],
  ] as const)('and so is what is made of a body: %s', async (_name, text, ending, received) => {
    const server = await serveTcp((socket) => {
      socket.once('data', () => socket.write(text, () => (ending === 'end' ? socket.end() : socket.resetAndDestroy())));
    });

    expect(responseOf(await testTransport().send(get(server.url)))).toMatchObject({ end: 'cut', received });
  });
});

describe('an answer that cannot be read', () => {
  test.each<[string, string]>([
    [CONFLICT, 'two Content-Length fields that differ'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello', 'a Content-Length that is no number'],
    ['HTTP/1.1 200 OK\r\nX-A: b\rContent-Length: 5\r\n\r\nhello', 'a control character in a header'],
    ['HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 5\r\n\r\nhello', 'a control character in a header'],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, identity\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'a Transfer-Encoding other than chunked',
    ],
    [
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\nhello',
      'a Transfer-Encoding other than chunked',
    ],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\nhello', 'the status 101'],
    [`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(9)}${TWICE}`, 'too many answers before the answer'],
    [`HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: ${'a'.repeat(65_536)}\r\n\r\nhello`, 'more than 64 KiB of headers'],
    [`HTTP/1.1 200 OK\r\nX-A: b\nX-B: ${'b'.repeat(65_536)}\r\n\r\nhello`, 'more than 64 KiB of headers'],
  ])('says what is odd about it, and is not tried again: %j', async (text, oddity) => {
    const { url } = await answering(text);
    const clock = createTestClock();

    const failure = failureOf(await testTransport({ retries: 3 }, { clock }).send(get(url)));

    expect(failure).toMatchObject({
      failure: 'garbled',
      detail: `${url.host} sent an answer that cannot be read: ${oddity}`,
    });
    expect(clock.sleeps).toEqual([]);
  });

  test('because its head has no end is not waited for, nor kept', async () => {
    const server = await serveTcp((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\nX-A: b\nX-B: ${'b'.repeat(70_000)}`));
    });

    const failure = failureOf(await testTransport().send(get(server.url)));

    expect(failure.detail).toContain('cannot be read: more than 64 KiB of headers');
  });

  test('because it is no HTTP is not waited for', async () => {
    const server = await serveTcp((socket) =>
      socket.once('data', () => socket.write('220 mail.example.com ESMTP\r\n')),
    );

    const failure = failureOf(await testTransport().send(get(server.url)));

    expect(failure).toMatchObject({
      failure: 'other',
      detail: `${server.url.host} sent something that is not HTTP/1.1 (HTTPParserError)`,
    });
  });

  test('has as many headers as a gateway may add: 60 KiB of them are read', async () => {
    const { url, asked } = await answering(
      `HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: ${'a'.repeat(60_000)}\r\n\r\nhello`,
    );

    expect(textOf(responseOf(await testTransport().send(get(url))))).toBe('hello');
    expect(asked).toHaveLength(1);
  });
});
