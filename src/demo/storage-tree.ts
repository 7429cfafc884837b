import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { allContent, type Image, type Index } from './content.ts';
import { buildLayer } from './layer.ts';
import { finding, multiPlatform, type ExpectedFinding } from './scene.ts';

/** What a scan has to find, and where. */
export interface ExpectedOnDisk extends ExpectedFinding {
  readonly repository: string;
}

const frontend = multiPlatform('shop/frontend');
const checkout = multiPlatform('shop/checkout');
const assets = buildLayer('shop/payments/assets');
const payments = multiPlatform('shop/payments', [assets]);
const orphan = buildLayer('nobody');

/** What is broken in the tree. What only costs room is told besides: a layer that nothing needs, and an upload that broke off. */
export const EXPECTED_ON_DISK: readonly ExpectedOnDisk[] = [
  { repository: 'shop/checkout', ...finding('child', 'missing', checkout.arm64.manifest, 'linux/arm64') },
  { repository: 'shop/payments', ...finding('layer', 'missing', assets, 'linux/amd64', 'linux/arm64') },
];

/**
 * Writes the files of a registry, as registry:2 and 3 keep them, with a sound image and two damaged ones. False where the
 * directory is there and not empty: nothing is written then.
 */
export async function writeStorageTree(directory: string): Promise<boolean> {
  await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length > 0) return false;
  const root = join(directory, 'docker', 'registry', 'v2');
  await store(root, 'shop/frontend', '2.4.1', frontend.index);
  await store(root, 'shop/checkout', '3.2.0', checkout.index);
  await store(root, 'shop/payments', '5.1.2', payments.index);
  await write(dataOf(root, orphan.digest), orphan.bytes);
  await write(join(repositoryOf(root, 'shop/frontend'), '_uploads', 'broken-off', 'data'), new Uint8Array(1000));
  await rm(dirname(revisionOf(root, 'shop/checkout', checkout.arm64.manifest.digest)), { recursive: true });
  await rm(dirname(dataOf(root, assets.digest)), { recursive: true });
  return true;
}

async function store(root: string, repository: string, tag: string, content: Image | Index): Promise<void> {
  const { blobs, manifests } = allContent(content);
  for (const { digest, bytes } of [...blobs, ...manifests]) await write(dataOf(root, digest), bytes);
  for (const { digest } of blobs) await write(linkIn(join(repositoryOf(root, repository), '_layers'), digest), digest);
  for (const { digest } of manifests) await write(revisionOf(root, repository, digest), digest);
  const { digest } = content.manifest;
  const folder = join(repositoryOf(root, repository), '_manifests', 'tags', tag);
  await write(join(folder, 'current', 'link'), digest);
  await write(linkIn(join(folder, 'index'), digest), digest);
}

function repositoryOf(root: string, repository: string): string {
  return join(root, 'repositories', repository);
}

function revisionOf(root: string, repository: string, digest: string): string {
  return linkIn(join(repositoryOf(root, repository), '_manifests', 'revisions'), digest);
}

function linkIn(folder: string, digest: string): string {
  return join(folder, ...digest.split(':'), 'link');
}

function dataOf(root: string, digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(root, 'blobs', algorithm, hex.slice(0, 2), hex, 'data');
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
