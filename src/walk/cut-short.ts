import { keyOf, type KnownBroken } from './findings.ts';
import type { State, Tree } from './tree.ts';
import { OUT_OF_REACH, type CutShort } from './verdict.ts';

/** Counts what was out of reach when it was last asked for, and could not be asked for to the end. */
export function countCutShort(trees: Iterable<Tree>, knownBroken: KnownBroken): CutShort {
  const counts = { tags: 0, blobs: 0, layers: 0, known: { tags: 0, blobs: 0 } };
  for (const { repository, tags, manifests, blobs } of trees) {
    for (const { tag, state } of tags.values()) {
      if (!isCutShort(state)) continue;
      const digest = state.seen?.digest ?? null;
      const isKnown = knownBroken.has(keyOf({ repository, digest, tags: [tag], object: 'manifest' }));
      (isKnown ? counts.known : counts).tags += 1;
    }
    for (const { digest, state, edges } of manifests.values()) {
      if (!isCutShort(state)) continue;
      const isKnown = knownBroken.has(keyOf({ repository, digest, tags: [], object: 'manifest' }));
      for (const { tag } of edges) if (tag !== null) (isKnown ? counts.known : counts).tags += 1;
    }
    for (const { digest, state, edges } of blobs.values()) {
      if (!isCutShort(state)) continue;
      const objects = new Set(edges.map(({ object }) => object));
      if ([...objects].some((object) => knownBroken.has(keyOf({ repository, digest, tags: [], object })))) {
        counts.known.blobs += 1;
      } else {
        counts.blobs += 1;
        if (objects.has('layer')) counts.layers += 1;
      }
    }
  }
  return counts;
}

function isCutShort(state: State): state is Extract<State, { readonly kind: 'unknown' }> {
  return state.kind === 'unknown' && state.seen !== undefined && OUT_OF_REACH.has(state.seen.fault);
}
