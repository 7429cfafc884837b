import { describe, expect, test } from 'vitest';

import { readManifest, type Manifest } from '../../src/oci/manifest.ts';
import { UNKNOWN_REASONS } from '../../src/walk/lookup.ts';
import { SKIP_REASONS } from '../../src/walk/result.ts';
import { createTally } from '../../src/walk/tally.ts';
import { createNode, createTree, type State, type TreeNode } from '../../src/walk/tree.ts';
import { absent, AMD64, APP, noAnswer } from './scene.ts';

const GOOD: State = { kind: 'good' };
const BROKEN: State = { kind: 'broken', absent: absent(), confirmations: 3 };
const LEFT: readonly State[] = [
  { kind: 'asking' },
  { kind: 'suspected' },
  { kind: 'unknown', unknown: noAnswer('timeout') },
  { kind: 'skipped' },
  { kind: 'gone' },
];
const INDEX = readManifest(APP.manifest.bytes, APP.manifest.mediaType) as Exclude<
  Manifest,
  { kind: 'invalid' | 'too_much' }
>;
const IMAGE = readManifest(AMD64.manifest.bytes, AMD64.manifest.mediaType) as Exclude<
  Manifest,
  { kind: 'invalid' | 'too_much' }
>;

function node(digest: string, state: State, manifest?: Exclude<Manifest, { kind: 'invalid' | 'too_much' }>): TreeNode {
  const made = createNode(digest, 0);
  made.state = state;
  if (manifest !== undefined) made.seen = { manifest, size: 1, observed: absent().observed };
  return made;
}

describe('createTally', () => {
  test('has every reason from the start, at zero', () => {
    const { unknown, skipped } = createTally().counts([]);

    expect(Object.keys(unknown)).toEqual(UNKNOWN_REASONS);
    expect(Object.keys(skipped)).toEqual(SKIP_REASONS);
    expect([...Object.values(unknown), ...Object.values(skipped)].every((count) => count === 0)).toBe(true);
  });

  test('counts what was answered, good or broken, and nothing that was left open or out', () => {
    const tree = createTree('app');
    const states = [GOOD, BROKEN, ...LEFT];
    for (const [n, state] of states.entries()) {
      tree.tags.set(`v${n}`, { tag: `v${n}`, digest: null, state });
      tree.manifests.set(`index-${n}`, node(`index-${n}`, state, INDEX));
      tree.manifests.set(`image-${n}`, node(`image-${n}`, state, IMAGE));
      tree.blobs.set(`blob-${n}`, node(`blob-${n}`, state));
    }
    const tally = createTally();

    tally.addTree(tree);

    expect(tally.counts([])).toMatchObject({ tags: 2, indexes: 2, manifests: 2, blobs: 2 });
  });

  test('a manifest that never came counts as one, since nobody knows that it is an index', () => {
    const tree = createTree('app');
    tree.manifests.set('x', node('x', BROKEN));
    const tally = createTally();

    tally.addTree(tree);

    expect(tally.counts([])).toMatchObject({ indexes: 0, manifests: 1 });
  });

  test('adds up over repositories, and counts unknowns by their reason', () => {
    const tree = createTree('app');
    tree.blobs.set('x', node('x', GOOD));
    const tally = createTally();
    const entry = { repository: 'app', reference: 'v1', detail: '' };

    tally.addTree(tree);
    tally.addTree(tree);
    tally.skip('excluded', 4);
    tally.skip('excluded');
    tally.churned += 1;
    const counts = tally.counts([
      { ...entry, reason: 'timeout' },
      { ...entry, reason: 'timeout' },
      { ...entry, reason: 'auth' },
    ]);

    expect(counts).toMatchObject({ blobs: 2, churned: 1, skipped: { excluded: 5 }, unknown: { timeout: 2, auth: 1 } });
  });

  test('counts that were handed out do not change any more', () => {
    const tally = createTally();
    const before = tally.counts([]);

    tally.skip('foreign_layer');

    expect(before.skipped.foreign_layer).toBe(0);
  });
});
