import { startDecoding } from '../http/decoding.ts';

/** So many bytes are enough to know what a layer is compressed with. */
const MAGIC_BYTES = 10;

/** 128 MiB, what `zstd --long` makes at most and decoders take without being told. */
const ZSTD_WINDOW_LOG = 27;

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** A zstd frame that is to be skipped, whatever its last four bits are. RFC 8878, section 3.1.2. */
const ZSTD_SKIPPABLE = 0x184d2a50;

/**
 * What a layer is when it is unpacked, at the pace at which it is read. What it is compressed with is seen in its first
 * bytes, as containerd does it; what begins like neither gzip nor zstd is taken as it is. Throws for what ends too early
 * or goes on behind its end.
 */
export async function* decompress(layer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = layer[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  let next = await chunks.next();
  while (next.done !== true) {
    start = Buffer.concat([start, next.value]);
    if (start.length >= MAGIC_BYTES) break;
    next = await chunks.next();
  }
  const whole = startingWith(start, chunks);
  const coding = codingOf(start);
  yield* coding === null ? whole : startDecoding([coding], ZSTD_WINDOW_LOG).chunks(whole);
}

async function* startingWith(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function codingOf(start: Buffer): 'gzip' | 'zstd' | null {
  if (start.subarray(0, GZIP.length).equals(GZIP)) return 'gzip';
  if (start.subarray(0, ZSTD.length).equals(ZSTD)) return 'zstd';
  const isSkippable = start.length >= 8 && ((start.readUInt32LE(0) & 0xfffffff0) | 0) === ZSTD_SKIPPABLE;
  return isSkippable ? 'zstd' : null;
}
