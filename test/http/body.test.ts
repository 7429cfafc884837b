import { expect, test } from 'vitest';
import { readBody, type BodyResult } from '../../src/http/body.ts';
import type { BodyEnd, BodyRead } from '../../src/http/exchange.ts';
import { createStop, type Stop } from '../../src/http/stop.ts';
import { createTestClock } from '../support/clock.ts';

interface Source extends AsyncIterable<Uint8Array> {
  readonly pulled: number;
  readonly destroyed: boolean;
  destroy(): void;
}

function sourceOf(chunks: readonly string[], ending: Error | null = null): Source {
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
        yield new TextEncoder().encode(chunk);
      }
      if (ending !== null) throw ending;
    },
  };
}

function running(): Stop {
  return createStop(createTestClock(), 1000, []);
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
  const stop = createStop(clock, 1000, [caller.signal]);
  const source = sourceOf(['abc'], new Error('let go'));
  if (reason === 'timeout') clock.advance(1000);
  else caller.abort();

  const result = await readBody(source, { kind: 'all', limit: 100 }, 10, stop);

  expect(result.end).toBe(reason);
});
