import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { blobDirectory, layerLink, revisionLink, tagLink } from '../../src/storage/paths.ts';
import { app, single } from '../support/reg-fixture.ts';
import { summarize, walk } from '../support/walk.ts';
import { createTree, sourceOf, type TestTree } from './tree.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const child = app.arm64.manifest.digest;

async function stocked(): Promise<TestTree> {
  const tree = await createTree();
  await tree.put('app', 'v1', app.content);
  await tree.put('team/single', 'v1', single.content);
  return tree;
}

describe('createStorageSource', () => {
  test('a storage as a registry writes it is sound', async () => {
    const result = await walk(sourceOf(await stocked()));

    expect(result).toMatchObject({ verdict: 'sound', complete: true });
    expect(result.counts).toMatchObject({ repositories: 2, tags: 2, indexes: 1, manifests: 4, blobs: 11 });
  });

  test('all content is hashed where that is asked for', async () => {
    const tree = await stocked();
    const { size } = app.arm64.layers[0] ?? { size: 0 };
    await tree.write(`${blobDirectory(layer)}/data`, Buffer.alloc(size, 7));

    const result = await walk(sourceOf(tree), { blobCheck: 'full' });

    expect(result.findings.map(summarize)).toEqual(['app:v1 layer/digest_mismatch linux/arm64']);
  });

  test('names that are no names are left out, and so are files where repositories are', async () => {
    const tree = await stocked();
    await mkdir(join(tree.root, 'repositories/Backup of app/_layers'), { recursive: true });
    await tree.write('repositories/notes.txt', 'x');
    await tree.write('repositories/app/_manifests/tags/..v1/current/link', 'x');

    const result = await walk(sourceOf(tree));

    expect(result).toMatchObject({ verdict: 'sound', counts: { skipped: { invalid_name: 2 } } });
  });

  test('a repository that the catalog of its version would not show is looked at', async () => {
    const tree = await stocked();
    await rm(join(tree.root, 'repositories/team/single/_layers'), { recursive: true });

    const result = await walk(sourceOf(tree));

    expect(result.findings.map(({ repository, object, fault }) => `${repository} ${object}/${fault}`)).toEqual(
      Array.from({ length: 1 + single.content.layers.length }, (_, index) =>
        index === 0 ? 'team/single config/missing' : 'team/single layer/missing',
      ),
    );
  });

  test.each([
    { what: 'a repository', at: 'repositories/team', reference: '_tags' },
    { what: "a layer's data", at: blobDirectory(layer), reference: layer },
    { what: 'a link', at: layerLink('app', layer), reference: layer },
    { what: 'all blobs of a prefix', at: blobDirectory(layer).slice(0, -65), reference: layer },
  ])('$what that leads out of the storage is not followed, and unknown', async ({ at, reference }) => {
    const tree = await stocked();
    const outside = `${tree.top}-outside`;
    await rename(join(tree.root, at), outside);
    await symlink(outside, join(tree.root, at));

    const result = await walk(sourceOf(tree));

    expect(result.findings).toEqual([]);
    expect(result.complete).toBe(false);
    expect(result.unknowns).toContainEqual(
      expect.objectContaining({
        reference,
        reason: 'protocol',
        detail: expect.stringContaining('symbolic link, which is not followed') as string,
      }),
    );
  });

  test('a link that stays in the storage is followed, and one that leads back is not followed for ever', async () => {
    const tree = await stocked();
    await rename(join(tree.root, blobDirectory(layer)), join(tree.top, 'moved'));
    await symlink(join(tree.top, 'moved'), join(tree.root, blobDirectory(layer)));
    await symlink('..', join(tree.root, 'repositories/team/loop'));
    await symlink(join(tree.root, 'repositories/app'), join(tree.root, 'repositories/alias'));

    const result = await walk(sourceOf(tree));

    expect(result).toMatchObject({ verdict: 'sound', counts: { repositories: 3 } });
  });

  test('a pipe where a link should be is not waited for', async () => {
    const tree = await stocked();
    await rm(join(tree.root, layerLink('app', layer)));
    execFileSync('mkfifo', [join(tree.root, layerLink('app', layer))]);

    const result = await walk(sourceOf(tree));

    expect(result.findings.map(summarize)).toEqual(['app:v1 layer/unreadable linux/arm64']);
  });

  test('a file where a directory should be is what a registry fails on', async () => {
    const tree = await stocked();
    const directory = join(tree.root, revisionLink('app', child), '..');
    await rm(directory, { recursive: true });
    await tree.write(revisionLink('app', child).slice(0, -5), 'x');

    const result = await walk(sourceOf(tree));

    expect(result.findings.map(summarize)).toEqual(['app:v1 child/unreadable linux/arm64']);
  });

  test('a storage without a repository is no sound one', async () => {
    const result = await walk(sourceOf(await createTree()));

    expect(result).toMatchObject({ verdict: 'unknown', catalogAccessible: false });
  });

  test('a tag that is removed while the walk goes on is no finding', async () => {
    const tree = await stocked();
    const source = sourceOf(tree);
    await rm(join(tree.root, revisionLink('app', app.content.manifest.digest)));

    const result = await walk({
      ...source,
      async resolve(repository, reference, ask) {
        const answer = await source.resolve(repository, reference, ask);
        await rm(join(tree.root, 'repositories/app/_manifests/tags/v1'), { recursive: true, force: true });
        return answer;
      },
    });

    expect(result).toMatchObject({ verdict: 'sound', findings: [], counts: { churned: 1 } });
  });

  test('nothing is looked at any more once there is no time', async () => {
    const stop = new AbortController();
    stop.abort();

    const result = await walk(sourceOf(await stocked()), {}, { stop: stop.signal, abort: stop.signal });

    expect(result.unknowns).toMatchObject([{ reference: '_catalog', reason: 'deadline' }]);
  });

  describe('of a pull-through cache', () => {
    test('what it has not fetched is left out, whatever it is', async () => {
      const tree = await stocked();
      await rm(join(tree.root, revisionLink('app', child)));
      await rm(join(tree.root, layerLink('app', app.amd64.layers[0]?.digest ?? '')));
      await tree.write(tagLink('app', 'v2'), `sha256:${'0'.repeat(64)}`);

      const result = await walk(sourceOf(tree, 'pull-through'));

      expect(result).toMatchObject({
        verdict: 'sound',
        findings: [],
        counts: { skipped: { pull_through: 3 }, tags: 2 },
      });
    });

    test("a layer's link without its data is damage all the same", async () => {
      const tree = await stocked();
      await rm(join(tree.root, blobDirectory(layer)), { recursive: true });

      const result = await walk(sourceOf(tree, 'pull-through'));

      expect(result.findings.map(summarize)).toEqual(['app:v1 layer/missing linux/arm64']);
    });
  });
});
