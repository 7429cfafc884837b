import { parseDigest } from '../oci/digest.ts';

/**
 * Where distribution keeps things, from the storage's `v2` directory. The layout is the same in 2.x and 3.x:
 * https://github.com/distribution/distribution/blob/v3.0.0/registry/storage/paths.go
 */
export const BLOBS = 'blobs';
export const REPOSITORIES = 'repositories';

/** The parts of a repository: directories that no repository's name can be mistaken for. */
export const LAYERS = '_layers';
export const MANIFESTS = '_manifests';
export const UPLOADS = '_uploads';

/** The directory of a blob; throws for what is no supported digest, which is a mistake in the code. */
export function blobDirectory(digest: string): string {
  const { algorithm, hex } = partsOf(digest);
  return `${BLOBS}/${algorithm}/${hex.slice(0, 2)}/${hex}`;
}

/** The directory of one part of a repository. */
export function partOf(repository: string, part: typeof LAYERS | typeof MANIFESTS | typeof UPLOADS): string {
  return `${REPOSITORIES}/${repository}/${part}`;
}

/** The directory of the links to all manifests of a repository. */
export function revisionsOf(repository: string): string {
  return `${partOf(repository, MANIFESTS)}/revisions`;
}

/** The directory of a repository's tags. */
export function tagsOf(repository: string): string {
  return `${partOf(repository, MANIFESTS)}/tags`;
}

/** The link of a layer or a config. */
export function layerLink(repository: string, digest: string): string {
  const { algorithm, hex } = partsOf(digest);
  return `${partOf(repository, LAYERS)}/${algorithm}/${hex}/link`;
}

/** The link of a manifest. */
export function revisionLink(repository: string, digest: string): string {
  const { algorithm, hex } = partsOf(digest);
  return `${revisionsOf(repository)}/${algorithm}/${hex}/link`;
}

/** The link of a tag to the manifest that it points to now. */
export function tagLink(repository: string, tag: string): string {
  return `${tagsOf(repository)}/${tag}/current/link`;
}

function partsOf(digest: string): { readonly algorithm: string; readonly hex: string } {
  const parsed = parseDigest(digest);
  if (parsed.kind !== 'supported') throw new Error(`no path for ${digest}`);
  return { algorithm: parsed.algorithm, hex: digest.slice(parsed.algorithm.length + 1) };
}
