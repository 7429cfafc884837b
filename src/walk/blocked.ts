import type { Absent, Unknown } from './lookup.ts';
import type { BlockedEntry } from './result.ts';
import { isReached, tagsTo } from './trace.ts';
import type { Tree, TreeNode } from './tree.ts';

/** Something that a policy refuses, under what it was asked for by: a tag or a digest. */
export interface Refusal {
  readonly repository: string;
  readonly reference: string;
  readonly detail: string;
}

/** True for an answer in which the registry names a policy of its own. */
export function isRefusedByPolicy(answer: Absent | Unknown): boolean {
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
export function collectBlocked(refusals: readonly Refusal[], trees: readonly Tree[]): readonly BlockedEntry[] {
  const once = new Map(refusals.map((one) => [`${one.repository} ${one.reference}`, one]));
  return [...once]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { repository, reference, detail }]): BlockedEntry[] => {
      if (!reference.includes(':')) return [{ repository, tags: [reference], digest: null, detail }];
      const edges = trees.filter((tree) => tree.repository === repository).flatMap((tree) => edgesTo(tree, reference));
      return isReached(edges) ? [{ repository, tags: tagsTo(edges), digest: reference, detail }] : [];
    });
}

function edgesTo({ manifests, blobs }: Tree, digest: string): TreeNode['edges'] {
  const nodes = [manifests.get(digest), ...[...blobs.values()].filter((node) => node.digest === digest)];
  return nodes.flatMap((node) => node?.edges ?? []);
}
