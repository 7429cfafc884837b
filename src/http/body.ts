import type { BodyEnd, BodyRead } from './exchange.ts';
import type { Stop } from './stop.ts';

/** What was read of a body, and how the reading ended. */
export interface BodyResult {
  readonly body: Uint8Array;
  readonly received: number;
  readonly end: BodyEnd;
}

/** A body as undici gives it: chunks, and a way to let go of the rest. */
export interface BodySource extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/**
 * Reads a body as asked. Any error that is not our own doing means that it was cut: a stock registry announces
 * a length and closes the connection when a blob's data is gone, so that is evidence and no failure.
 * `announced` is the Content-Length in bytes, null when there is none. Throws only what `onChunk` throws.
 */
export async function readBody(
  source: BodySource,
  read: BodyRead,
  announced: number | null,
  stop: Stop,
): Promise<BodyResult> {
  const kept: Uint8Array[] = [];
  const wanted = wantedBytes(read);
  const chunks = source[Symbol.asyncIterator]();
  let received = 0;
  try {
    for (;;) {
      if (received > wanted || (received === wanted && announced !== null && announced > wanted))
        return result('limit');
      const next = await nextChunk(chunks);
      if (next === null) return result(stop.reason ?? 'cut');
      if (next.done === true) return result(announced !== null && received < announced ? 'cut' : 'complete');
      received += next.value.byteLength;
      if (read.kind === 'stream') {
        stop.extend();
        read.onChunk(next.value);
      } else {
        kept.push(next.value);
      }
    }
  } finally {
    source.destroy();
  }

  function result(end: BodyEnd): BodyResult {
    return { body: Buffer.concat(kept).subarray(0, wanted), received, end };
  }
}

function wantedBytes(read: BodyRead): number {
  switch (read.kind) {
    case 'all':
      return read.limit;
    case 'first':
      return read.bytes;
    case 'stream':
      return read.limit ?? Infinity;
  }
}

/** The next chunk, or null when the body broke off. */
async function nextChunk(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | null> {
  try {
    return await chunks.next();
  } catch {
    return null;
  }
}
