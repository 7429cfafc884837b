import { describe, expect, test } from 'vitest';

import { askAgain } from '../../src/walk/suspects.ts';
import { createTree } from '../../src/walk/tree.ts';
import { walkTags } from '../../src/walk/tags.ts';
import { buildImage, buildIndex } from '../../src/demo/content.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { walk } from '../support/walk.ts';
import {
  APP,
  AMD64,
  ARM64,
  asked,
  contextOver,
  descriptorOf,
  GOOD,
  indexOf,
  OTHER,
  putManifest,
  sourceWith,
} from './scene.ts';

const NOT_FOUND = { method: 'GET', status: 404, bytes: 0, detail: 'not found' };

describe('letGo', () => {
  test('of a repository that is whole, nothing stays in the tree, and all of it is counted', async () => {
    const context = contextOver(sourceWith({ 'app:v1': APP, 'app:v2': APP, 'app:v3': GOOD }));
    const tree = createTree('app');

    await walkTags(context, tree, ['v1', 'v2', 'v3']);

    expect([tree.tags.size, tree.manifests.size, tree.blobs.size]).toEqual([0, 0, 0]);
    context.tally.addTree(tree);
    expect(context.tally.counts([])).toMatchObject({ tags: 3, manifests: 3, indexes: 1 });
  });

  test('what is above something doubtful stays, and goes once that is cleared', async () => {
    const source = sourceWith({ 'app:v1': APP, 'good:v1': GOOD });
    const [layer] = ARM64.layers;
    let fails = true;
    source.intercept = ({ reference }) =>
      fails && reference === layer?.digest ? { kind: 'absent', fault: 'missing', observed: NOT_FOUND } : undefined;
    const context = contextOver(source);
    const tree = createTree('app');

    await walkTags(context, tree, ['v1']);
    const before = [...tree.manifests.keys()];
    fails = false;
    for (const open of context.suspects.take()) {
      const answer = await askAgain(open, context.again);
      if (answer.kind === 'found') await answer.accept();
    }

    expect(before.toSorted()).toEqual([APP.manifest.digest, ARM64.manifest.digest].toSorted());
    expect([tree.tags.size, tree.manifests.size, tree.blobs.size]).toEqual([0, 0, 0]);
  });

  test('a digest that was let go of is asked for again where it is declared otherwise, and counted once', async () => {
    const source = sourceWith({ 'app:v1': AMD64, 'good:v1': GOOD });
    putManifest(source, 'app', 'v2', indexOf(descriptorOf(AMD64.manifest, { size: 5 })));

    const { findings, counts } = await walk(source, { concurrency: 1 });

    expect(findings.map(({ object, fault, tags }) => [object, fault, tags])).toEqual([
      ['child', 'size_mismatch', ['v2']],
    ]);
    expect(counts).toMatchObject({ tags: 3, manifests: 2, indexes: 1 });
  });

  test('blobs of an image that was let go of are not asked for again', async () => {
    const shared = buildImage({ seed: 'let-go/shared' });
    const source = sourceWith({ 'app:v1': shared, 'app:v2': buildIndex([shared, OTHER]), 'app:v3': shared });

    const { counts } = await walk(source, { concurrency: 1 });

    const blobs = asked(source, { kind: 'blob' });
    expect(new Set(blobs).size).toBe(blobs.length);
    expect(counts.blobs).toBe(blobs.length);
  });

  test('what was asked for by name stays in the tree, since more is asked of it', async () => {
    const context = contextOver(sourceWith({ 'app:v1': APP }), { named: true });
    const tree = createTree('app');

    await walkTags(context, tree, ['v1']);

    expect([tree.tags.size, tree.manifests.size]).toEqual([1, 3]);
  });

  test('a manifest that was left out counts for no tag, the second one neither', async () => {
    const source = sourceWith({ 'good:v1': GOOD });
    const other = sealJson('application/vnd.example.thing+json', { mediaType: 'application/vnd.example.thing+json' });
    putManifest(source, 'app', 'v1', other);
    source.repository('app').tags.set('v2', other.digest);

    const { counts } = await walk(source, { concurrency: 1 });

    expect(counts).toMatchObject({ tags: 1, manifests: 1 });
    expect(counts.skipped.unsupported_media_type).toBe(1);
  });

  test('a child that one index may lack is asked for again for one that may not', async () => {
    const source = sourceWith({ 'good:v1': GOOD });
    putManifest(
      source,
      'app',
      'v1',
      indexOf(descriptorOf(ARM64.manifest, { platform: { os: 'linux', architecture: 'arm64' } })),
    );
    putManifest(source, 'app', 'v2', indexOf(descriptorOf(ARM64.manifest)));

    const { findings } = await walk(source, { concurrency: 1, allowMissingPlatforms: ['linux/arm64'] });

    expect(findings.map(({ object, fault, tags }) => [object, fault, tags])).toEqual([['child', 'missing', ['v2']]]);
  });
});
