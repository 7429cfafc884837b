import { digestOf, parseDigest } from './digest.ts';
import { bytes, int64, list, map, optional, struct, text, type Shape } from './go-json.ts';
import { isBlobType, isForeignType } from './media-types.ts';
import { platformOf, PlatformFields, type Platform } from './platform.ts';

/**
 * A reference from one piece of content to another.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md
 */
export interface Descriptor {
  /** Empty where it is left out. */
  readonly mediaType: string;
  readonly digest: string;
  /** In bytes; 0 where it is left out. */
  readonly size: number;
  readonly urls?: readonly string[];
  readonly platform?: Platform;
  /** The content stands in the descriptor itself, so that nobody asks for it. */
  readonly embedded?: true;
  /** What kind of thing it is, where that is said. */
  readonly artifactType?: string;
}

/** A descriptor as it is read. Fields that do not matter here are read all the same: a wrong type in them is an error. */
interface Fields {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls: readonly string[];
  readonly annotations: ReadonlyMap<string, string>;
  readonly data: Uint8Array | null;
  readonly platform: PlatformFields | null;
  readonly artifactType: string;
}

export const DescriptorFields: Shape<Fields> = struct<Fields>({
  mediaType: text,
  digest: text,
  size: int64,
  urls: list(text),
  annotations: map(text),
  data: bytes,
  platform: optional(PlatformFields),
  artifactType: text,
});
export type DescriptorFields = Fields;

/** What a descriptor says, or why nothing can be fetched by it. */
export function readDescriptor(fields: DescriptorFields): Descriptor | { readonly problem: string } {
  const { mediaType, digest, size, urls, data, artifactType } = fields;
  const parsed = parseDigest(digest);
  if (parsed.kind === 'malformed') return { problem: digest === '' ? 'has no digest' : 'has a digest that is none' };
  if (size < 0) return { problem: 'has a negative size' };
  // Whoever fetches takes these bytes when there are as many as the size says, and does not look elsewhere.
  const embedded = data !== null && size > 0 && data.length === size;
  if (embedded && parsed.kind === 'supported' && digestOf(data, parsed.algorithm) !== digest) {
    return { problem: 'carries data that does not hash to its digest' };
  }
  const platform = fields.platform === null ? null : platformOf(fields.platform);
  return {
    mediaType,
    digest,
    size,
    ...(urls.length > 0 ? { urls } : {}),
    ...(platform === null ? {} : { platform }),
    ...(embedded ? { embedded } : {}),
    ...(artifactType === '' ? {} : { artifactType }),
  };
}

/** True for a child of an index that is asked for as a blob: BuildKit's cache indexes list layers. */
export function isBlobDescriptor(descriptor: Descriptor): boolean {
  return isBlobType(descriptor.mediaType);
}

/** True for a layer whose content lives elsewhere, so that the registry need not have it. */
export function isForeignLayer(layer: Descriptor): boolean {
  return isForeignType(layer.mediaType) || (layer.urls !== undefined && layer.urls.length > 0);
}
