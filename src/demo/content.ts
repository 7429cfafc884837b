import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../oci/media-types.ts';
import type { Platform } from '../oci/platform.ts';
import { buildLayer, OCI_LAYER, rawLayer, type Layer } from './layer.ts';
import { seal, sealJson, type Sealed } from './sealed.ts';

const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const OCI_EMPTY = 'application/vnd.oci.empty.v1+json';
const IN_TOTO = 'application/vnd.in-toto+json';

const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
/** What BuildKit declares for an attestation, so that no runtime picks it. */
const NO_PLATFORM: Platform = { os: 'unknown', architecture: 'unknown' };

export interface Image {
  readonly kind: 'image';
  readonly manifest: Sealed;
  readonly config: Sealed;
  readonly layers: readonly Layer[];
  readonly platform: Platform;
  /** Annotations of the descriptor that an index gets for it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Index {
  readonly kind: 'index';
  readonly manifest: Sealed;
  readonly children: readonly (Image | Index)[];
}

export interface ImageOptions {
  /** The same seed gives the same bytes, on every machine. */
  readonly seed: string;
  /** Default `linux/amd64`. */
  readonly platform?: Platform;
  /** How many layers to make up (default 2), or the layers themselves: another image's, say, to share them. */
  readonly layers?: number | readonly Layer[];
  /** Length of the file in each made-up layer, in bytes. */
  readonly layerSize?: number;
  /** Docker's media types instead of OCI's. */
  readonly dockerTypes?: boolean;
}

/** An image with a config that container engines accept and layers that they can unpack. */
export function buildImage({
  seed,
  platform = AMD64,
  layers = 2,
  layerSize,
  dockerTypes = false,
}: ImageOptions): Image {
  const layerType = dockerTypes ? DOCKER_LAYER : OCI_LAYER;
  const made =
    typeof layers === 'number'
      ? Array.from({ length: layers }, (_, position) => buildLayer(`${seed}/layer/${position}`, layerSize, layerType))
      : layers;
  return assemble(platform, made, dockerTypes);
}

/**
 * What BuildKit puts beside an image: a manifest with the platform `unknown/unknown` and one in-toto statement.
 * https://github.com/moby/buildkit/blob/v0.16.0/docs/attestations/attestation-storage.md
 */
export function buildAttestation(subject: Image): Image {
  const statement = {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ name: '_', digest: { sha256: subject.manifest.digest.slice('sha256:'.length) } }],
    predicate: {},
  };
  const annotations = {
    'vnd.docker.reference.digest': subject.manifest.digest,
    'vnd.docker.reference.type': 'attestation-manifest',
  };
  return { ...assemble(NO_PLATFORM, [rawLayer(sealJson(IN_TOTO, statement).bytes, IN_TOTO)], false), annotations };
}

export interface IndexOptions {
  /** Name the optional media type in the body too. Default true. */
  readonly mediaType?: boolean;
  /** A Docker manifest list instead of an OCI index. */
  readonly docker?: boolean;
}

/** An index of images, or of further indexes. Without children it is empty, which is allowed. */
export function buildIndex(children: readonly (Image | Index)[], options: IndexOptions = {}): Index {
  const type = options.docker === true ? DOCKER_LIST : OCI_INDEX;
  const body = {
    schemaVersion: 2,
    ...((options.mediaType ?? true) && { mediaType: type }),
    manifests: children.map((child) => ({
      ...describe(child.manifest),
      ...(child.kind === 'image' && { platform: child.platform }),
      ...(child.kind === 'image' && child.annotations !== undefined && { annotations: child.annotations }),
    })),
  };
  return { kind: 'index', manifest: sealJson(type, body), children };
}

/** Everything that makes up an image or an index, each digest once, in the order in which a registry accepts it. */
export function allContent(root: Image | Index): {
  readonly blobs: readonly Sealed[];
  readonly manifests: readonly Sealed[];
} {
  const blobs = new Map<string, Sealed>();
  const manifests = new Map<string, Sealed>();
  const collect = (node: Image | Index): void => {
    if (manifests.has(node.manifest.digest)) return;
    if (node.kind === 'index') node.children.forEach(collect);
    else [node.config, ...node.layers].forEach((blob) => blobs.set(blob.digest, blob));
    manifests.set(node.manifest.digest, node.manifest);
  };
  collect(root);
  return { blobs: [...blobs.values()], manifests: [...manifests.values()] };
}

/** A manifest of one layer with an empty config, as artifacts have it. */
export function assembleArtifact(layer: Layer, fields: object): Image {
  const config = seal(OCI_EMPTY, new TextEncoder().encode('{}'));
  const body = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: describe(config),
    layers: [describe(layer)],
    ...fields,
  };
  return { kind: 'image', manifest: sealJson(OCI_MANIFEST, body), config, layers: [layer], platform: NO_PLATFORM };
}

function assemble(platform: Platform, layers: readonly Layer[], docker: boolean): Image {
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) };
  const config = sealJson(docker ? DOCKER_CONFIG : OCI_CONFIG, { ...platform, config: {}, rootfs });
  const mediaType = docker ? DOCKER_MANIFEST : OCI_MANIFEST;
  const body = { schemaVersion: 2, mediaType, config: describe(config), layers: layers.map(describe) };
  return { kind: 'image', manifest: sealJson(mediaType, body), config, layers, platform };
}

function describe({ mediaType, digest, size }: Sealed): Pick<Sealed, 'mediaType' | 'digest' | 'size'> {
  return { mediaType, digest, size };
}
