import * as z from 'zod';

import { parseDigest } from './digest.ts';
import {
  baseMediaType,
  isBlobType,
  isForeignType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  OCI_INDEX,
  OCI_MANIFEST,
} from './media-types.ts';
import { Platform } from './platform.ts';

/**
 * A reference from one piece of content to another, as far as it matters here.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0/descriptor.md
 */
const Descriptor = z.object({
  /** Empty where it is left out, or null, which the container engines read in the same way. */
  mediaType: z
    .string()
    .nullish()
    .transform((type) => type ?? ''),
  digest: z.string().refine((text) => parseDigest(text).kind !== 'malformed', 'a descriptor without a digest'),
  /** In bytes. The specification requires it; null where a manifest leaves it out or writes nonsense. */
  size: z.int().nonnegative().nullable().catch(null).default(null),
  urls: z.array(z.string()).optional().catch(undefined),
  platform: Platform.optional().catch(undefined),
});
export type Descriptor = z.infer<typeof Descriptor>;

const Index = z.object({ manifests: z.array(Descriptor).nullable() });
const Image = z.object({ config: Descriptor, layers: z.array(Descriptor).nullable() });
const Declared = z.object({ mediaType: z.string().optional().catch(undefined) });

/** What the bytes of a manifest turned out to be. */
export type Manifest =
  | { readonly kind: 'index'; readonly mediaType: string; readonly manifests: readonly Descriptor[] }
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | { readonly kind: 'unsupported'; readonly mediaType: string }
  | { readonly kind: 'invalid'; readonly problem: string };

/**
 * Reads a manifest by its structure: a `manifests` list makes an index, a config and layers make an image, whatever
 * the optional `mediaType` in the body says.
 * A document with the fields of both is `invalid`, since nothing pulls it.
 * Another declared type (schema 1, a future one) is `unsupported`; one of the four types with the wrong shape, or no
 * declared type and no known shape, is `invalid`.
 */
export function readManifest(bytes: Uint8Array, contentType: string): Manifest {
  const served = baseMediaType(contentType);
  if (isSchema1Type(served)) return { kind: 'unsupported', mediaType: served };

  const body = parseJson(bytes);
  if (body === undefined) return foreignOrInvalid(served, 'the body is not JSON');
  const declared = isManifestType(served) ? served : (Declared.safeParse(body).data?.mediaType ?? '');
  if (isSchema1Type(declared)) return { kind: 'unsupported', mediaType: declared };

  if (isAmbiguous(body)) return foreignOrInvalid(declared === '' ? served : declared, 'an index and an image in one');
  const index = Index.safeParse(body);
  if (index.success) {
    return { kind: 'index', mediaType: declared === '' ? OCI_INDEX : declared, manifests: index.data.manifests ?? [] };
  }
  const image = isIndexType(served) ? undefined : Image.safeParse(body);
  if (image?.success === true) {
    const { config, layers } = image.data;
    return { kind: 'image', mediaType: declared === '' ? OCI_MANIFEST : declared, config, layers: layers ?? [] };
  }
  return foreignOrInvalid(declared === '' ? served : declared, 'neither a list of manifests nor a config with layers');
}

/** True for a child of an index that is asked for as a blob: BuildKit's cache indexes list layers. */
export function isBlobDescriptor(descriptor: Descriptor): boolean {
  return isBlobType(descriptor.mediaType);
}

/** True for a layer whose content lives elsewhere, so that the registry need not have it. */
export function isForeignLayer(layer: Descriptor): boolean {
  return isForeignType(layer.mediaType) || (layer.urls !== undefined && layer.urls.length > 0);
}

function foreignOrInvalid(declared: string, problem: string): Manifest {
  const known = declared === '' || declared === 'application/json' || isManifestType(declared);
  return known ? { kind: 'invalid', problem } : { kind: 'unsupported', mediaType: declared };
}

/** True for a document that could be read as two kinds of manifest: every container engine refuses it (CVE-2021-41190). */
function isAmbiguous(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'manifests' in body && ('config' in body || 'layers' in body);
}

/** As Go's parser does, in which the container engines are written: a byte order mark is an error, bad UTF-8 is not. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
