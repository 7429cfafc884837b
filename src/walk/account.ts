import { isTag } from '../oci/reference.ts';
import type { RunErrand, WalkedLeg } from './itinerary.ts';
import { countsOf, countsOfParts } from './part-counts.ts';
import { partOf } from './parts.ts';
import type { BlockedEntry, UnknownEntry } from './result.ts';
import { createTally, type Tally } from './tally.ts';
import { tagsTo } from './trace.ts';
import { nodesByDigest, type NodesByDigest } from './nodes-by-digest.ts';
import type { Edge, Tree } from './tree.ts';
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
  /** Of this repository: what a policy refuses. */
  readonly blocked: readonly BlockedEntry[];
}

/** Draws up what became of a visit. */
export function accountOf(visit: Visit, { unknowns, unreached, blocked }: Remainder): Account {
  const { repository, leg, parts, begun, errand, asked } = visit;
  const doubtful = doubtfulNames(visit.tree, [...unknowns, ...unreached]);
  const isDoubtful = (name: string): boolean => doubtful === 'all' || doubtful.has(name);
  const done = new Set([...asked, ...unlistedNames(visit)].filter((name) => !isDoubtful(name)));
  const ran = errand === null ? null : { repository, done };
  if (leg === null) return { leg: null, errand: ran };

  const counts = countsOf(totalOf(visit), blocked.length);
  const isCut = unreached.length > 0 || (parts !== null && begun.length < parts.indexes.length);
  if (parts === null) {
    const isDone = unknowns.length === 0 && unreached.length === 0;
    return { leg: { repository, parts: null, done: isDone, cutShort: isCut, counts }, errand: ran };
  }
  const unfinished = partsOf(doubtfulNames(visit.tree, unreached));
  const unknown = partsOf(doubtfulNames(visit.tree, unknowns));
  const whole = begun.filter((index) => !unfinished.has(index) && !unknown.has(index));
  const tried = begun.filter((index) => !unfinished.has(index) && unknown.has(index));
  const isDone = whole.length === parts.indexes.length;
  const walked = { bits: parts.bits, done: countsOfParts(visit, parts.bits, whole, blocked), tried };
  return { leg: { repository, parts: walked, done: isDone, cutShort: isCut, counts }, errand: ran };

  function partsOf(names: ReadonlySet<string> | 'all'): ReadonlySet<number> {
    if (names === 'all') return new Set(begun);
    return new Set([...names].filter(isTag).map((tag) => partOf(repository, tag, parts?.bits ?? 0)));
  }
}

/** Tags that were to be asked for by themselves, and that the list of tags does not have: they lead to nothing. */
function unlistedNames({ errand, listing, listedTags }: Visit): readonly string[] {
  if (errand === null || listing !== 'there') return [];
  const wanted = new Set(errand.tags);
  for (const tag of listedTags) wanted.delete(tag);
  return [...wanted];
}

/** All that was counted on a visit. */
export function totalOf({ context, partTallies, errandTallies }: Visit): Tally {
  const total = createTally();
  for (const tally of [context.tally, ...partTallies.values(), ...errandTallies.values()]) total.add(tally);
  return total;
}

/** Tags, and digests that were asked for by themselves, of which something is not known; all, where that is not known. */
function doubtfulNames(tree: Tree, entries: readonly UnknownEntry[]): ReadonlySet<string> | 'all' {
  const names = new Set<string>();
  const edges: Edge[] = [];
  const byDigest: NodesByDigest = entries.length === 0 ? new Map() : nodesByDigest(tree);
  for (const { reference } of entries) {
    if (reference === '_tags' || reference === '_more') return 'all';
    names.add(reference);
    if (!reference.includes(':')) continue;
    const nodes = byDigest.get(reference);
    if (nodes === undefined) return 'all';
    for (const node of nodes) for (const edge of node.edges) edges.push(edge);
  }
  for (const tag of tagsTo(edges)) names.add(tag);
  return names;
}
