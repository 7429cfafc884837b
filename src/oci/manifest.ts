import { type Descriptor, DescriptorFields, descriptors, readDescriptor } from './descriptor.ts';
import {
  decodeJson,
  entries,
  int64,
  list,
  optional,
  presence,
  struct,
  text,
  times,
  unreadText,
  type Decoded,
  type Shape,
} from './go-json.ts';
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
import type { Stopped } from './json-scan.ts';

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
  /** Nothing that a puller decodes; or `too_much`: more than is read here, which a puller may. */
  | Stopped;

/**
 * What a document seems to be, before it is taken for anything: containerd refuses by these fields, by their presence
 * alone, what could be read as two kinds of manifest (CVE-2021-41190).
 */
const Outline = struct<{
  readonly mediaType: string;
  readonly schemaVersion: number;
  readonly config: boolean;
  readonly layers: number;
  readonly manifests: number;
  readonly fsLayers: boolean;
}>({
  mediaType: text,
  schemaVersion: int64,
  config: presence,
  layers: times,
  manifests: times,
  fsLayers: presence,
});
type Outline = ReturnType<typeof Outline.zero>;

/** Nobody writes a second one; each of them has to be merged with those before it. */
const MOST_EQUAL_KEYS = 100;

const COMMON = {
  schemaVersion: int64,
  mediaType: text,
  artifactType: unreadText,
  subject: optional(DescriptorFields),
  annotations: entries(unreadText),
};
interface Common {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly artifactType: null;
  readonly subject: DescriptorFields | null;
  readonly annotations: null;
}

/** https://github.com/opencontainers/image-spec/blob/v1.1.0/image-index.md */
const indexOf = <T>(manifests: Shape<T>) => struct<Common & { readonly manifests: T }>({ ...COMMON, manifests });
/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md */
const imageOf = <T>(layers: Shape<T>) =>
  struct<Common & { readonly config: DescriptorFields; readonly layers: T }>({
    ...COMMON,
    config: DescriptorFields,
    layers,
  });

const [Index, Image] = [indexOf(descriptors), imageOf(descriptors)];
/** Of those whose list stands there under several equal keys, which are merged, so that the end tells what is in it. */
const [MergedIndex, MergedImage] = [indexOf(list(DescriptorFields)), imageOf(list(DescriptorFields))];

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
  if (outline.kind !== 'value') {
    return isManifestType(type) || isGenericType(type) ? outline : { kind: 'unsupported', mediaType: type };
  }
  const foreign = foreignType(type, outline.value);
  if (foreign !== null) return { kind: 'unsupported', mediaType: foreign };
  if (outline.value.fsLayers)
    return { kind: 'invalid', problem: 'fsLayers: the layers of schema 1, which nodes refuse' };

  const kind = kindOf(outline.value) ?? (isIndexType(type) ? 'index' : isImageType(type) ? 'image' : 'neither');
  if (kind === 'both') return { kind: 'invalid', problem: 'an index and an image in one' };
  if (kind === 'neither') return { kind: 'invalid', problem: 'neither a list of manifests nor a config with layers' };
  const { mediaType, layers, manifests } = outline.value;
  const equal = Math.max(layers, manifests);
  if (equal > MOST_EQUAL_KEYS) return { kind: 'too_much', problem: `${equal} lists under the same key` };
  return kind === 'index'
    ? readIndex(pick(isIndexType, [type, mediaType], OCI_INDEX), bytes, manifests > 1)
    : readImage(pick(isImageType, [type, mediaType], OCI_MANIFEST), bytes, layers > 1);
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
  const isIndex = manifests > 0 || isIndexType(mediaType);
  const isImage = config || layers > 0 || isImageType(mediaType);
  if (isIndex && isImage) return 'both';
  if (isIndex) return 'index';
  return isImage ? 'image' : null;
}

function pick(fits: (type: string) => boolean, types: readonly string[], otherwise: string): string {
  return types.find(fits) ?? otherwise;
}

function readIndex(mediaType: string, bytes: Uint8Array, isMerged: boolean): Manifest {
  const decoded = isMerged ? readMerged(decodeJson(bytes, MergedIndex), 'manifests') : decodeJson(bytes, Index);
  if (decoded.kind !== 'value') return decoded;
  return { kind: 'index', mediaType, manifests: decoded.value.manifests };
}

function readImage(mediaType: string, bytes: Uint8Array, isMerged: boolean): Manifest {
  const decoded = isMerged ? readMerged(decodeJson(bytes, MergedImage), 'layers') : decodeJson(bytes, Image);
  if (decoded.kind !== 'value') return decoded;
  const config = readDescriptor(decoded.value.config);
  if ('problem' in config) return { kind: 'invalid', problem: `config ${config.problem}` };
  return { kind: 'image', mediaType, config, layers: decoded.value.layers };
}

/** The same with the descriptors of a list that were merged. */
function readMerged<K extends string, T extends { readonly [key in K]: readonly DescriptorFields[] }>(
  decoded: Decoded<T>,
  name: K,
): Decoded<Omit<T, K> & { readonly [key in K]: readonly Descriptor[] }> {
  if (decoded.kind !== 'value') return decoded;
  const read: Descriptor[] = [];
  for (const [index, fields] of decoded.value[name].entries()) {
    const one = readDescriptor(fields);
    if ('problem' in one) return { kind: 'invalid', problem: `${name}[${index}] ${one.problem}` };
    read.push(one);
  }
  return { kind: 'value', value: { ...decoded.value, [name]: read } };
}
