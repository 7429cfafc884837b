import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { blobDirectory, layerLink, revisionLink, tagLink } from '../../src/storage/paths.ts';

/** Links of configs and layers that one manifest needs. */
const LINKS_PER_MANIFEST = 10;
const MANIFESTS_PER_REPOSITORY = 200;
/** So many repositories have each layer in common: base images. */
const SHARED_BY = 4;
const DATA = 'data';

/** What was made. */
export interface GeneratedTree {
  readonly repositories: number;
  readonly manifests: number;
  readonly layerLinks: number;
  readonly blobs: number;
}

/**
 * Makes the storage of a sound registry with so many links of layers below a directory, with true manifests and data of
 * four bytes: what costs time and memory is how many files there are.
 */
export function generateStorage(top: string, links: number): GeneratedTree {
  const root = join(top, 'docker/registry/v2');
  const blobs = new Set<string>();
  const manifests = Math.ceil(links / LINKS_PER_MANIFEST);
  const put = (path: string, content: string | Uint8Array): void => {
    const file = join(root, path);
    mkdirSync(file.slice(0, file.lastIndexOf('/')), { recursive: true });
    writeFileSync(file, content);
  };
  const putBlob = (digest: string, content: string | Uint8Array): void => {
    if (blobs.has(digest)) return;
    blobs.add(digest);
    put(`${blobDirectory(digest)}/data`, content);
  };
  for (let index = 0; index < manifests; index += 1) {
    const at = Math.floor(index / MANIFESTS_PER_REPOSITORY);
    const repository = `team-${at % 20}/app-${at}`;
    const layers = Array.from({ length: LINKS_PER_MANIFEST }, (_, layer) => {
      const family =
        layer === 0
          ? `own ${index}`
          : `shared ${Math.floor(at / SHARED_BY)} ${index % MANIFESTS_PER_REPOSITORY} ${layer}`;
      return digestOf(family);
    });
    for (const digest of layers) {
      putBlob(digest, DATA);
      put(layerLink(repository, digest), digest);
    }
    const [config, ...rest] = layers.map((digest) => ({ mediaType: LAYER, digest, size: DATA.length }));
    const body = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: rest });
    const digest = digestOf(body);
    putBlob(digest, body);
    put(revisionLink(repository, digest), digest);
    put(tagLink(repository, `v${index}`), digest);
  }
  const repositories = Math.ceil(manifests / MANIFESTS_PER_REPOSITORY);
  return { repositories, manifests, layerLinks: manifests * LINKS_PER_MANIFEST, blobs: blobs.size };
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
