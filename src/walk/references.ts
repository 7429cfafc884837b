import { isBlobDescriptor, isForeignLayer, type Descriptor } from '../oci/descriptor.ts';
import { parseDigest } from '../oci/digest.ts';
import type { ReadableManifest } from '../oci/manifest.ts';
import { isManifestType } from '../oci/media-types.ts';
import type { WalkContext } from './context.ts';
import { distinct, type Reference } from './distinct.ts';
import type { BrokenObject } from './fault.ts';
import type { SeenManifest } from './fetch-manifest.ts';
import type { SkipReason } from './result.ts';
import type { Selection } from './selection.ts';

/** The same without what it refers to. */
export function withoutReferences(manifest: ReadableManifest): SeenManifest['manifest'] {
  return manifest.kind === 'image' ? { ...manifest, layers: [] } : { ...manifest, manifests: [] };
}

/** What a manifest refers to, in its order, and as what; what says the same twice is there once. */
export function references(manifest: ReadableManifest): readonly Reference[] {
  if (manifest.kind === 'image') return distinct([['config', manifest.config], ...manifest.layers.map(asLayer)]);
  return distinct(manifest.manifests.map((child) => (isBlobDescriptor(child) ? asLayer(child) : ['child', child])));
}

function asLayer(descriptor: Descriptor): Reference {
  return ['layer', descriptor];
}

/** Why something that is referred to is left out on purpose; null where it is asked for. */
export function whyNotAsked(
  context: WalkContext,
  object: BrokenObject,
  descriptor: Descriptor,
  platform: string | null,
): SkipReason | null {
  if (parseDigest(descriptor.digest).kind !== 'supported') return 'unsupported_digest';
  if (object === 'layer' && isForeignLayer(descriptor)) return 'foreign_layer';
  if (object !== 'child' && object !== 'referrer') return null;
  if (object === 'child' && matches(context.options.excludePlatforms, context.exclude, platform)) return 'excluded';
  // A store may deny having what is of a type that is not asked for, so nothing can be learned by asking.
  const { mediaType } = descriptor;
  const readable = mediaType === '' || mediaType === 'application/json' || isManifestType(mediaType);
  return readable ? null : 'unsupported_media_type';
}

/** True when one of the globs is for the platform. */
export function matches(globs: readonly string[], selection: Selection, platform: string | null): boolean {
  return globs.length > 0 && platform !== null && selection.includes(platform);
}
