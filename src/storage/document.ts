import { DescriptorFields } from '../oci/descriptor.ts';
import { decodeJson, entries, int64, list, optional, struct, text, unreadText } from '../oci/go-json.ts';
import type { Stopped } from '../oci/json-scan.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../oci/media-types.ts';

/** The major version of the registry that serves the storage. */
export type RegistryVersion = 2 | 3;

/** The type under which 2.x serves a manifest of schema 1, signed as they were. */
const SIGNED_SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';

/** What a registry makes of a manifest's bytes. */
export type Served =
  | {
      readonly kind: 'served';
      readonly mediaType: string;
      readonly refersTo: readonly string[];
      readonly isIndex: boolean;
    }
  /** A manifest of a kind that this version does not serve any more, and that no node pulls. */
  | { readonly kind: 'retired'; readonly what: string }
  /** It fails on them with a 500, and so does its garbage collection. */
  | { readonly kind: 'failing'; readonly problem: string }
  /** It may serve it; there is more in it than is read here. */
  | { readonly kind: 'too_much'; readonly problem: string };

const Outline = struct<{ readonly schemaVersion: number; readonly mediaType: string }>({
  schemaVersion: int64,
  mediaType: text,
});

const Index = struct<{ readonly manifests: readonly DescriptorFields[] | null }>({
  manifests: optional(list(DescriptorFields)),
});

const Image = struct<{
  readonly config: DescriptorFields;
  readonly layers: readonly DescriptorFields[];
  readonly annotations: null;
}>({ config: DescriptorFields, layers: list(DescriptorFields), annotations: entries(unreadText) });

const Schema1 = struct<{ readonly fsLayers: readonly { readonly blobSum: string }[] }>({
  fsLayers: list(struct<{ readonly blobSum: string }>({ blobSum: text })),
});

/**
 * Reads a manifest as distribution does before it serves it: by the version and the type in the document alone. What it
 * says in the end about the image is the walk's matter.
 * https://github.com/distribution/distribution/blob/v3.0.0/registry/storage/manifeststore.go
 */
export function readAsRegistry(bytes: Uint8Array, version: RegistryVersion): Served {
  const outline = decodeJson(bytes, Outline);
  if (outline.kind !== 'value') return notRead(outline);
  const { schemaVersion, mediaType } = outline.value;
  if (schemaVersion === 1) return version === 2 ? readSchema1(bytes) : { kind: 'retired', what: 'schema 1' };
  if (schemaVersion !== 2)
    return { kind: 'failing', problem: `schemaVersion ${schemaVersion}, which is none that it knows` };
  switch (mediaType) {
    case OCI_MANIFEST:
    case DOCKER_MANIFEST:
      return readImage(bytes, mediaType);
    case OCI_INDEX:
    case DOCKER_LIST:
      return readIndex(bytes, mediaType) ?? { kind: 'served', mediaType, refersTo: [], isIndex: true };
    case '':
      return readUntyped(bytes);
    default:
      return { kind: 'failing', problem: `mediaType '${mediaType.slice(0, 100)}', which is none that it knows` };
  }
}

/** Without a type, what has manifests is an index, and anything else is taken for an image. */
function readUntyped(bytes: Uint8Array): Served {
  const index = readIndex(bytes, OCI_INDEX);
  return index === null || index.kind === 'failing' ? readImage(bytes, OCI_MANIFEST) : index;
}

/** Null where the document has no list of manifests. */
function readIndex(bytes: Uint8Array, mediaType: string): Served | null {
  const decoded = decodeJson(bytes, Index);
  if (decoded.kind !== 'value') return notRead(decoded);
  const { manifests } = decoded.value;
  return manifests === null
    ? null
    : { kind: 'served', mediaType, refersTo: manifests.map(({ digest }) => digest), isIndex: true };
}

function readImage(bytes: Uint8Array, mediaType: string): Served {
  const decoded = decodeJson(bytes, Image);
  if (decoded.kind !== 'value') return notRead(decoded);
  const { config, layers } = decoded.value;
  return { kind: 'served', mediaType, refersTo: [config, ...layers].map(({ digest }) => digest), isIndex: false };
}

function readSchema1(bytes: Uint8Array): Served {
  const decoded = decodeJson(bytes, Schema1);
  if (decoded.kind !== 'value') return notRead(decoded);
  const refersTo = decoded.value.fsLayers.map(({ blobSum }) => blobSum);
  return { kind: 'served', mediaType: SIGNED_SCHEMA1, refersTo, isIndex: false };
}

function notRead({ kind, problem }: Stopped): Served {
  return { kind: kind === 'invalid' ? 'failing' : 'too_much', problem };
}
