import { gzipSync, zstdCompressSync } from 'node:zlib';

import { buildImage } from '../../../src/demo/content.ts';
import { layerArchive } from '../../../src/demo/layer-archive.ts';
import { rawLayer, type Layer } from '../../../src/demo/layer.ts';
import { noise } from '../../../src/demo/noise.ts';
import { seal, type Sealed } from '../../../src/demo/sealed.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import { END, entry, paxRecord } from '../../support/archive.ts';
import { contentsOf, type Contents, descriptorOf, handmade, parse } from '../../support/pullers/contents.ts';
import { KINDS } from './kinds.ts';

/** What is in the registry as it was pushed, and whether a node gets an image out of it. */
export interface Pushed {
  readonly title: string;
  readonly tag: string;
  readonly contents: Contents;
  readonly unpacks: boolean;
  /** What the probe says where that is not all that there is to say. */
  readonly probe?: string;
}

const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';

function archive(seed: string) {
  return layerArchive('opt/data.bin', noise(seed, 300));
}

function withLayer(tag: string, layer: Layer): Contents {
  return contentsOf(buildImage({ seed: `unpack/${tag}`, layers: [layer] }));
}

/** An archive under the usual type, in whatever form. */
function packed(tag: string, pack: (tar: Uint8Array) => Uint8Array, tar = archive(`unpack/${tag}`).tar): Contents {
  return withLayer(tag, { ...rawLayer(pack(tar)), diffId: digestOf(tar) });
}

/** One archive in two parts, each packed by itself. */
function inTwo(pack: (part: Uint8Array) => Uint8Array): (tar: Uint8Array) => Uint8Array {
  return (tar) => Buffer.concat([pack(tar.subarray(0, 700)), pack(tar.subarray(700))]);
}

function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length / 2);
}

/** The checksum is in the last eight bytes. RFC 1952, section 2.3.1. */
function withWrongChecksum(bytes: Uint8Array): Uint8Array {
  return bytes.with(bytes.length - 8, (bytes.at(-8) ?? 0) ^ 1);
}

const LONG_NAME = `opt/${'long/'.repeat(40)}data.bin`;
const PAX = Buffer.concat([entry(paxRecord('path', LONG_NAME), { type: 'x' }), entry('text', { name: 'short' }), END]);
const GNU = Buffer.concat([
  entry(`${LONG_NAME}\0`, { name: '././@LongLink', type: 'L', magic: 'ustar  \0' }),
  entry('text', { name: 'short', magic: 'ustar  \0' }),
  END,
]);

