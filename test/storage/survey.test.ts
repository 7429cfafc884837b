import { mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { blobDirectory, layerLink, revisionLink, tagLink } from '../../src/storage/paths.ts';
import { surveyStorage, type Survey, type SurveyOptions } from '../../src/storage/survey.ts';
import { app, single } from '../support/reg-fixture.ts';
import { createTree, DEPS, openTree, type TestTree } from './tree.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const child = app.arm64.manifest.digest;
const nobody = `sha256:${'9'.repeat(64)}`;
const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-02-01T00:00:00Z');

async function stocked(): Promise<TestTree> {
  const tree = await createTree();
  await tree.put('app', 'v1', app.content);
  await tree.put('team/single', 'v1', single.content);
  return tree;
}

async function survey(tree: TestTree, options: Partial<SurveyOptions> = {}, version: 2 | 3 = 2): Promise<Survey> {
  const all = { kind: 'private', beforeGc: null, now: NOW, ...options } as const;
  const stop = new AbortController().signal;
  const found = await surveyStorage(openTree(tree, version), all, { breathe: DEPS.breathe, stop });
  if (found === null) throw new Error('it was stopped');
  return found;
}

describe('surveyStorage', () => {
  test('a clean storage has nothing to tell but how much there is', async () => {
    const { hygiene, unreachable, uploads, unseenCount, blobs } = await survey(await stocked());

    expect(hygiene).toMatchObject({
      repositories: 2,
      tags: 2,
      revisions: 5,
      layerLinks: 11,
      dangling: { reachable: 0, unreachable: 0 },
      childrenWithoutLink: { reachable: 0, unreachable: 0 },
      untaggedRevisions: 0,
      examples: {},
    });
    expect(blobs.blobs).toBe(16);
    expect(unreachable).toMatchObject({ failure: null, blobs: 0, bytes: 0 });
    expect(uploads).toEqual({ count: 0, bytes: 0, oldest: null });
    expect(unseenCount).toBe(0);
  });

  test.each(['private', 'pull-through'] as const)(
    'links of layers without data are told by whether a tag needs them, in a %s storage',
    async (kind) => {
      const tree = await stocked();
      await rm(join(tree.root, blobDirectory(layer)), { recursive: true });
      await tree.write(layerLink('team/single', nobody), nobody);

      const { hygiene } = await survey(tree, { kind });

      expect(hygiene.dangling).toEqual({ reachable: 1, unreachable: 1 });
      expect(hygiene.examples.dangling).toHaveLength(2);
    },
  );

  test('a child without a link counts where indexes are whole, and not in a cache', async () => {
    const tree = await stocked();
    await rm(join(tree.root, revisionLink('app', child)));
    await rm(join(tree.root, tagLink('app', 'v1')));

    const [privately, cached] = [await survey(tree), await survey(tree, { kind: 'pull-through' })];

    expect(privately.hygiene.childrenWithoutLink).toEqual({ reachable: 0, unreachable: 1 });
    expect(cached.hygiene.childrenWithoutLink).toEqual({ reachable: 0, unreachable: 0 });
  });

  test('links that are none are told by what they are, wherever they are', async () => {
    const tree = await stocked();
    await tree.write(layerLink('app', nobody), '');
    await tree.write(revisionLink('app', nobody), 'no digest');
    await tree.write(tagLink('app', 'v2'), '');
    await mkdir(join(tree.root, 'repositories/app/_manifests/tags/v3'));
    await rm(join(tree.root, blobDirectory(single.content.manifest.digest)), { recursive: true });

    const { hygiene, unreachable } = await survey(tree);

    expect(hygiene).toMatchObject({ emptyLinks: 2, garbageLinks: 1, tagsWithoutLink: 1, danglingRevisions: 1 });
    expect(hygiene.examples.tagsWithoutLink).toEqual(['app:v3']);
    expect(unreachable.failure).toMatch(/9999\/link stops it: the link holds 9 bytes that are no digest$/);
  });

  test('what no manifest needs is told with its size, and manifests without a tag keep what they need', async () => {
    const tree = await stocked();
    const untagged = buildImage({ seed: 'untagged' });
    await tree.put('app', null, untagged);
    await tree.write(`${blobDirectory(nobody)}/data`, '12345');

    const { hygiene, unreachable } = await survey(tree);

    expect(hygiene.untaggedRevisions).toBe(1);
    expect(unreachable).toMatchObject({ blobs: 1, bytes: 5 });
  });

  test('an upload is left behind once nobody has added to it for a day', async () => {
    const tree = await stocked();
    for (const [id, age] of [
      ['old', 3 * DAY],
      ['older', 9 * DAY],
      ['new', DAY / 2],
    ] as const) {
      const path = `repositories/only-uploads/_uploads/${id}/data`;
      await tree.write(path, '123');
      await utimes(join(tree.root, path), (NOW - age) / 1000, (NOW - age) / 1000);
    }

    const { uploads } = await survey(tree);

    expect(uploads).toEqual({ count: 2, bytes: 6, oldest: NOW - 9 * DAY });
  });

  test('what leads out of the storage is told as not looked at', async () => {
    const tree = await stocked();
    await symlink('/etc', join(tree.root, 'blobs/sha256/zz'));
    await symlink('/etc', join(tree.root, 'repositories/app/_uploads'));

    const { unseen, unseenCount } = await survey(tree);

    expect(unseenCount).toBe(2);
    expect(unseen.map(({ path }) => path)).toEqual(['blobs/sha256/zz', 'repositories/app/_uploads']);
  });

  test('nothing is told where there was no time', async () => {
    const stop = new AbortController();
    stop.abort();
    const options = { kind: 'private', beforeGc: null, now: NOW } as const;

    const found = await surveyStorage(openTree(await stocked()), options, { breathe: DEPS.breathe, stop: stop.signal });

    expect(found).toBeNull();
  });

  describe('foresees of an upgrade to version 3', () => {
    test('manifests that only a link among the layers leads to, layers without a link, and tagged indexes', async () => {
      const tree = await stocked();
      await tree.write(layerLink('app', child), child);
      await rm(join(tree.root, revisionLink('app', child)));
      await rm(join(tree.root, layerLink('app', layer)));

      const { upgrade } = await survey(tree);

      expect(upgrade).toEqual({
        byLayerLink: { count: 1, examples: [`app:v1 ${child}`] },
        servedFromCache: { count: 1, examples: [`app@${layer}`] },
        schema1: { count: 0, examples: [] },
        taggedIndexes: { count: 1, examples: ['app:v1'] },
      });
    });

    test('images of schema 1', async () => {
      const tree = await stocked();
      const body = JSON.stringify({ schemaVersion: 1, name: 'old', tag: 'v1', fsLayers: [{ blobSum: layer }] });
      await tree.write(`${blobDirectory(nobody)}/data`, body);
      await tree.write(revisionLink('old', nobody), nobody);
      await tree.write(tagLink('old', 'v1'), nobody);

      const { upgrade } = await survey(tree);

      expect(upgrade?.schema1).toEqual({ count: 1, examples: ['old:v1'] });
    });

    test('nothing where it is that of version 3 already, or a cache', async () => {
      const tree = await stocked();

      expect((await survey(tree, {}, 3)).upgrade).toBeNull();
      expect((await survey(tree, { kind: 'pull-through' })).upgrade).toBeNull();
    });
  });
});
