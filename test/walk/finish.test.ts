import { describe, expect, test } from 'vitest';

import { closeTree, conclude } from '../../src/walk/finish.ts';
import { createNode, createTree, rootEdge, type Tree } from '../../src/walk/tree.ts';
import { createMapSource } from '../support/map-source.ts';
import { absent, contextOver, noAnswer } from './scene.ts';

const QUIET = { catalogAccessible: true, catalogVanished: false };

function treeWithBlob(): Tree {
  const tree = createTree('app');
  tree.blobs.set('x', { ...createNode('x', 1), state: { kind: 'good' } });
  return tree;
}

function treeWithFinding(): Tree {
  const tree = createTree('app');
  const node = createNode('x', 0);
  node.edges.push(rootEdge('v1'));
  node.state = { kind: 'broken', absent: absent(), confirmations: 3 };
  tree.manifests.set('x', node);
  return tree;
}

describe('closeTree', () => {
  test('counts a repository without open questions at once, and forgets it', () => {
    const context = contextOver(createMapSource());

    closeTree(context, treeWithBlob());

    expect([...context.trees]).toEqual([]);
    expect(context.tally.counts([]).blobs).toBe(1);
    expect(context.tally.live.repositoriesDone).toBe(1);
  });

  test('keeps one with open questions, and counts it once, at the end', () => {
    const context = contextOver(createMapSource());
    const tree = treeWithBlob();
    tree.openQuestions = 1;

    closeTree(context, tree);
    expect(context.tally.counts([]).blobs).toBe(0);
    const { counts } = conclude(context, QUIET);

    expect(counts.blobs).toBe(1);
  });
});

describe('conclude', () => {
  test('an unknown makes the walk incomplete, and they are sorted by repository and reference', () => {
    const context = contextOver(createMapSource());
    const { reason, detail } = noAnswer('timeout');
    for (const [repository, reference] of [
      ['b', 'v1'],
      ['a', 'v2'],
      [null, '_catalog'],
      ['a', 'v1'],
    ] as const) {
      context.unknowns.push({ repository, reference, reason, detail });
    }

    const { complete, verdict, unknowns, counts } = conclude(context, QUIET);

    expect([complete, verdict, counts.unknown.timeout]).toEqual([false, 'unknown', 4]);
    expect(unknowns.map(({ repository, reference }) => `${repository} ${reference}`)).toEqual([
      'null _catalog',
      'a v1',
      'a v2',
      'b v1',
    ]);
  });

  test('an inaccessible catalog makes the walk incomplete', () => {
    const result = conclude(contextOver(createMapSource()), { ...QUIET, catalogAccessible: false });

    expect(result).toMatchObject({ complete: false, catalogAccessible: false, verdict: 'unknown' });
  });

  test.each([
    ['held back from a walk over a catalog', false, 'suspect'],
    ['believed where things were named', true, 'broken'],
  ])('findings without anything good are %s', (_, named, verdict) => {
    const context = contextOver(createMapSource(), { named });
    context.trees.add(treeWithFinding());
    context.tally.live.tags = 1;

    const result = conclude(context, QUIET);

    expect(result).toMatchObject({ verdict, findings: [{ digest: 'x' }] });
  });
});
