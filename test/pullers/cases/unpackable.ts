import { gzipSync } from 'node:zlib';

import { buildImage } from '../../../src/demo/content.ts';
import { layerArchive } from '../../../src/demo/layer-archive.ts';
import { rawLayer, type Layer } from '../../../src/demo/layer.ts';
import { noise } from '../../../src/demo/noise.ts';
import { seal, type Sealed } from '../../../src/demo/sealed.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import { contentsOf, type Contents, descriptorOf, handmade, parse } from '../../support/pullers/contents.ts';
import { KINDS } from './kinds.ts';

/** What is in the registry as it was pushed, and whether a node gets an image out of it. */
export interface Pushed {
  readonly title: string;
  readonly tag: string;
  readonly contents: Contents;
  readonly unpacks: boolean;
}

const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';

function archive(seed: string) {
  return layerArchive('opt/data.bin', noise(seed, 300));
}

function withLayer(tag: string, layer: Layer): Contents {
  return contentsOf(buildImage({ seed: `unpack/${tag}`, layers: [layer] }));
}

function cutShort(tag: string): Contents {
  const { tar, packed } = archive(`unpack/${tag}`);
  const layer = rawLayer(packed.subarray(0, packed.length / 2));
  return withLayer(tag, { ...layer, diffId: digestOf(tar) });
}

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
  { title: 'a packed layer was cut short before it was hashed', tag: 'cut', contents: cutShort('cut'), unpacks: false },
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
    title: 'the config is no JSON',
    tag: 'no-json',
    contents: withConfig('no-json', () => new TextEncoder().encode('no config')),
    unpacks: false,
  },
];
