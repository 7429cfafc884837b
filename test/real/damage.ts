import { cp, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { DockerRegistry } from '../support/servers/docker-registry.ts';

/** Damages the storage of a registry:2 in the places where garbage collection, retention and disks do. */
export interface Damage {
  /** The file or directory of something: relative to `…/docker/registry/v2`. */
  blob(digest: string): string;
  layerLink(repository: string, digest: string): string;
  revision(repository: string, digest: string): string;
  tag(repository: string, tag: string): string;
  remove(path: string): Promise<void>;
  cut(path: string, length: number): Promise<void>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  read(path: string): Promise<Buffer>;
  /** Puts a directory where the file was. */
  turnIntoDirectory(path: string): Promise<void>;
  /** The whole storage vanishes, as an unmounted volume does; `asFile` leaves a file in its place. */
  loseStorage(asFile?: boolean): Promise<void>;
  /** Everything is as it was when `damageOf` was called, and the registry starts with empty caches. */
  repair(): Promise<void>;
}

/** Gets ready to damage a registry's storage, and keeps a copy of it. */
export async function damageOf(registry: Pick<DockerRegistry, 'storageRoot' | 'restart'>): Promise<Damage> {
  const root = registry.storageRoot;
  const top = dirname(dirname(dirname(root)));
  const copy = `${top}-copy`;
  await cp(top, copy, { recursive: true });
  const at = (path: string): string => join(root, path);
  const hex = (digest: string): string => digest.slice('sha256:'.length);

  return {
    blob: (digest) => `blobs/sha256/${hex(digest).slice(0, 2)}/${hex(digest)}/data`,
    layerLink: (repository, digest) => `repositories/${repository}/_layers/sha256/${hex(digest)}/link`,
    revision: (repository, digest) => `repositories/${repository}/_manifests/revisions/sha256/${hex(digest)}/link`,
    tag: (repository, tag) => `repositories/${repository}/_manifests/tags/${tag}/current/link`,
    remove: (path) => rm(at(path), { recursive: true }),
    cut: (path, length) => truncate(at(path), length),
    read: (path) => readFile(at(path)),
    async write(path, content) {
      await mkdir(dirname(at(path)), { recursive: true });
      await writeFile(at(path), content);
    },
    async turnIntoDirectory(path) {
      await rm(at(path));
      await mkdir(at(path));
    },
    async loseStorage(asFile = false) {
      await rename(top, `${top}-away`);
      if (asFile) await writeFile(top, '');
    },
    async repair() {
      await rm(top, { recursive: true, force: true });
      await cp(copy, top, { recursive: true });
      await registry.restart();
    },
  };
}
