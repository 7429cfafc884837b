import type { Absent, Lookup, Unknown } from './lookup.ts';
import type { BlockedEntry } from './result.ts';
import { createTrace } from './trace.ts';
import { nodesByDigest, type NodesByDigest } from './nodes-by-digest.ts';
import type { State, Tree } from './tree.ts';

/** Something that a policy refuses, under what it was asked for by: a tag or a digest. */
export interface Refusal {
  readonly repository: string;
  readonly reference: string;
  readonly detail: string;
}

/** True for an answer in which the registry names a policy of its own. */
export function isRefusedByPolicy(answer: Lookup<unknown>): boolean {
  return answer.kind === 'unknown' && answer.policy !== undefined;
}

/** The last of two refusals by policy, one right after the other; null where there were none, or another answer since. */
export function refusalOf({
  first,
  answers,
}: {
  readonly first: Absent | Unknown;
  readonly answers: readonly (Absent | Unknown)[];
}): Unknown | null {
  const [before, last] = [first, ...answers].slice(-2);
  if (before === undefined || last === undefined) return null;
  return last.kind === 'unknown' && isRefusedByPolicy(last) && isRefusedByPolicy(before) ? last : null;
}

/** Each thing that is refused once, with the tags that lead to it, sorted; without what nothing leads to any more. */
export function collectBlocked(refusals: readonly Refusal[], trees: Iterable<Tree>): readonly BlockedEntry[] {
  const once = new Map(refusals.map((one) => [`${one.repository} ${one.reference}`, one]));
  const byName = Map.groupBy(trees, (tree) => tree.repository);
  const nodes = new Map<Tree, NodesByDigest>();
  const trace = createTrace();
  return [...once]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { repository, reference, detail }]): BlockedEntry[] => {
      if (!reference.includes(':')) return [{ repository, tags: [reference], digest: null, detail }];
      const edges = (byName.get(repository) ?? []).flatMap((tree) => {
        const here = nodes.get(tree) ?? nodesByDigest(tree);
        nodes.set(tree, here);
        return (here.get(reference) ?? []).flatMap((node) => node.edges);
      });
      return edges.some(trace.above.isReached)
        ? [{ repository, tags: trace.tagsTo(edges), digest: reference, detail }]
        : [];
    });
}

/** How much of what was asked for is refused: an answer that tells neither that it is there nor that it is gone. */
export interface BlockedCounts {
  readonly tags: number;
  /** Digests that were asked for by themselves. */
  readonly pinned: number;
  /** Configs and layers, each once in its repository. */
  readonly blobs: number;
}

/** Counts what policies refuse, where ways into the trees begin and among the blobs. */
export function countBlocked(trees: Iterable<Tree>): BlockedCounts {
  const counts = { tags: 0, pinned: 0, blobs: 0 };
  for (const { tags, manifests, blobs } of trees) {
    for (const { state, digest } of tags.values()) {
      if (isBlocked(state) || isBlocked(manifests.get(digest ?? '')?.state)) counts.tags += 1;
    }
    for (const { state, edges } of manifests.values()) {
      if (isBlocked(state)) counts.pinned += edges.filter(({ from, tag }) => from === null && tag === null).length;
    }
    for (const { state } of blobs.values()) if (isBlocked(state)) counts.blobs += 1;
  }
  return counts;
}

function isBlocked(state: State | undefined): boolean {
  return state?.kind === 'blocked';
}
