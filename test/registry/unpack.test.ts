import { gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { seal } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { END, entry } from '../support/archive.ts';
import { AGAIN, FIRST, openScene, type SceneOptions } from './scene.ts';

const PLAIN = 'application/vnd.oci.image.layer.v1.tar';
const GZIP = `${PLAIN}+gzip`;
const ZSTD = `${PLAIN}+zstd`;
const DOCKER = 'application/vnd.docker.image.rootfs.diff.tar';

const TAR = Buffer.concat([entry('hello'.repeat(50_000), { name: 'hello' }), END]);
const HALVES = [TAR.subarray(0, 100_000), TAR.subarray(100_000)] as const;
const SKIPPABLE = Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const packed = gzipSync(TAR);

async function unpack(mediaType: string, bytes: Uint8Array, options: SceneOptions = {}) {
  const scene = await openScene(options);
  const blob = seal(mediaType, bytes);
  scene.registry.store.putBlob('app', blob);
  return { ...scene, store: scene.registry.store, blob, check: () => scene.source.blob('app', blob, 'unpack', AGAIN) };
}

describe('unpackLayer', () => {
  test.each<[string, string, Uint8Array, Uint8Array]>([
    ['an archive', PLAIN, TAR, TAR],
    ['a gzipped one', GZIP, packed, TAR],
    ['one of several members', GZIP, Buffer.concat(HALVES.map((half) => gzipSync(half))), TAR],
    ['one in zstd', ZSTD, zstdCompressSync(TAR), TAR],
    ['one of several frames', ZSTD, Buffer.concat(HALVES.map((half) => zstdCompressSync(half))), TAR],
    ['one with frames to skip', ZSTD, Buffer.concat([SKIPPABLE, zstdCompressSync(TAR), SKIPPABLE]), TAR],
    ['one that is not packed although its type says so', GZIP, TAR, TAR],
    ['one that is packed otherwise than its type says', GZIP, zstdCompressSync(TAR), TAR],
    ["one that is packed under Docker's plain type", DOCKER, packed, TAR],
    ['nothing', PLAIN, Buffer.alloc(0), Buffer.alloc(0)],
    ['nothing, gzipped', GZIP, gzipSync(Buffer.alloc(0)), Buffer.alloc(0)],
    ['an archive of nothing, as tar writes it', GZIP, gzipSync(Buffer.alloc(10_240)), Buffer.alloc(10_240)],
  ])('tells what comes of %s', async (_, mediaType, bytes, content) => {
    const { check } = await unpack(mediaType, bytes);

    expect(await check()).toEqual({ kind: 'found', value: { size: bytes.length, diffId: digestOf(content) } });
  });

  test.each<[string, string, Uint8Array, RegExp]>([
    ['no archive', GZIP, gzipSync(Buffer.from('no archive')), /^no archive/],
    ['text', GZIP, Buffer.from('text'), /^no archive/],
    ['gzip that is cut', GZIP, packed.subarray(0, -20), /cannot be decompressed/],
    ['gzip without its checksum', GZIP, packed.subarray(0, -8), /cannot be decompressed/],
    [
      'gzip with another checksum',
      GZIP,
      Buffer.from(packed).fill(0, packed.length - 8, packed.length - 4),
      /cannot be decompressed/,
    ],
    ['zeros behind gzip', GZIP, Buffer.concat([packed, Buffer.alloc(20)]), /cannot be decompressed/],
    ['something behind gzip', GZIP, Buffer.concat([packed, Buffer.from('more')]), /cannot be decompressed/],
    ['zstd that is cut', ZSTD, zstdCompressSync(TAR).subarray(0, -5), /cannot be decompressed/],
    ['an archive that is cut', GZIP, gzipSync(TAR.subarray(0, 1000)), /ends within a file/],
    ['gzip under a plain type', PLAIN, packed, /^no archive/],
    ['a type that nobody unpacks', 'application/vnd.oci.image.layer.v1.squashfs', TAR, /no way to unpack/],
  ])('of %s says that nodes cannot unpack it', async (_, mediaType, bytes, detail) => {
    const { check } = await unpack(mediaType, bytes);

    expect(await check()).toMatchObject({
      fault: 'not_unpackable',
      observed: { detail: expect.stringMatching(detail) },
    });
  });

  test('says what the registry has lost before it says that it cannot be unpacked', async () => {
    const { check, store, blob } = await unpack(GZIP, packed);

    store.flipBlobByte('app', blob.digest);
    const flipped = await check();
    store.truncateBlob('app', blob.digest, 100, { warm: true });
    const cut = await check();
    store.removeBlob('app', blob.digest);
    const gone = await check();

    expect([flipped, cut, gone]).toMatchObject([
      { fault: 'digest_mismatch' },
      { fault: 'unreadable' },
      { fault: 'missing' },
    ]);
  });

  const TOO_LARGE = { kind: 'unknown', reason: 'protocol', detail: expect.stringMatching(/^body_too_large/) as string };
  const ZEROS = gzipSync(Buffer.alloc(20_000_000));
  test.each<[string, Uint8Array, number, object]>([
    [
      '100 times its size',
      Buffer.concat([gzipSync(Buffer.alloc(200_000), { level: 0 }), ZEROS]),
      1e12,
      { kind: 'found' },
    ],
    ['more than that', ZEROS, 1e12, TOO_LARGE],
    ['the limit', gzipSync(TAR), TAR.length, { kind: 'found' }],
    ['a byte more than the limit', gzipSync(TAR), TAR.length - 1, TOO_LARGE],
  ])('unpacks no more than is allowed: %s', async (_, bytes, unpackLimit, expected) => {
    const { check } = await unpack(GZIP, bytes, { unpackLimit });

    expect(await check()).toMatchObject(expected);
  });

  test('of a registry that is down is unknown', async () => {
    const { source, blob, fail } = await unpack(GZIP, packed);
    fail({ kind: 'drop' });

    expect(await source.blob('app', blob, 'unpack', FIRST)).toMatchObject({ kind: 'unknown', reason: 'connection' });
  });
});
