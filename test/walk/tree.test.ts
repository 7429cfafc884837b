import { describe, expect, test } from 'vitest';

import { blobKey, createNode, createTree, rootEdge } from '../../src/walk/tree.ts';

describe('blobKey', () => {
  test.each([
    [1, 1, true],
    [1, 2, false],
  ])('the sizes %s and %s of one digest are one question: %s', (one, other, same) => {
    const key = (size: number): string => blobKey({ mediaType: '', digest: 'sha256:a', size });

    expect(key(one) === key(other)).toBe(same);
  });
});

describe('new parts of a tree', () => {
  test('share nothing', () => {
    const [one, other] = [createTree('app'), createTree('app')];

    one.skipped.add('x');
    one.manifests.set('x', createNode('x', 0));

    expect(other.skipped.size + other.manifests.size).toBe(0);
  });

  test('an edge from a tag leads up to nothing else', () => {
    expect(rootEdge('v1')).toMatchObject({ from: null, tag: 'v1', object: 'manifest', optional: false });
  });
});
