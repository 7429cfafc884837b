import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { allContent, type Image, type Index } from '../../src/demo/content.ts';
import { createDisk } from '../../src/storage/disk.ts';
import { hashFileNow } from '../../src/storage/hash-file.ts';
import { createLinks } from '../../src/storage/links.ts';
import { blobDirectory, layerLink, revisionLink, tagLink } from '../../src/storage/paths.ts';
import type { Storage } from '../../src/storage/served-manifest.ts';
import { createStorageSource, type StorageKind } from '../../src/storage/source.ts';
import type { ContentSource } from '../../src/walk/source.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A storage that a test fills by itself, as distribution would. */
export interface TestTree {
  /** What a registry is configured with. */
  readonly top: string;
  /** `docker/registry/v2`. */
  readonly root: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  put(repository: string, tag: string | null, root: Image | Index): Promise<void>;
}

/** An empty storage in a folder of the test's own. */
export async function createTree(): Promise<TestTree> {
  const top = join(await temporaryFolder(), 'storage');
  const root = join(top, 'docker/registry/v2');
  await mkdir(join(root, 'blobs'), { recursive: true });
  await mkdir(join(root, 'repositories'));
  const write = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  return {
    top,
    root,
    write,
    async put(repository, tag, image) {
      const { blobs, manifests } = allContent(image);
      for (const { digest, bytes } of [...blobs, ...manifests]) await write(`${blobDirectory(digest)}/data`, bytes);
      for (const { digest } of blobs) await write(layerLink(repository, digest), digest);
      for (const { digest } of manifests) await write(revisionLink(repository, digest), digest);
      if (tag !== null) await write(tagLink(repository, tag), image.manifest.digest);
    },
  };
}

/** Opens the storage as a scan does. */
export function openTree({ root, top }: TestTree, version: 2 | 3 = 2): Storage {
  const disk = createDisk(root, top);
  return { disk, links: createLinks(disk), version };
}

/** The storage as the walk asks it. */
export function sourceOf(tree: TestTree, kind: StorageKind = 'private', version: 2 | 3 = 2): ContentSource {
  return createStorageSource(openTree(tree, version), { kind }, DEPS);
}

/** Hashing without a thread. */
export const DEPS = {
  hashFile: (path: string, algorithm: 'sha256' | 'sha512') => Promise.resolve(hashFileNow(path, algorithm)),
  breathe: () => Promise.resolve(),
};
