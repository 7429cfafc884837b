import { expect, test } from 'vitest';

import { countsOfParts } from '../../src/walk/part-counts.ts';
import { partOf } from '../../src/walk/parts.ts';
import { createTally } from '../../src/walk/tally.ts';
import { addEdge, createNode, rootEdge } from '../../src/walk/tree.ts';
import { createVisit, type Visit } from '../../src/walk/visit.ts';
import { createMapSource } from '../support/map-source.ts';
import { absent, contextOver } from './scene.ts';

const TAGS = Array.from({ length: 20 }, (_, index) => `v${index}`);

/** The first of the tags that is in a part, of two. */
function tagIn(part: number): string {
  return TAGS.find((tag) => partOf('big', tag, 1) === part) ?? '';
}

function visit(): Visit {
  return createVisit(contextOver(createMapSource()), 'big', { listed: true, expectation: null });
}

/** A broken blob, to which these tags lead, and with none of them a digest that was asked for. */
function breakBlob({ tree }: Visit, digest: string, tags: readonly string[]): void {
  const node = createNode(digest, 0);
  node.state = { kind: 'broken', absent: absent(), confirmations: 3 };
  for (const tag of tags.length === 0 ? [null] : tags) addEdge(node, rootEdge(tag));
  tree.blobs.set(digest, node);
}

function blobsOf(one: Visit, done: readonly number[]) {
  one.context.tally.addTree(one.tree);
  return [...countsOfParts(one, 1, done, [])].map(([index, { blobs }]) => [index, blobs]);
}

test('what is broken is counted in the part whose tags lead there, whatever became of the other one', () => {
  const one = visit();
  breakBlob(one, 'a', [tagIn(1)]);
  breakBlob(one, 'b', [tagIn(0)]);

  expect(blobsOf(one, [1])).toEqual([[1, 1]]);
});

test('what is broken in both is counted once', () => {
  const one = visit();
  breakBlob(one, 'a', [tagIn(0), tagIn(1)]);

  const counts = new Map(blobsOf(one, [0, 1]).map(([index, blobs]) => [index, blobs]));
  expect((counts.get(0) ?? 0) + (counts.get(1) ?? 0)).toBe(1);
});

test('what belongs to no tag is shared by those that were walked', () => {
  const one = visit();
  for (const digest of ['a', 'b', 'c']) breakBlob(one, digest, []);

  expect(blobsOf(one, [0, 1])).toEqual([
    [0, 2],
    [1, 1],
  ]);
});

test('what was counted on the way to a tag is that of its part', () => {
  const one = visit();
  const tally = createTally();
  tally.saw('blob');
  one.partTallies.set(1, tally);

  expect(blobsOf(one, [0, 1])).toEqual([
    [0, 0],
    [1, 1],
  ]);
});

test('what a policy refuses is counted where its tags are, and nowhere where those were cut short', () => {
  const refused = [0, 1].map((part) => ({ repository: 'big', tags: [tagIn(part)], digest: null, detail: '' }));

  const counts = countsOfParts(visit(), 1, [1], refused);

  expect([...counts].map(([index, { blocked }]) => [index, blocked])).toEqual([[1, 1]]);
});

test('tags that do not take part are told with the part that they would be in', () => {
  const one = visit();
  one.listedTags = TAGS.toSorted();
  one.tags = one.listedTags.filter((tag) => !tag.startsWith('v1'));
  const excluded = TAGS.filter((tag) => tag.startsWith('v1'));

  const counts = countsOfParts(one, 1, [0, 1], []);

  for (const part of [0, 1]) {
    const there = excluded.filter((tag) => partOf('big', tag, 1) === part);
    expect(there).not.toHaveLength(0);
    expect(counts.get(part)?.skipped.excluded).toBe(there.length);
  }
});
