import type { LegCounts, RunErrand, WalkedLeg } from './itinerary.ts';
import { isTag } from '../oci/reference.ts';
import type { UnknownEntry } from './result.ts';
import { partOf } from './parts.ts';
import { tagsTo } from './trace.ts';
import type { Tree, TreeNode } from './tree.ts';
import type { Visit } from './visit.ts';

/** What became of a visit, once nothing in it is open. */
export interface Account {
  /** Null where it was not walked, but for some tags or digests. */
  readonly leg: WalkedLeg | null;
  readonly errand: RunErrand | null;
}

/** What a visit left open for good. */
export interface Remainder {
  /** Of this repository: what could not be told. */
  readonly unknowns: readonly UnknownEntry[];
  /** Of this repository: what was not answered before the run ended. */
  readonly unreached: readonly UnknownEntry[];
  /** How many things a policy refuses. */
  readonly blocked: number;
}

/** Draws up what became of a visit. */
export function accountOf(visit: Visit, { unknowns, unreached, blocked }: Remainder): Account {
  const { repository, leg, parts, begun, errand, asked } = visit;
  const doubtful = doubtfulNames(visit.tree, [...unknowns, ...unreached]);
  const isDoubtful = (name: string): boolean => doubtful === 'all' || doubtful.has(name);
  const done = new Set([...asked].filter((name) => !isDoubtful(name)));
  const ran = errand === null ? null : { repository, done };
  if (leg === null) return { leg: null, errand: ran };

  const counts = countsOf(visit, blocked);
  const isCut = unreached.length > 0 || (parts !== null && begun.length < parts.indexes.length);
  if (parts === null) {
    const isDone = unknowns.length === 0 && unreached.length === 0;
    return { leg: { repository, parts: null, done: isDone, cutShort: isCut, counts }, errand: ran };
  }
  const bad =
    doubtful === 'all'
      ? new Set(begun)
      : new Set([...doubtful].filter(isTag).map((tag) => partOf(repository, tag, parts.bits)));
  const whole = begun.filter((index) => !bad.has(index));
  const walked = { bits: parts.bits, begun, done: whole };
  const isDone = whole.length === parts.indexes.length;
  return { leg: { repository, parts: walked, done: isDone, cutShort: isCut, counts }, errand: ran };
}

function countsOf({ context }: Visit, blocked: number): LegCounts {
  const { repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, weak, skipped } =
    context.tally.counts([]);
  return { repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, weak, blocked, skipped };
}

/** Tags, and digests that were asked for by themselves, of which something is not known; all, where that is not known. */
function doubtfulNames(tree: Tree, entries: readonly UnknownEntry[]): ReadonlySet<string> | 'all' {
  const names = new Set<string>();
  for (const { reference } of entries) {
    if (reference === '_tags') return 'all';
    names.add(reference);
    if (!reference.includes(':')) continue;
    const nodes = [...nodesCalled(tree, reference)];
    if (nodes.length === 0) return 'all';
    for (const { edges } of nodes) for (const tag of tagsTo(edges)) names.add(tag);
  }
  return names;
}

function* nodesCalled({ manifests, blobs }: Tree, digest: string): Iterable<TreeNode> {
  const manifest = manifests.get(digest);
  if (manifest !== undefined) yield manifest;
  for (const blob of blobs.values()) if (blob.digest === digest) yield blob;
}
