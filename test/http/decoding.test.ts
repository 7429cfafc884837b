import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync, constants } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isDecodable, readCodings, startDecoding } from '../../src/http/decoding.ts';

const ENCODERS: Readonly<Record<string, (bytes: Uint8Array) => Buffer>> = {
  gzip: (bytes) => gzipSync(bytes),
  'x-gzip': (bytes) => gzipSync(bytes),
  zstd: (bytes) => zstdCompressSync(bytes),
  deflate: (bytes) => deflateSync(bytes),
  'deflate, raw': (bytes) => deflateRawSync(bytes),
};
const TEXT = Buffer.from('{"name":"app","tags":["v1"]}'.repeat(2000));

/** What the decoders say of bytes that are none of theirs. */
const NOT_CODED = /header check|invalid stored block|Unknown frame|invalid (block|distance|code)/;
/** And of bytes behind the end of what is theirs. */
const BEHIND = /something follows|header check|Unknown frame|unexpected end/;

/** The bytes in pieces that end at these places. */
async function* inPieces(bytes: Uint8Array, places: readonly number[] = []): AsyncGenerator<Uint8Array> {
  const ends = [
    0,
    ...places.map((place) => place % (bytes.length + 1)).toSorted((one, other) => one - other),
    bytes.length,
  ];
  for (const [index, end] of ends.slice(1).entries()) yield bytes.subarray(ends[index], end);
}

/** The name that Content-Encoding has for one of the encoders. */
function nameOf(encoder: string): string {
  return encoder.split(',', 1)[0] ?? '';
}

function encode(bytes: Uint8Array, encoders: readonly string[]): Uint8Array {
  return encoders.reduce((coded, name) => ENCODERS[name]?.(coded) ?? coded, bytes);
}

async function decoded(source: AsyncIterable<Uint8Array>, codings: readonly string[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of startDecoding(codings).chunks(source)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function lengthOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

describe('Content-Encoding', () => {
  test.each<[string | undefined, readonly string[]]>([
    [undefined, []],
    ['', []],
    ['identity', []],
    ['Identity , identity', []],
    ['gzip', ['gzip']],
    ['GZIP', ['gzip']],
    ['x-gzip', ['x-gzip']],
    [' deflate ,\tZstd', ['deflate', 'zstd']],
    ['gzip identity gzip', ['gzip', 'gzip']],
    ['br', ['br']],
    ['aws-chunked', ['aws-chunked']],
  ])('%j names the codings %j', (header, names) => {
    expect(readCodings(header)).toEqual(names);
  });

  test.each<[readonly string[], boolean]>([
    [[], true],
    [['gzip', 'x-gzip', 'deflate', 'zstd'], true],
    [['gzip', 'gzip', 'gzip', 'gzip', 'gzip'], false],
    [['br'], false],
    [['gzip', 'aws-chunked'], false],
    [['constructor'], false],
  ])('%j can be undone: %s', (names, decodable) => {
    expect(isDecodable(names)).toBe(decodable);
  });
});

describe('a coded body', () => {
  test('comes out as it went in, whatever it went through and in whichever pieces it comes', async () => {
    const encoders = fc.array(fc.constantFrom(...Object.keys(ENCODERS)), { minLength: 1, maxLength: 4 });

    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 2000 }),
        encoders,
        fc.array(fc.nat(), { maxLength: 6 }),
        async (bytes, names, places) => {
          const source = inPieces(encode(bytes, names), places);

          expect([...(await decoded(source, names.map(nameOf)))]).toEqual([...bytes]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each(['gzip', 'zstd'])('of %s may have several members, wherever the pieces end', async (name) => {
    const [first, second] = [Buffer.from('one'), Buffer.from('two')];
    const joined = Buffer.concat([encode(first, [name]), encode(second, [name])]);

    for (let place = 0; place <= joined.length; place += 1) {
      expect((await decoded(inPieces(joined, [place]), [name])).toString()).toBe('onetwo');
    }
  });

  test.each(['deflate', 'deflate, raw'])('of %s has one member, and a second one follows its end', async (encoder) => {
    const coded = encode(Buffer.from('one'), [encoder]);

    await expect(decoded(inPieces(Buffer.concat([coded, coded])), ['deflate'])).rejects.toThrow('something follows');
  });

  test.each(Object.keys(ENCODERS))('of %s that is cut at any place throws', async (encoder) => {
    const coded = encode(Buffer.from('hello, hello, hello'), [encoder]);

    for (let length = 1; length < coded.length; length += 1) {
      await expect(decoded(inPieces(coded.subarray(0, length)), [nameOf(encoder)])).rejects.toThrow('unexpected end');
    }
  });

  test.each(Object.keys(ENCODERS))(
    'of %s that goes on behind its end throws, wherever the pieces end',
    async (encoder) => {
      const coded = encode(Buffer.from('hello'), [encoder]);

      for (const rest of ['garbage', '\0', '\0'.repeat(512)]) {
        const longer = Buffer.concat([coded, Buffer.from(rest)]);
        for (const place of [0, coded.length - 1, coded.length, coded.length + 1]) {
          await expect(decoded(inPieces(longer, [place]), [nameOf(encoder)])).rejects.toThrow(BEHIND);
        }
      }
    },
  );

  test.each(['gzip', 'zstd', 'deflate'])('that is not %s at all throws', async (name) => {
    await expect(decoded(inPieces(TEXT), [name])).rejects.toThrow(NOT_CODED);
  });

  test('whose source breaks off throws what the source threw', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield gzipSync(TEXT).subarray(0, 20);
      throw new Error('connection reset');
    }

    await expect(decoded(breaking(), ['gzip'])).rejects.toThrow('connection reset');
  });

  test.each(['gzip', 'zstd', 'deflate'])('that is empty is empty, though %s would have a few bytes', async (name) => {
    expect(await decoded(inPieces(new Uint8Array()), [name])).toHaveLength(0);
  });

  test('of zstd with a window that would be memory throws', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 24, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const wide = zstdCompressSync(Buffer.alloc(2 ** 25, TEXT), { params });

    await expect(lengthOf(startDecoding(['zstd']).chunks(inPieces(wide)))).rejects.toThrow('memory');
  });

  test.each([[['gzip']], [['deflate']], [['zstd']], [['gzip', 'gzip']], [['gzip', 'zstd', 'gzip']]])(
    'of %j that becomes a huge one is decoded no further than it is read',
    async (names) => {
      const bomb = encode(Buffer.alloc(2 ** 26), names);
      let closed = false;
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          yield* inPieces(bomb, [64, 640]);
        } finally {
          closed = true;
        }
      }

      let came = 0;
      for await (const chunk of startDecoding(names).chunks(source())) {
        came += chunk.length;
        if (came > 100_000) break;
      }

      expect(came).toBeLessThan(400_000);
      expect(closed).toBe(true);
    },
  );
});

test.each<[readonly string[], boolean]>([
  [['gzip'], true],
  [['zstd'], true],
  [['deflate, raw'], true],
  [['gzip', 'zstd'], true],
  [['deflate'], false],
  [['gzip', 'deflate'], false],
  [['x-gzip'], false],
])('%j is undone by nodes as well: %s', async (encoders, forNodes) => {
  const decoding = startDecoding(encoders.map(nameOf));

  await lengthOf(decoding.chunks(inPieces(encode(TEXT, encoders))));

  expect(decoding.forNodes).toBe(forNodes);
});
