const IMAGE_CONFIGS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);

const OCI_LAYERS: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
]);

const DOCKER_LAYERS: ReadonlySet<string> = new Set([
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.docker.image.rootfs.diff.tar.zstd',
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
]);

/** How a node goes about a layer of a type: what it is compressed with is seen in the bytes, whatever the type says. */
export type Unpacking =
  /** It is looked whether it is compressed. */
  | 'detect'
  /** It is taken for an archive as it is. */
  | 'plain'
  /** Only who has the key can tell. */
  | 'encrypted'
  /** There is no way to unpack it. */
  | 'none';

/** True for the config of an image that nodes unpack; another one belongs to an artifact. */
export function isImageConfigType(mediaType: string): boolean {
  return IMAGE_CONFIGS.has(mediaType);
}

/**
 * True for what a node takes for a layer and unpacks, as containerd 2.1 tells them apart: everything that begins like a
 * layer of the image specification, and Docker's types by their names. Other content of an image is only fetched.
 */
export function isLayerType(mediaType: string): boolean {
  return mediaType.startsWith('application/vnd.oci.image.layer.') || DOCKER_LAYERS.has(splitType(mediaType).base);
}

/** What a node does with a layer of this type, as containerd 2.1 does it. */
export function unpackingOf(mediaType: string): Unpacking {
  const { base, suffixes } = splitType(mediaType);
  if (suffixes.includes('encrypted')) return 'encrypted';
  if (DOCKER_LAYERS.has(base)) return suffixes.length === 0 ? 'detect' : 'plain';
  if (!OCI_LAYERS.has(base)) return 'none';
  const last = suffixes.toSorted().at(-1);
  return last === 'gzip' || last === 'zstd' ? 'detect' : 'plain';
}

function splitType(mediaType: string): { readonly base: string; readonly suffixes: readonly string[] } {
  const [base = '', ...suffixes] = mediaType.split('+');
  return { base, suffixes };
}
