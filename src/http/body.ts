import { SMALL_BODY_BYTES } from './body-room.ts';
import type { Decoding } from './decoding.ts';
import type { BodyEnd, BodyRead } from './exchange.ts';
import { isMisread } from './lenient-socket.ts';
import type { Stop } from './stop.ts';

/** What was read of a body, and how the reading ended. */
export interface BodyResult {
  readonly body: Uint8Array;
  /** Bytes that traveled. */
  readonly received: number;
  /** Bytes that came out of them; the same number where nothing is coded. */
  readonly decoded: number;
  readonly end: BodyEnd;
  /** It was cut because the parser gave up, and not because the connection ended. */
  readonly misread: boolean;
}

/** A body as undici gives it: chunks, and a way to let go of the rest. */
export interface BodySource extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/**
 * Reads a body as asked, decoded where it is coded: limits are for what comes out. Any error that is not our own doing
 * means that it was cut: a stock registry announces a length and closes the connection when a blob's data is gone, so
 * that is evidence and no failure; so is a coded body that ends early or goes on behind its end.
 * `announced` is the Content-Length in bytes, null when there is none. `makeRoom` is asked before a large body is held,
 * with how large it may become; false where it is not to be read. Throws only what `onChunk` throws.
 */
export async function readBody(
  source: BodySource,
  read: BodyRead,
  announced: number | null,
  stop: Stop,
  decoding: Decoding | null = null,
  makeRoom: (bytes: number) => Promise<boolean> = () => Promise.resolve(true),
): Promise<BodyResult> {
  const kept: Uint8Array[] = [];
  const wanted = wantedBytes(read);
  const coded = decoding !== null;
  const chunks = (decoding?.chunks(traveling()) ?? source)[Symbol.asyncIterator]();
  let received = 0;
  let decoded = 0;
  let hasRoom = false;
  try {
    if (read.kind !== 'stream' && !coded && Math.min(wanted, announced ?? 0) > SMALL_BODY_BYTES) {
      hasRoom = await makeRoom(Math.min(wanted, announced ?? 0));
      if (!hasRoom) return result(stop.reason ?? 'aborted');
    }
    for (;;) {
      const enough = !coded && received === wanted && announced !== null && announced > wanted;
      if (decoded > wanted || enough) return result('limit');
      // Much can come out of what came long ago.
      if (coded && stop.reason !== null) return result(stop.reason);
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } catch (error) {
        return broken(error);
      }
      if (next.done === true) return result(announced !== null && received < announced ? 'cut' : 'complete');
      const chunk = next.value;
      if (!coded) count(chunk);
      decoded += chunk.byteLength;
      if (read.kind !== 'stream' && decoded > SMALL_BODY_BYTES && !hasRoom) {
        hasRoom = await makeRoom(coded || announced === null ? wanted : Math.min(wanted, announced));
        if (!hasRoom) return result(stop.reason ?? 'aborted');
      }
      if (read.kind === 'stream') await read.onChunk(chunk);
      else kept.push(chunk);
    }
  } finally {
    source.destroy();
    if (coded) await letGo(chunks);
  }

  async function* traveling(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      count(chunk);
      yield chunk;
    }
  }

  function count(chunk: Uint8Array): void {
    received += chunk.byteLength;
    if (read.kind === 'stream') stop.extend();
  }

  function broken(error: unknown): BodyResult {
    if (stop.reason !== null) return result(stop.reason);
    // undici counts blanks behind a length as digits, and misses bytes that were never announced.
    return !coded && received === announced ? result('complete') : { ...result('cut'), misread: isMisread(error) };
  }

  function result(end: BodyEnd): BodyResult {
    return { body: Buffer.concat(kept).subarray(0, wanted), received, decoded, end, misread: false };
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

/** Ends what is being decoded; what a body that is let go of still has to say is of no interest. */
async function letGo(chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    await chunks.return?.();
  } catch {
    // As above.
  }
}
