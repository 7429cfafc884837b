import { describe, expect, test } from 'vitest';

import { unknown } from '../../src/walk/lookup.ts';
import { shardOf } from '../../src/walk/shard.ts';
import { summarize, walk } from '../support/walk.ts';
import { AMD64, APP, ARM64, asked, GOOD, keepingLog, OTHER, sourceWith } from './scene.ts';

const GONE = `sha256:${'0'.repeat(64)}`;

/** A manifest that is there, and that no tag reaches. */
function withUntagged(content: Parameters<typeof sourceWith>[0] = { 'app:v1': GOOD }) {
  const source = sourceWith(content);
  source.put('app', null, OTHER);
  return source;
}

describe('digests that somebody names', () => {
  test('are walked by digest, although no tag reaches them', async () => {
    const source = withUntagged();

    const result = await walk(source, { pinned: new Map([['app', [OTHER.manifest.digest]]]) });

    expect(result).toMatchObject({ verdict: 'sound', complete: true, counts: { tags: 1, manifests: 2 } });
    expect(asked(source, { kind: 'resolve' })).toEqual([`app resolve ${OTHER.manifest.digest}`, 'app resolve v1']);
    expect(asked(source, { kind: 'manifest', reference: OTHER.manifest.digest })).toHaveLength(1);
  });

  test('that are gone are missing manifests without a tag', async () => {
    const source = withUntagged();

    const result = await walk(source, { pinned: new Map([['app', [GONE]]]) });

    expect(result).toMatchObject({ verdict: 'broken', complete: true });
    expect(result.findings).toMatchObject([
      { repository: 'app', tags: [], roots: [GONE], object: 'manifest', fault: 'missing', digest: GONE, path: [GONE] },
    ]);
  });

  test('are looked into: a layer that is gone is found below them, and they are told as its roots', async () => {
    const source = withUntagged();
    const [layer] = OTHER.layers;
    source.repository('app').blobs.delete(layer?.digest ?? '');

    const result = await walk(source, { pinned: new Map([['app', [OTHER.manifest.digest]]]) });

    expect(result.findings).toMatchObject([{ tags: [], roots: [OTHER.manifest.digest], object: 'layer' }]);
  });

  test('that a tag reaches too are asked for once, and tag and root are told', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const result = await walk(source, { pinned: new Map([['app', [APP.manifest.digest]]]) });

    expect(result.findings).toMatchObject([
      {
        tags: ['v1'],
        roots: [APP.manifest.digest],
        object: 'child',
        path: [APP.manifest.digest, ARM64.manifest.digest],
      },
    ]);
    expect(asked(source, { kind: 'resolve', reference: APP.manifest.digest, again: false })).toHaveLength(1);
    expect(asked(source, { kind: 'manifest', reference: APP.manifest.digest, again: false })).toHaveLength(1);
    expect(asked(source, { reference: ARM64.manifest.digest, again: false })).toHaveLength(1);
  });

  test('a child that is pinned by itself is what its user needs, and what the tag needs', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const result = await walk(source, { pinned: new Map([['app', [ARM64.manifest.digest]]]) });

    const roots = [ARM64.manifest.digest];
    expect(result.findings).toMatchObject([
      { object: 'manifest', tags: [], roots },
      { object: 'child', tags: ['v1'], roots },
    ]);
  });

  test('an index may lack a platform on purpose, but not one that somebody pinned', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:v2': GOOD });
    source.repository('app').manifests.delete(AMD64.manifest.digest);
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const result = await walk(source, {
      allowMissingPlatforms: ['linux/**'],
      pinned: new Map([['app', [ARM64.manifest.digest]]]),
    });

    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing']);
  });

  test('are walked in a repository that the catalog does not show, without asking for its tags', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'hidden:v1': OTHER });
    source.intercept = ({ reference }) =>
      reference === '_catalog' ? ({ kind: 'found', value: ['app'] } as never) : undefined;

    const result = await walk(source, { pinned: new Map([['hidden', [OTHER.manifest.digest, GONE]]]) });

    expect(result.findings.map(summarize)).toEqual(['hidden: manifest/missing']);
    expect(result.counts).toMatchObject({ repositoriesListed: 1, repositories: 1, manifests: 3 });
    expect(asked(source, { repository: 'hidden', kind: 'tags' })).toEqual([]);
  });

  test('are walked of the repositories in a list alone, where there is one instead of a catalog', async () => {
    const source = sourceWith({ 'app:v1': GOOD, 'others:v1': OTHER });
    const pinned = new Map([
      ['app', [GONE]],
      ['others', [OTHER.manifest.digest, GONE]],
    ]);

    const result = await walk(source, { catalog: 'list', include: ['app'], pinned });

    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing']);
    expect(asked(source, { repository: 'others' })).toEqual([]);
  });

  test('are left out with the repositories that are left out, and in other shards', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const pinned = new Map([
      ['scratch/tool', [GONE]],
      ['elsewhere', [GONE]],
    ]);
    const index = 1 - shardOf('elsewhere', 2);

    const excluded = await walk(source, { repositories: ['!scratch/**', '!elsewhere'], pinned });
    const sharded = await walk(source, { repositories: ['!scratch/**'], shard: { index, count: 2 }, pinned });

    expect(excluded.findings).toEqual([]);
    expect(sharded.findings).toEqual([]);
    expect(asked(source, { reference: GONE })).toEqual([]);
  });

  test('count as what a pattern for repositories is for', async () => {
    const log = keepingLog();

    await walk(
      sourceWith({ 'app:v1': GOOD }),
      { repositories: ['app', 'hidden'], pinned: new Map([['hidden', [GONE]]]) },
      { log },
    );

    expect(log.lines.filter((line) => line.includes('pattern'))).toEqual([]);
  });

  test('are not asked of a pull-through cache', async () => {
    const source = sourceWith({ 'app:v1': GOOD });

    const result = await walk(source, { kind: 'pull-through', pinned: new Map([['app', [GONE]]]) });

    expect(result.findings).toEqual([]);
    expect(asked(source, { kind: 'manifest' })).toEqual([]);
  });

  test('are walked where the list of tags does not come at first, and the tags are walked when it does', async () => {
    const source = withUntagged();
    let refused = 0;
    source.intercept = ({ repository, reference }) => {
      if (repository !== 'app' || reference !== '_tags' || refused > 0) return undefined;
      refused += 1;
      return unknown('timeout', 'no answer');
    };

    const result = await walk(source, { pinned: new Map([['app', [OTHER.manifest.digest, GONE]]]) });

    expect(result).toMatchObject({ complete: true, counts: { repositories: 1, tags: 1, manifests: 3 } });
    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing']);
  });

  test('are walked where the repository has lost its tags', async () => {
    const source = withUntagged({ 'app:v1': GOOD, 'other:v1': OTHER });
    source.repository('app').tags.clear();
    source.intercept = ({ repository, reference }) =>
      repository === 'app' && reference === '_tags'
        ? { kind: 'absent', fault: 'missing', observed: { method: 'GET', status: 404, bytes: null, detail: '' } }
        : undefined;

    const result = await walk(source, { pinned: new Map([['app', [OTHER.manifest.digest, GONE]]]) });

    expect(result).toMatchObject({ complete: true, counts: { repositories: 2, repositoriesEmpty: 1 } });
    expect(result.findings.map(summarize)).toEqual(['app: manifest/missing']);
  });

  test('all of them gone with everything else is an outage', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    source.repository('app').tags.clear();

    const result = await walk(source, { pinned: new Map([['app', [GONE]]]) });

    expect(result.verdict).toBe('suspect');
  });

  test('a digest that was good when the registry lost everything proves nothing', async () => {
    const source = withUntagged();
    const pinned = new Map([['app', [OTHER.manifest.digest, GONE]]]);
    source.intercept = ({ kind, again }) => (kind === 'manifest' && again ? unknown('server_error', '500') : undefined);

    const result = await walk(source, { pinned });

    expect(result.findings).toEqual([]);
    expect(result.complete).toBe(false);
  });
});
