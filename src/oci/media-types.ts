export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export const SCHEMA1_MANIFEST = 'application/vnd.docker.distribution.manifest.v1+json';

/** The four manifest types that the probe reads. */
export const MANIFEST_TYPES = [OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST] as const;

/**
 * Sent with every request for a manifest. A registry answers 404 for a healthy OCI image when its type is not named
 * (distribution 2.8, also for a wildcard), so all four always go.
 */
export const MANIFEST_ACCEPT = MANIFEST_TYPES.join(', ');

/** The type without its parameters, in lower case: `application/json; charset=utf-8` is `application/json`. */
export function baseMediaType(header: string): string {
  return (header.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** True for an index or a Docker manifest list. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}

/** True for an image's manifest. */
export function isImageType(mediaType: string): boolean {
  return mediaType === OCI_MANIFEST || mediaType === DOCKER_MANIFEST;
}

/** True for a type that says nothing of what it is for, as web servers give it. */
export function isGenericType(mediaType: string): boolean {
  return /^(?:|(?:application|binary)\/(?:octet-stream|json|x-www-form-urlencoded)|text\/.*)$/i.test(mediaType.trim());
}

/** True for one of the four manifest types. */
export function isManifestType(mediaType: string): boolean {
  return (MANIFEST_TYPES as readonly string[]).includes(mediaType);
}

/** Docker's schema 1, signed or not: its digest leaves out the signatures, so its body cannot be checked by hashing. */
export function isSchema1Type(mediaType: string): boolean {
  return /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/.test(mediaType);
}

const BLOB_TYPE =
  /\.layer\.|\.rootfs\.|\.image\.config\.|\.container\.image\.|buildkit\.cacheconfig|^application\/octet-stream$/;

/** True for a type that names a blob. BuildKit's cache indexes list layers and a cache config as if they were manifests. */
export function isBlobType(mediaType: string): boolean {
  return BLOB_TYPE.test(mediaType);
}

/** True for a layer that is not meant to be in the registry: `foreign` (Docker) or `nondistributable` (OCI). */
export function isForeignType(mediaType: string): boolean {
  return mediaType.includes('.foreign.') || mediaType.includes('.nondistributable.');
}
