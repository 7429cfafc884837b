import { cutTo } from '../util/cut.ts';
import { digestOf, parseDigest } from './digest.ts';
import { bytes, entries, few, int64, mapped, optional, struct, text, unreadText, type Shape } from './go-json.ts';
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
  /** The first of them: that there are some is what matters. */
  readonly urls?: readonly string[];
  readonly platform?: Platform;
  /** The content stands in the descriptor itself, so that nobody asks for it. */
  readonly embedded?: true;
  /** What kind of thing it is, where that is said. */
  readonly artifactType?: string;
}

/** Of the addresses of a descriptor; nobody goes there. */
const KEPT_URLS = 4;
/** In characters: no digest that anybody computes is longer, and no type that anything is called. */
const LONGEST_DIGEST = 512;
const LONGEST_TYPE = 512;

/** A descriptor as it is read. Fields that do not matter here are read all the same: a wrong type in them is an error. */
interface Fields {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly urls: readonly string[];
  readonly annotations: null;
  readonly data: Uint8Array | null;
  readonly platform: PlatformFields | null;
  readonly artifactType: string;
}

export const DescriptorFields: Shape<Fields> = struct<Fields>({
  mediaType: text,
  digest: text,
  size: int64,
  urls: few(text, KEPT_URLS),
  annotations: entries(unreadText),
  data: bytes,
  platform: optional(PlatformFields),
  artifactType: text,
});
export type DescriptorFields = Fields;

/**
 * The descriptors of a list that stands in its object once, so that each of them is what it is when it is read: the first
 * one by which nothing can be fetched ends the reading, and what is not needed of the others is not kept.
 */
export const descriptors: Shape<readonly Descriptor[]> = mapped(DescriptorFields, readDescriptor);

/** What a descriptor says, or why nothing can be fetched by it. */
export function readDescriptor(fields: DescriptorFields): Descriptor | { readonly problem: string } {
  const { digest, size, urls, data } = fields;
  const [mediaType = '', artifactType = ''] = [fields.mediaType, fields.artifactType].map((type) =>
    cutTo(type, LONGEST_TYPE),
  );
  const parsed = digest.length > LONGEST_DIGEST ? ({ kind: 'malformed' } as const) : parseDigest(digest);
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
