import { describe, expect, test } from 'vitest';

import { collectBlocked, countBlocked, refusalOf } from '../../src/walk/blocked.ts';
import type { Absent, Unknown } from '../../src/walk/lookup.ts';
import { createNode, createTree, rootEdge, type Tree } from '../../src/walk/tree.ts';
import { absent, noAnswer } from './scene.ts';

const POLICY: Unknown = { ...noAnswer('forbidden'), policy: 'words' };
const FORBIDDEN = noAnswer('forbidden');
const GONE = absent('missing');
const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

/** A tree in which the tags lead to `A`, and nothing to `B`. */
function treeOf(...tags: readonly string[]): Tree {
  const tree = createTree('app');
  const node = createNode(A, 0);
  for (const tag of tags) node.edges.push(rootEdge(tag));
  tree.manifests.set(A, node);
  tree.manifests.set(B, createNode(B, 0));
  return tree;
}

describe('refusalOf', () => {
  test.each<[string, Absent | Unknown, readonly (Absent | Unknown)[], boolean]>([
    ['asked once', POLICY, [], false],
    ['asked twice', POLICY, [POLICY], true],
    ['at the end of other answers', FORBIDDEN, [POLICY, POLICY], true],
    ['with another answer between', POLICY, [GONE, POLICY], false],
    ['with another answer since', POLICY, [POLICY, GONE], false],
    ['with a refusal of another kind since', POLICY, [POLICY, FORBIDDEN], false],
    ['not at all', FORBIDDEN, [FORBIDDEN], false],
  ])('%s', (_, first, answers, isRefused) => {
    expect(refusalOf({ first, answers })).toBe(isRefused ? POLICY : null);
  });
});

describe('collectBlocked', () => {
  test('tells each thing once, with all tags that lead to it', () => {
    const refusal = { repository: 'app', reference: A, detail: 'words' };

    expect(collectBlocked([refusal, refusal], [treeOf('v2', 'v1')])).toEqual([
      { repository: 'app', tags: ['v1', 'v2'], digest: A, detail: 'words' },
    ]);
  });

  test('knows no digest of a tag that was refused itself', () => {
    const refusal = { repository: 'app', reference: 'v1', detail: 'words' };

    expect(collectBlocked([refusal], [createTree('app')])).toEqual([
      { repository: 'app', tags: ['v1'], digest: null, detail: 'words' },
    ]);
  });

  test('leaves out what nothing leads to any more', () => {
    expect(collectBlocked([{ repository: 'app', reference: B, detail: 'words' }], [treeOf('v1')])).toEqual([]);
  });

  test('is sorted', () => {
    const refusals = ['v2', 'v1'].map((reference) => ({ repository: 'app', reference, detail: '' }));

    expect(collectBlocked(refusals, []).map(({ tags }) => tags[0])).toEqual(['v1', 'v2']);
  });
});

describe('countBlocked', () => {
  const blocked = { kind: 'blocked', unknown: POLICY } as const;

  test('counts tags that are refused or lead to what is, digests that were asked for, and blobs', () => {
    const tree = treeOf('v1', 'v2');
    for (const tag of ['v1', 'v2', 'sound', 'refused']) {
      tree.tags.set(tag, { tag, digest: tag.startsWith('v') ? A : B, state: { kind: 'good' } });
    }
    tree.tags.set('refused', { tag: 'refused', digest: null, state: blocked });
    const node = createNode(A, 0);
    node.edges.push(rootEdge('v1'), rootEdge('v2'), rootEdge(null));
    node.state = blocked;
    tree.manifests.set(A, node);
    tree.blobs.set('one', { ...createNode(B, 1), state: blocked });
    tree.blobs.set('other', createNode(B, 1));

    expect(countBlocked([tree, createTree('empty')])).toEqual({ tags: 3, pinned: 1, blobs: 1 });
  });
});
