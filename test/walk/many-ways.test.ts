import { expect, test } from 'vitest';

import { createAcknowledgements } from '../../src/walk/acknowledge.ts';
import { collectFindings } from '../../src/walk/findings.ts';
import { addEdge, createNode, createTree, rootEdge, type Edge, type Tree, type TreeNode } from '../../src/walk/tree.ts';
import { observed } from '../report/samples.ts';

const digestOf = (number: number): string => `sha256:${number.toString(16).padStart(64, '0')}`;
const lost = { kind: 'absent', fault: 'missing', observed: observed() } as const;

/** A tree that counts how often somebody goes by one of its ways. */
function countingTree() {
  const tree = createTree('app');
  const counts = { ways: 0, gone: 0 };
  let digests = 0;

  function wayTo(node: TreeNode, way: Edge): void {
    const { from } = way;
    counts.ways += 1;
    const counting = Object.defineProperty({ ...way }, 'from', {
      enumerable: true,
      get: () => ((counts.gone += 1), from),
    });
    addEdge(node, counting);
  }

  return {
    tree,
    counts,
    manifest(above: readonly TreeNode[], tags: readonly string[] = [], platform: string | null = null): TreeNode {
      const node = createNode(digestOf((digests += 1)), 1);
      node.state = { kind: 'good' };
      for (const tag of tags) wayTo(node, rootEdge(tag));
      for (const from of above) wayTo(node, { ...rootEdge(null), from, platform, object: 'child' });
      tree.manifests.set(node.digest, node);
      return node;
    },
    lostLayer(from: TreeNode): void {
      const node = createNode(digestOf((digests += 1)), 1);
      node.state = { kind: 'broken', absent: lost, confirmations: 2 };
      wayTo(node, { ...rootEdge(null), from, object: 'layer' });
      tree.blobs.set(node.digest, node);
    },
  };
}

/** Indexes in indexes, each of which names all of those below it. */
function woven(levels: number, width: number, tags: (index: number) => readonly string[]) {
  const made = countingTree();
  let above: readonly TreeNode[] = Array.from({ length: width }, (_, index) => made.manifest([], tags(index)));
  for (let level = 1; level < levels; level += 1) {
    const upper = above;
    above = Array.from({ length: width }, () => made.manifest(upper));
  }
  return { ...made, lowest: above };
}

function findingsIn(tree: Tree) {
  return collectFindings([tree]);
}

test('each way is gone by a few times, however many things are lost below all of them', () => {
  const { tree, counts, lowest, manifest, lostLayer } = woven(5, 100, (index) => [`v${index}`]);
  for (let image = 0; image < 1_000; image += 1) lostLayer(manifest(lowest));

  const findings = findingsIn(tree);

  expect(findings).toHaveLength(1_000);
  expect(counts.gone).toBeLessThan(5_000_000);
  expect(findings.every(({ tags, path }) => tags[0] === 'v0' && path.length === 7)).toBe(true);
});

test('a chain of manifests is gone up, however long it is, and by the shortest way', () => {
  const { tree, counts, manifest, lostLayer } = countingTree();
  const top = manifest([], ['v1']);
  let above = top;
  for (let link = 0; link < 15_000; link += 1) {
    above = manifest([above, top]);
    lostLayer(above);
  }

  const findings = findingsIn(tree);

  expect(counts.gone).toBeLessThan(5_000_000);
  expect(new Set(findings.map(({ path }) => path.length))).toEqual(new Set([3]));
});

test('what all lead to by names of which only the first are told is acknowledged by no tag alone', () => {
  const { tree, lowest, manifest, lostLayer } = woven(5, 100, (index) => [index === 99 ? 'z' : `a${index}`]);
  for (let image = 0; image < 60; image += 1) lostLayer(manifest(lowest));
  const until = { until: '2026-01-01', reason: 'known' };

  const cut = findingsIn(tree).filter(({ isCut }) => isCut);

  expect(cut.length).toBeGreaterThan(0);
  expect(cut.every(({ tags }) => tags.length === 20 && !tags.includes('z'))).toBe(true);
  expect(cut.map((one) => createAcknowledgements([{ tag: 'a*', ...until }], 0).of(one))).toEqual(cut.map(() => null));
  expect(cut.map((one) => createAcknowledgements([{ repository: 'app', ...until }], 0).of(one))).toEqual(
    cut.map(() => until),
  );
});

test('what only signatures lead to as far as tags are told hurts who pulls where another tag does', () => {
  const signature = (index: number): string => `sha256-${index.toString(16).padStart(64, '0')}.sig`;
  const { tree, lowest, manifest, lostLayer } = woven(5, 100, (index) => [index === 99 ? 'v1' : signature(index)]);
  for (let image = 0; image < 60; image += 1) lostLayer(manifest(lowest));

  expect(findingsIn(tree).map(({ affects }) => affects)).toEqual(Array.from({ length: 60 }, () => 'pull'));
});
