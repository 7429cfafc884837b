import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunningStorage } from './object-storage.ts';

/** Takes content away from under a registry. */
export interface StoredContent {
  /** A blob's bytes are gone. */
  loseBlob(repository: string, digest: string): Promise<void>;
  /** The first bytes of a blob are left. */
  cutBlob(repository: string, digest: string, length: number): Promise<void>;
  /** A repository no longer has a manifest; null where manifests are in memory, and have to be deleted. */
  readonly loseManifest: ((repository: string, digest: string) => Promise<void>) | null;
}

/** Where a registry keeps what it was given. */
interface Places {
  blob(repository: string, digest: string): string;
  manifest?(repository: string, digest: string): string;
}

/** Content in files. */
export function inFiles({ blob, manifest }: Places): StoredContent {
  return {
    loseBlob: (repository, digest) => rm(blob(repository, digest)),
    cutBlob: (repository, digest, length) => truncate(blob(repository, digest), length),
    loseManifest: manifest === undefined ? null : (repository, digest) => rm(manifest(repository, digest)),
  };
}

/** Content in a bucket. */
export function inObjects(storage: RunningStorage, { blob, manifest = blob }: Places): StoredContent {
  return {
    loseBlob: (repository, digest) => storage.remove(blob(repository, digest)),
    cutBlob: (repository, digest, length) => storage.cut(blob(repository, digest), length),
    loseManifest: (repository, digest) => storage.remove(manifest(repository, digest)),
  };
}

/** Distribution's layout below `docker/registry/v2`. */
export function distributionPlaces(root: string): Required<Places> {
  return {
    blob: (_, digest) => join(root, 'blobs/sha256', hex(digest).slice(0, 2), hex(digest), 'data'),
    manifest: (repository, digest) =>
      join(root, 'repositories', repository, '_manifests/revisions/sha256', hex(digest), 'link'),
  };
}

/** The digest without its algorithm. */
export function hex(digest: string): string {
  return digest.slice('sha256:'.length);
}
