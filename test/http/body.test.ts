import { gzipSync } from 'node:zlib';
import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { readBody, type BodyResult } from '../../src/http/body.ts';
import { startDecoding } from '../../src/http/decoding.ts';
import type { BodyEnd, BodyRead } from '../../src/http/exchange.ts';
import { createStop, type Stop } from '../../src/http/stop.ts';
import { createTestClock } from '../support/clock.ts';

interface Source extends AsyncIterable<Uint8Array> {
  readonly pulled: number;
  readonly destroyed: boolean;
  destroy(): void;
}

function sourceOf(chunks: readonly (string | Uint8Array)[], ending: Error | null = null): Source {
  let pulled = 0;
  let destroyed = false;
  return {
    get pulled() {
      return pulled;
    },
    get destroyed() {
      return destroyed;
    },
    destroy: () => {
      destroyed = true;
    },
    async *[Symbol.asyncIterator]() {
      for (const chunk of chunks) {
        pulled += 1;
        yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      }
      if (ending !== null) throw ending;
    },
  };
}

function running(): Stop {
  return createStop(createTestClock(), 1000, new AbortController().signal, () => {});
}

function shape({ body, received, end }: BodyResult): [string, number, BodyEnd] {
  return [new TextDecoder().decode(body), received, end];
}

test.each<[BodyRead, readonly string[], number | null, [string, number, BodyEnd]]>([
  [{ kind: 'all', limit: 6 }, ['abc', 'def'], 6, ['abcdef', 6, 'complete']],
  [{ kind: 'all', limit: 6 }, ['abc', 'def'], null, ['abcdef', 6, 'complete']],
  [{ kind: 'all', limit: 5 }, ['abc', 'def'], null, ['abcde', 6, 'limit']],
  [{ kind: 'all', limit: 5 }, [], 0, ['', 0, 'complete']],
  [{ kind: 'first', bytes: 1 }, ['a'], 1, ['a', 1, 'complete']],
  [{ kind: 'first', bytes: 4 }, ['abc'], null, ['abc', 3, 'complete']],
  [{ kind: 'first', bytes: 1 }, ['abc'], null, ['a', 3, 'limit']],
  [{ kind: 'first', bytes: 3 }, ['abc', 'def'], 6, ['abc', 3, 'limit']],
  [{ kind: 'first', bytes: 0 }, ['abc'], 3, ['', 0, 'limit']],
  [{ kind: 'all', limit: 9 }, ['abc'], 6, ['abc', 3, 'cut']],
])('%j of the chunks %j with an announced length of %s', async (read, chunks, announced, expected) => {
  const result = await readBody(sourceOf(chunks), read, announced, running());

  expect(shape(result)).toEqual(expected);
});

