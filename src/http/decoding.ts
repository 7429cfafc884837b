import {
  constants,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib';

/** More in a row are taken for an attack: each costs a decoder, and one is what servers and proxies apply. */
const MOST_CODINGS = 4;
/** Eight MiB, the largest window that the content coding allows; more would be memory. RFC 9659, section 3. */
const ZSTD_WINDOW_LOG = 23;

type Decoder = Gunzip | Inflate | InflateRaw | ZstdDecompress;

interface Kind {
  readonly create: (isZlib: boolean, zstdWindowLog: number) => Decoder;
  /** Whether what is coded may be several such, one after the other. */
  readonly joined: boolean;
}

const GZIP: Kind = { create: () => createGunzip(), joined: true };
const DEFLATE: Kind = { create: (isZlib) => (isZlib ? createInflate() : createInflateRaw()), joined: false };
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['gzip', GZIP],
  ['x-gzip', GZIP],
  [
    'zstd',
    { create: (_, log) => createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: log } }), joined: true },
  ],
  ['deflate', DEFLATE],
]);

/**
 * The codings that a Content-Encoding names, in lower case and in the order in which they were applied; none for a body
 * as it is. https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function readCodings(header: string | undefined): readonly string[] {
  const names = (header ?? '').toLowerCase().split(/[\s,]+/);
  return names.filter((name) => name !== '' && name !== 'identity');
}

/** Whether a body with these codings can be decoded here. */
export function isDecodable(codings: readonly string[]): boolean {
  return codings.length <= MOST_CODINGS && codings.every((name) => KINDS.has(name));
}

/** What containerd undoes; of deflate, only what comes without zlib's wrapping. */
const FOR_NODES: ReadonlySet<string> = new Set(['gzip', 'zstd', 'deflate']);

/** Undoes the codings of one body. */
export interface Decoding {
  chunks(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Whether nodes would have undone what was undone so far. */
  readonly forNodes: boolean;
}

/**
 * Undoes codings that can be undone, the last one first, at the pace at which the result is read: of a small body that
 * becomes a huge one, no more than a few KiB are held. An empty body is one whatever it says of itself. Throws for
 * what is not coded so, for what ends too early, and for what goes on behind its end.
 * `zstdWindowLog` is the power of two that a window may have, in bytes.
 */
export function startDecoding(codings: readonly string[], zstdWindowLog = ZSTD_WINDOW_LOG): Decoding {
  let forNodes = codings.every((name) => FOR_NODES.has(name));
  /** Without zlib's wrapping, those bits of the first byte would be padding. RFC 1950, section 2.2. */
  const begin: Begin = (kind, first) => {
    const isZlib = kind === DEFLATE && (first & 0x0f) === 8;
    if (isZlib) forNodes = false;
    return kind.create(isZlib, zstdWindowLog);
  };
  return {
    chunks: (source) =>
      codings.toReversed().reduce((chunks, name) => undo(chunks, KINDS.get(name) ?? GZIP, begin), source),
    get forNodes() {
      return forNodes;
    },
  };
}

/** Makes a decoder for what begins with this byte. */
type Begin = (kind: Kind, first: number) => Decoder;

async function* undo(source: AsyncIterable<Uint8Array>, kind: Kind, begin: Begin): AsyncGenerator<Uint8Array> {
  let member: Member | null = null;
  try {
    for await (const chunk of source) {
      let rest = chunk;
      while (rest.length > 0) {
        member ??= startMember(begin(kind, rest[0] ?? 0));
        const before = member.consumed;
        yield* member.feed(rest);
        rest = rest.subarray(member.consumed - before);
        if (rest.length === 0) continue;
        member.close();
        if (!kind.joined || member.consumed === 0) throw new Error('something follows what is coded');
        member = null;
      }
    }
    if (member !== null) yield* member.feed(null);
  } finally {
    member?.close();
  }
}

/** What one decoder takes, and how much of it it took. */
interface Member {
  readonly consumed: number;
  /** Hands on what comes of these bytes, or, for null, of their end. Bytes behind the end of what is coded are left. */
  feed(bytes: Uint8Array | null): AsyncGenerator<Uint8Array>;
  close(): void;
}

function startMember(decoder: Decoder): Member {
  let failed: Error | null = null;
  let ended = false;
  let wake = (): void => {};
  decoder.on('readable', () => wake());
  decoder.on('end', () => {
    ended = true;
    wake();
  });
  decoder.on('error', (error) => {
    failed = error;
    wake();
  });
  return {
    get consumed() {
      return decoder.bytesWritten;
    },
    feed,
    close: () => void decoder.destroy(),
  };

  async function* feed(bytes: Uint8Array | null): AsyncGenerator<Uint8Array> {
    let taken = false;
    const take = (): void => {
      taken = bytes !== null;
      wake();
    };
    if (bytes === null) decoder.end(take);
    else decoder.write(bytes, take);
    for (;;) {
      const decoded: unknown = decoder.read();
      if (decoded instanceof Uint8Array) {
        yield decoded;
        continue;
      }
      if (failed !== null) throw failed;
      if (ended || taken) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}
