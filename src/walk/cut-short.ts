import { keyOf, type KnownBroken } from './findings.ts';
import type { Absent, Unknown } from './lookup.ts';
import type { State, Tree, TreeNode } from './tree.ts';
import { OUT_OF_REACH, type CutShort } from './verdict.ts';

/** The counts while they are made. */
export interface MutableCutShort extends CutShort {
  tags: number;
  blobs: number;
  layers: number;
  readonly known: { tags: number; blobs: number };
}

/** Counts of nothing yet. */
export function createCutShort(): MutableCutShort {
  return { tags: 0, blobs: 0, layers: 0, known: { tags: 0, blobs: 0 } };
}

/** Counts what was out of reach when it was last asked for, and could not be asked for to the end. */
export function countCutShort(trees: Iterable<Tree>, knownBroken: KnownBroken): CutShort {
  const counts = createCutShort();
  for (const tree of trees) {
    const { repository, tags, manifests, blobs, untold } = tree;
    for (const { tag, state } of tags.values()) {
      if (!isCutShort(state)) continue;
      const digest = state.seen?.digest ?? null;
      const isKnown = knownBroken.has(keyOf({ repository, digest, tags: [tag], object: 'manifest' }));
      (isKnown ? counts.known : counts).tags += 1;
    }
    for (const node of manifests.values()) if (isCutShort(node.state)) addManifest(counts, tree, node, knownBroken);
    for (const node of blobs.values()) if (isCutShort(node.state)) addBlob(counts, tree, node, knownBroken);
    if (untold !== null) addAll(counts, untold.cutShort);
  }
  return counts;
}

/** Counts the tags of a manifest. */
export function addManifest(
  counts: MutableCutShort,
  { repository }: Tree,
  { digest, edges }: TreeNode,
  knownBroken?: KnownBroken,
): void {
  const isKnown = knownBroken?.has(keyOf({ repository, digest, tags: [], object: 'manifest' })) === true;
  for (const { tag } of edges) if (tag !== null) (isKnown ? counts.known : counts).tags += 1;
}

/** Counts a config or a layer, which may be both. */
export function addBlob(
  counts: MutableCutShort,
  { repository }: Tree,
  { digest, edges }: TreeNode,
  knownBroken?: KnownBroken,
): void {
  const objects = new Set(edges.map(({ object }) => object));
  if ([...objects].some((object) => knownBroken?.has(keyOf({ repository, digest, tags: [], object })) === true)) {
    counts.known.blobs += 1;
  } else {
    counts.blobs += 1;
    if (objects.has('layer')) counts.layers += 1;
  }
}

function addAll(counts: MutableCutShort, others: CutShort): void {
  for (const what of ['tags', 'blobs', 'layers'] as const) counts[what] += others[what];
  for (const what of ['tags', 'blobs'] as const) counts.known[what] += others.known[what];
}

function isCutShort(state: State): state is Extract<State, { readonly kind: 'unknown' }> {
  return state.kind === 'unknown' && state.seen !== undefined && isOutOfReach(state.seen);
}

/** Whether a store that is out of reach answers so as well. */
export function isOutOfReach(answer: Absent | Unknown): boolean {
  return answer.kind === 'absent' && OUT_OF_REACH.has(answer.fault);
}