/** A config of its own beside good layers. */
function withConfig(tag: string, write: (config: Record<string, unknown>) => Uint8Array): Contents {
  const image = buildImage({ seed: `unpack/${tag}` });
  const config: Sealed = seal(OCI_CONFIG, write({ ...parse(image.config) }));
  const document = { ...parse(image.manifest), config: descriptorOf(config) };
  return handmade(OCI_MANIFEST, document, [config, ...image.layers]);
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function withDiffIds(tag: string, change: (diffIds: readonly string[]) => readonly string[]): Contents {
  return withConfig(tag, (config) => {
    const rootfs = config['rootfs'] as { readonly diff_ids: readonly string[] };
    return encode({ ...config, rootfs: { ...rootfs, diff_ids: change(rootfs.diff_ids) } });
  });
}

const SOUND = ['single', 'docker', 'index', 'attested', 'zstd', 'tar', 'no-layers', 'twice'];

/** What was broken before it was pushed: every byte is as its digest says, and no node can start it. */
export const PUSHED: readonly Pushed[] = [
  ...KINDS.filter(({ tag }) => SOUND.includes(tag)).map((kind) => ({ ...kind, unpacks: true })),
  {
    title: 'a layer is no archive',
    tag: 'no-archive',
    contents: withLayer('no-archive', rawLayer(gzipSync(noise('unpack/no-archive', 5_000)))),
    unpacks: false,
  },
  {
    title: 'a packed layer was cut short before it was hashed',
    tag: 'cut',
    contents: packed('cut', (tar) => half(gzipSync(tar))),
    unpacks: false,
  },
  {
    title: 'a layer unpacks to something else than the config says',
    tag: 'wrong-diff-ids',
    contents: withDiffIds('wrong-diff-ids', (diffIds) => diffIds.map(() => `sha256:${'ab'.repeat(32)}`)),
    unpacks: false,
  },
  {
    title: 'the config knows of fewer layers than there are',
    tag: 'few-diff-ids',
    contents: withDiffIds('few-diff-ids', (diffIds) => diffIds.slice(1)),
    unpacks: false,
  },
  {
    title: 'the config knows of more layers than there are',
    tag: 'many-diff-ids',
    contents: withDiffIds('many-diff-ids', (diffIds) => [...diffIds, `sha256:${'cd'.repeat(32)}`]),
    unpacks: false,
  },
  {
    title: 'the config has the layers in another order',
    tag: 'order',
    contents: withDiffIds('order', (diffIds) => diffIds.toReversed()),
    unpacks: false,
  },
  ...[
    { tag: 'no-json', write: () => new TextEncoder().encode('no config') },
    { tag: 'a-list', write: () => encode([]) },
    { tag: 'text-rootfs', write: (config: Record<string, unknown>) => encode({ ...config, rootfs: 'layers' }) },
    { tag: 'number-os', write: (config: Record<string, unknown>) => encode({ ...config, os: 7 }) },
  ].map(({ tag, write }) => ({
    title: `the config is none: ${tag}`,
    tag,
    contents: withConfig(tag, write),
    unpacks: false,
  })),
  {
    title: 'the checksum at the end of what is packed is wrong',
    tag: 'checksum',
    contents: packed('checksum', (tar) => withWrongChecksum(gzipSync(tar))),
    unpacks: false,
  },
  {
    title: 'something follows what is packed by gzip',
    tag: 'garbage',
    contents: packed('garbage', (tar) => Buffer.concat([gzipSync(tar), noise('unpack/behind', 40)])),
    unpacks: false,
  },
  {
    title: 'a layer packed by zstd was cut short',
    tag: 'zstd-cut',
    contents: packed('zstd-cut', (tar) => half(zstdCompressSync(tar))),
    unpacks: false,
  },
  ...[
    { tag: 'not-packed', what: 'an archive that is not packed', contents: packed('not-packed', (tar) => tar) },
    { tag: 'as-zstd', what: 'an archive packed by zstd', contents: packed('as-zstd', (tar) => zstdCompressSync(tar)) },
    {
      tag: 'members',
      what: 'two members of gzip',
      contents: packed(
        'members',
        inTwo((part) => gzipSync(part)),
      ),
    },
    {
      tag: 'frames',
      what: 'two frames of zstd',
      contents: packed(
        'frames',
        inTwo((part) => zstdCompressSync(part)),
      ),
    },
    { tag: 'nothing', what: 'an archive without a file', contents: packed('nothing', gzipSync, END) },
    {
      tag: 'no-end',
      what: 'an archive without its end',
      contents: packed('no-end', gzipSync, archive('unpack/no-end').tar.slice(0, -END.length)),
    },
    { tag: 'pax', what: 'a long name in the way of POSIX', contents: packed('pax', gzipSync, PAX) },
    { tag: 'gnu', what: 'a long name in the way of GNU', contents: packed('gnu', gzipSync, GNU) },
  ].map(({ tag, what, contents }) => ({ title: `a layer is ${what}`, tag, contents, unpacks: true })),
  {
    title: 'a layer unpacks to a thousand times its size',
    tag: 'bomb',
    contents: packed('bomb', gzipSync, Buffer.concat([entry(Buffer.alloc(1 << 22)), END])),
    unpacks: true,
    probe: 'unknown: protocol',
  },
];

/** What nodes fetch and do not unpack. */
export const FETCHED: readonly Pushed[] = KINDS.filter(({ tag }) => ['chart', 'sbom'].includes(tag)).map((kind) => ({
  ...kind,
  unpacks: false,
}));