test.each([['UND_ERR_SOCKET'], ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH'], ['ECONNRESET'], ['HPE_INVALID_CHUNK_SIZE']])(
  'a body that breaks off with %s was cut, and what came is kept',
  async (code) => {
    const source = sourceOf(['abc'], Object.assign(new Error('broken'), { code }));

    const result = await readBody(source, { kind: 'all', limit: 100 }, 10, running());

    expect(shape(result)).toEqual(['abc', 3, 'cut']);
  },
);

test('reading stops at the first byte too many, and the rest is let go of', async () => {
  const source = sourceOf(['a', 'b', 'c', 'd']);

  await readBody(source, { kind: 'all', limit: 1 }, null, running());

  expect(source.pulled).toBe(2);
  expect(source.destroyed).toBe(true);
});

test('a stream hands over each chunk and keeps none', async () => {
  const seen: string[] = [];
  const onChunk = (chunk: Uint8Array): void => void seen.push(new TextDecoder().decode(chunk));

  const result = await readBody(sourceOf(['abc', 'def']), { kind: 'stream', onChunk }, 6, running());

  expect(seen).toEqual(['abc', 'def']);
  expect(shape(result)).toEqual(['', 6, 'complete']);
});

test('what the receiver of a stream throws is its own, not a cut body', async () => {
  const source = sourceOf(['abc', 'def']);
  const onChunk = (): void => {
    throw new Error('disk is full');
  };

  const reading = readBody(source, { kind: 'stream', onChunk }, 6, running());

  await expect(reading).rejects.toThrow('disk is full');
  expect(source.destroyed).toBe(true);
});

test.each(['timeout', 'aborted'] as const)('a body that we ended ourselves by %s was not cut', async (reason) => {
  const clock = createTestClock();
  const caller = new AbortController();
  const stop = createStop(clock, 1000, caller.signal, () => {});
  const source = sourceOf(['abc'], new Error('let go'));
  if (reason === 'timeout') clock.advance(1000);
  else caller.abort();

  const result = await readBody(source, { kind: 'all', limit: 100 }, 10, stop);

  expect(result.end).toBe(reason);
});

test.each<[string, Error, boolean]>([
  ['because the connection ended', new errors.SocketError('other side closed'), false],
  ['because the parser gave up', new errors.HTTPParserError('bad chunk'), true],
])('a body that was cut says whether it was so %s', async (_name, error, misread) => {
  const result = await readBody(sourceOf(['abc'], error), { kind: 'all', limit: 100 }, null, running());

  expect(result).toMatchObject({ end: 'cut', misread });
});

test('a body of which all came that was announced is complete, whatever the parser counted', async () => {
  const source = sourceOf(['abc'], new errors.ResponseContentLengthMismatchError());

  const result = await readBody(source, { kind: 'all', limit: 100 }, 3, running());

  expect(result).toMatchObject({ end: 'complete', misread: false });
});

describe('a coded body', () => {
  const coded = gzipSync('hello, hello');
  const bomb = gzipSync(Buffer.alloc(2 ** 26));

  test('is handed over as what comes out, and counted as what traveled', async () => {
    const seen: Uint8Array[] = [];
    const whole = await readBody(
      sourceOf([coded]),
      { kind: 'all', limit: 12 },
      coded.length,
      running(),
      startDecoding(['gzip']),
    );
    const onChunk = (chunk: Uint8Array): void => void seen.push(chunk);
    const streamed = await readBody(
      sourceOf([coded]),
      { kind: 'stream', onChunk },
      null,
      running(),
      startDecoding(['gzip']),
    );

    expect(shape(whole)).toEqual(['hello, hello', coded.length, 'complete']);
    expect(shape(streamed)).toEqual(['', coded.length, 'complete']);
    expect([whole.decoded, streamed.decoded]).toEqual([12, 12]);
    expect(Buffer.concat(seen).toString()).toBe('hello, hello');
  });

  test.each<[string, Uint8Array, number | null]>([
    ['its connection ended early', coded.subarray(0, -4), coded.length],
    ['it ends early itself', coded.subarray(0, -4), null],
    ['something follows it', Buffer.concat([coded, Buffer.from('!')]), coded.length + 1],
    ['it is not coded so at all', Buffer.from('hello'), 5],
  ])('is cut where %s', async (_name, bytes, announced) => {
    const read: BodyRead = { kind: 'all', limit: 100 };

    const result = await readBody(sourceOf([bytes]), read, announced, running(), startDecoding(['gzip']));

    expect(result).toMatchObject({ end: 'cut', misread: false, received: bytes.length });
  });

  test.each<[string, (onChunk: () => void) => BodyRead]>([
    ['all', () => ({ kind: 'all', limit: 1000 })],
    ['first', () => ({ kind: 'first', bytes: 1000 })],
    ['stream', (onChunk) => ({ kind: 'stream', limit: 1000, onChunk })],
  ])('that becomes a huge one ends at the limit: %s', async (kind, read) => {
    let chunks = 0;

    const result = await readBody(
      sourceOf([bomb]),
      read(() => (chunks += 1)),
      bomb.length,
      running(),
      startDecoding(['gzip']),
    );

    expect(result.end).toBe('limit');
    expect(result.body.length).toBe(kind === 'stream' ? 0 : 1000);
    expect(result.decoded).toBeLessThan(100_000);
    expect(chunks).toBe(kind === 'stream' ? 1 : 0);
  });

  test('of which much comes out long after it came is still held to the time limit', async () => {
    const clock = createTestClock();
    const stop = createStop(clock, 1000, new AbortController().signal, () => {});
    let chunks = 0;
    const onChunk = (): void => {
      chunks += 1;
      clock.advance(300);
    };

    const result = await readBody(sourceOf([bomb]), { kind: 'stream', onChunk }, null, stop, startDecoding(['gzip']));

    expect(result.end).toBe('timeout');
    expect(chunks).toBe(4);
  });
});
