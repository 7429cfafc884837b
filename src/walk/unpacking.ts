import { isForeignLayer, type Descriptor } from '../oci/descriptor.ts';
import { digestOf, parseDigest } from '../oci/digest.ts';
import { isImageConfigType, isLayerType, unpackingOf } from '../oci/layer-types.ts';
import type { ReadableManifest } from '../oci/manifest.ts';
import { blobQuestion, type BlobQuestion } from './blob-question.ts';
import type { WalkContext } from './context.ts';
import { notUnpackable } from './config-reads.ts';
import { tooMuch, unknown, type Lookup, type Unknown } from './lookup.ts';
import type { Ask } from './source.ts';
import type { Tree } from './tree.ts';

type Image = Extract<ReadableManifest, { readonly kind: 'image' }>;

/**
 * True for what nodes unpack: an image's config, with layers of which one at least is a layer to them. Charts,
 * signatures and attestations are fetched as they are.
 */
export function isUnpacked({ config, layers }: Image): boolean {
  if (!isImageConfigType(config.mediaType)) return false;
  return layers.length === 0 || layers.some(({ mediaType }) => isLayerType(mediaType));
}

/** Asks for a layer, and unpacks it where a node does. */
export function layerQuestion(context: WalkContext, tree: Tree, layer: Descriptor): BlobQuestion {
  if (!isToUnpack(layer)) return blobQuestion(context, tree, layer);
  const key = layerKey(layer);
  return {
    key,
    async ask(ask, size) {
      const answer = await context.deps.source.blob(tree.repository, { ...layer, size }, 'unpack', ask);
      if (answer.kind === 'found' && answer.value.diffId !== undefined) tree.diffIds.set(key, answer.value.diffId);
      return answer;
    },
  };
}

/**
 * Asks for an image's config, and holds what its layers unpack to against what it says. The layers come first; one that
 * has not come yet is unpacked when this is asked again.
 */
export function configQuestion(context: WalkContext, tree: Tree, { config, layers }: Image): BlobQuestion {
  // A config may be that of several images, with layers that are packed otherwise.
  const packed = digestOf(new TextEncoder().encode(layers.map(layerKey).join(' ')));
  return {
    key: `${config.digest} of ${packed}`,
    async ask(ask, claimed) {
      const answer = await context.configs.read(tree.repository, { ...config, size: claimed }, ask);
      if (answer.kind !== 'found') return answer;
      const { size, count, diffIds } = answer.value;
      const unpacked = layers.filter(({ mediaType }) => isLayerType(mediaType));
      if (count !== unpacked.length) {
        return notUnpackable(`the config has ${count} diff_ids for ${unpacked.length} layers`, size);
      }
      if (diffIds === null) return tooMuch(`the image has ${count} layers`);
      const wrong = await compareAll(context, tree, unpacked, diffIds, ask);
      if (wrong === null) return { kind: 'found', value: { size } };
      return typeof wrong === 'string' ? notUnpackable(wrong, size) : wrong;
    },
  };
}

/** What differs, or what cannot be told; null where nothing does. */
async function compareAll(
  context: WalkContext,
  tree: Tree,
  layers: readonly Descriptor[],
  diffIds: readonly string[],
  ask: Ask,
): Promise<string | Unknown | null> {
  let untold: Unknown | null = null;
  for (const [index, layer] of layers.entries()) {
    if (!isToUnpack(layer)) continue;
    const expected = diffIds[index] ?? '';
    const unpacked = await diffIdOf(context, tree, layer, expected, ask);
    if (unpacked.kind === 'unknown') untold ??= unpacked;
    // What does not unpack at all is a finding of its own.
    if (unpacked.kind !== 'found' || unpacked.value === expected) continue;
    return `the layer ${layer.digest} unpacks to ${unpacked.value} where the config says ${expected}`;
  }
  return untold;
}

/** What a layer unpacks to. Known from before, unless a difference is to be confirmed. */
async function diffIdOf(
  context: WalkContext,
  tree: Tree,
  layer: Descriptor,
  expected: string,
  ask: Ask,
): Promise<Lookup<string>> {
  const known = tree.diffIds.get(layerKey(layer));
  if (known !== undefined && (known === expected || !ask.again)) return { kind: 'found', value: known };
  if (!ask.again) return unknown('protocol', `the layer ${layer.digest} has not been unpacked`);
  const answer = await layerQuestion(context, tree, layer).ask(ask, layer.size);
  return answer.kind === 'found' ? { kind: 'found', value: answer.value.diffId ?? '' } : answer;
}

/** Some layers are left out, or nobody but their owner can look into them. */
function isToUnpack(layer: Descriptor): boolean {
  if (!isLayerType(layer.mediaType) || unpackingOf(layer.mediaType) === 'encrypted') return false;
  return !isForeignLayer(layer) && layer.embedded !== true && parseDigest(layer.digest).kind === 'supported';
}

/** The same bytes under another type may be unpacked otherwise. */
function layerKey(layer: Descriptor): string {
  return `${layer.digest} ${layer.mediaType}`;
}
