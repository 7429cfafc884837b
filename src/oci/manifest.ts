import { type Descriptor, DescriptorFields, readDescriptor } from './descriptor.ts';
import { decodeJson, int64, list, map, optional, presence, struct, text } from './go-json.ts';
import {
  baseMediaType,
  isGenericType,
  isImageType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  OCI_INDEX,
  OCI_MANIFEST,
  SCHEMA1_MANIFEST,
} from './media-types.ts';

/** A manifest that a node can take. */
export type ReadableManifest =
  | { readonly kind: 'index'; readonly mediaType: string; readonly manifests: readonly Descriptor[] }
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    };

/** What the bytes of a manifest turned out to be. */
export type Manifest =
  | ReadableManifest
  /** Of a type that is not read here. */
  | { readonly kind: 'unsupported'; readonly mediaType: string }
  /** Nothing that a puller decodes. */
  | { readonly kind: 'invalid'; readonly problem: string };

/**
 * What a document seems to be, before it is taken for anything: containerd refuses by these fields, by their presence
 * alone, what could be read as two kinds of manifest (CVE-2021-41190).
 */
const Outline = struct<{
  readonly mediaType: string;
  readonly schemaVersion: number;
  readonly config: boolean;
  readonly layers: boolean;
  readonly manifests: boolean;
  readonly fsLayers: boolean;
}>({
  mediaType: text,
  schemaVersion: int64,
  config: presence,
  layers: presence,
  manifests: presence,
  fsLayers: presence,
});
type Outline = ReturnType<typeof Outline.zero>;

const COMMON = {
  schemaVersion: int64,
  mediaType: text,
  artifactType: text,
  subject: optional(DescriptorFields),
  annotations: map(text),
};
interface Common {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly artifactType: string;
  readonly subject: DescriptorFields | null;
  readonly annotations: ReadonlyMap<string, string>;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
const Index = struct<Common & { readonly manifests: readonly DescriptorFields[] }>({
  ...COMMON,
  manifests: list(DescriptorFields),
});

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md */
const Image = struct<Common & { readonly config: DescriptorFields; readonly layers: readonly DescriptorFields[] }>({
  ...COMMON,
  config: DescriptorFields,
  layers: list(DescriptorFields),
});

/**
 * Reads a manifest as a node does: by the rules of Go's decoder, and with containerd's guard against documents that are
 * two things at once. `declared` is the type beside the bytes (a Content-Type as it came, or the media type of the
 * descriptor that led there); it decides where the document itself is silent, and what is none of our concern.
 * Whether a node takes the manifest under a type is for `disagreement` to say.
 */
export function readManifest(bytes: Uint8Array, declared: string): Manifest {
  // What is written a little differently is still meant to be that type, and `disagreement` holds it to the letter.
  const type = baseMediaType(declared);
  if (isSchema1Type(type)) return { kind: 'unsupported', mediaType: type };
  const outline = decodeJson(bytes, Outline);
  if (outline.kind === 'invalid') {
    return isManifestType(type) || isGenericType(type) ? outline : { kind: 'unsupported', mediaType: type };
  }
  const foreign = foreignType(type, outline.value);
  if (foreign !== null) return { kind: 'unsupported', mediaType: foreign };
  if (outline.value.fsLayers)
    return { kind: 'invalid', problem: 'fsLayers: the layers of schema 1, which nodes refuse' };

  const kind = kindOf(outline.value) ?? (isIndexType(type) ? 'index' : isImageType(type) ? 'image' : 'neither');
  if (kind === 'both') return { kind: 'invalid', problem: 'an index and an image in one' };
  if (kind === 'neither') return { kind: 'invalid', problem: 'neither a list of manifests nor a config with layers' };
  return kind === 'index'
    ? readIndex(pick(isIndexType, [type, outline.value.mediaType], OCI_INDEX), bytes)
    : readImage(pick(isImageType, [type, outline.value.mediaType], OCI_MANIFEST), bytes);
}

/**
 * Why a node that was told this type does not take the manifest; null where it does. An index says it of each child,
 * and two indexes may differ about the same one.
 */
export function disagreement({ kind }: ReadableManifest, declared: string): string | null {
  // Without parameters, and otherwise to the letter: containerd cuts at the semicolon and compares what is left.
  const type = declared.split(';', 1)[0] ?? '';
  if (kind === 'index' ? isIndexType(type) : isImageType(type)) return null;
  const what = kind === 'index' ? 'it is an index' : 'it is an image';
  return type === '' ? `${what}, and no type is given for it` : `${what}, and is given as '${type}'`;
}

/** The type of a document that is nothing for here; null for what is, or ought to be, one of the four. */
function foreignType(type: string, { mediaType, schemaVersion, fsLayers }: Outline): string | null {
  if (isManifestType(type) || isManifestType(mediaType)) return null;
  if (!isGenericType(type)) return type;
  if (mediaType !== '') return mediaType;
  return fsLayers && schemaVersion === 1 ? SCHEMA1_MANIFEST : null;
}

/** What the fields and the type in the body make of a document; null where they are silent. */
function kindOf({ mediaType, config, layers, manifests }: Outline): 'index' | 'image' | 'both' | null {
  const isIndex = manifests || isIndexType(mediaType);
  const isImage = config || layers || isImageType(mediaType);
  if (isIndex && isImage) return 'both';
  if (isIndex) return 'index';
  return isImage ? 'image' : null;
}

function pick(fits: (type: string) => boolean, types: readonly string[], otherwise: string): string {
  return types.find(fits) ?? otherwise;
}

function readIndex(mediaType: string, bytes: Uint8Array): Manifest {
  const decoded = decodeJson(bytes, Index);
  if (decoded.kind === 'invalid') return decoded;
  const manifests = readDescriptors('manifests', decoded.value.manifests);
  return 'problem' in manifests ? { kind: 'invalid', ...manifests } : { kind: 'index', mediaType, manifests };
}

function readImage(mediaType: string, bytes: Uint8Array): Manifest {
  const decoded = decodeJson(bytes, Image);
  if (decoded.kind === 'invalid') return decoded;
  const config = readDescriptor(decoded.value.config);
  if ('problem' in config) return { kind: 'invalid', problem: `config ${config.problem}` };
  const layers = readDescriptors('layers', decoded.value.layers);
  return 'problem' in layers ? { kind: 'invalid', ...layers } : { kind: 'image', mediaType, config, layers };
}

function readDescriptors(
  name: string,
  all: readonly DescriptorFields[],
): readonly Descriptor[] | { readonly problem: string } {
  const read: Descriptor[] = [];
  for (const [index, fields] of all.entries()) {
    const one = readDescriptor(fields);
    if ('problem' in one) return { problem: `${name}[${index}] ${one.problem}` };
    read.push(one);
  }
  return read;
}
