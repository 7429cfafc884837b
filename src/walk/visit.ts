import type { WalkContext } from './context.ts';
import type { Errand, Itinerary, Leg } from './itinerary.ts';
import type { ListedNames } from './listed-names.ts';
import { MAX_PART_BITS, partOf, type Parts } from './parts.ts';
import type { Selection } from './selection.ts';
import { adoptPins, notePins } from './settle-pins.ts';
import { isAmong, sortedByAndBy, those } from './sorted-names.ts';
import { pushUnknownRepository, suspectTagList, type Expectation } from './tag-list.ts';
import { createTally, type Tally } from './tally.ts';
import { walkTags } from './tags.ts';
import { createTree, type Tree } from './tree.ts';

/** Which of the tags that are listed take part. */
export interface TagChoice {
  readonly selection: Selection;
  readonly names: ListedNames;
}

/** A repository as one walk looks at it: some of its tags and digests by themselves, and then, maybe, all of it. */
export interface Visit {
  readonly repository: string;
  /** That of the walk, with counts of its own. */
  readonly context: WalkContext;
  readonly tree: Tree;
  /** Null where nobody expects it to have tags. */
  readonly expectation: Expectation | null;
  /** False where the catalog does not show it: then it has no tags that anybody offers. */
  readonly listed: boolean;
  /** All that was to be asked for by itself; null where nothing was. */
  errand: { readonly repository: string; readonly tags: string[]; readonly digests: string[] } | null;
  /** Of it, what was not looked at yet: each once, for there may be thousands. */
  pending: Errand[];
  leg: Leg | null;
  /** How it turned out to be divided, and what was begun of it. */
  parts: Parts | null;
  readonly begun: number[];
  /** Counts of each of them; and of what was asked for by itself, by the smallest part that it is in. */
  readonly partTallies: Map<number, Tally>;
  readonly errandTallies: Map<number, Tally>;
  /** Whether its list of tags was asked for, and has come. */
  listing: 'not asked' | 'open' | 'there' | 'none';
  /** The first time that it was asked for. */
  firstList: Promise<boolean> | null;
  /** Those that take part, sorted; and all that are listed. */
  tags: readonly string[];
  listedTags: readonly string[];
  /** What was asked for by itself, so that it is asked for once. */
  readonly asked: Set<string>;
}

/** A visit of which nothing was asked yet. */
export function createVisit(
  walk: WalkContext,
  repository: string,
  { expectation, listed }: Pick<Visit, 'expectation' | 'listed'>,
): Visit {
  const context: WalkContext = { ...walk, tally: createTally(walk.tally.live) };
  return {
    repository,
    context,
    tree: createTree(repository),
    expectation,
    listed,
    errand: null,
    pending: [],
    leg: null,
    parts: null,
    begun: [],
    partTallies: new Map(),
    errandTallies: new Map(),
    listing: 'not asked',
    firstList: null,
    tags: [],
    listedTags: [],
    asked: new Set(),
  };
}

/** Adds what is to be asked for by itself. */
export function wantOf(visit: Visit, errand: Errand): void {
  visit.errand ??= { repository: visit.repository, tags: [], digests: [] };
  for (const tag of errand.tags) visit.errand.tags.push(tag);
  for (const digest of errand.digests) visit.errand.digests.push(digest);
  visit.pending.push(errand);
}

/** Asks for what the visit is for as yet, and was not asked; what only a list of tags could tell waits for that. */
export async function goOn(visit: Visit, choice: TagChoice, itinerary: Itinerary): Promise<void> {
  const { context, tree, asked } = visit;
  const pending = visit.pending.splice(0);
  const digests = new Set(pending.flatMap((errand) => errand.digests.filter((digest) => !asked.has(digest))));
  for (const digest of digests) asked.add(digest);
  await walkTags(context, tree, [], [...digests]);
  notePins(context, tree, [...digests]);
  if (!visit.listed) return;
  if (!(await list(visit, choice, itinerary))) {
    for (const errand of pending) visit.pending.push(errand);
    return;
  }
  const wanted = pending.flatMap(({ tags }) => tags.filter((tag) => !asked.has(tag) && isAmong(visit.tags, tag)));
  const tags = [...new Set(wanted)].toSorted();
  for (const tag of tags) asked.add(tag);
  const groups = Map.groupBy(tags, (tag) => partOf(visit.repository, tag, MAX_PART_BITS));
  await Promise.all(
    [...groups].map(([index, group]) => walkTags(countingIn(context, visit.errandTallies, index), tree, group)),
  );
  if (visit.leg === null) return;
  await walkLeg(visit, visit.leg, itinerary);
  adoptPins(context, tree);
}

async function walkLeg(visit: Visit, leg: Leg, itinerary: Itinerary): Promise<void> {
  const { repository, context, tree, asked } = visit;
  const rest = asked.size === 0 ? visit.tags : visit.tags.filter((tag) => !asked.has(tag));
  const parts = itinerary.divide(leg, visit.tags.length);
  visit.parts = parts;
  if (parts === null) return walkTags(context, tree, rest);
  const groups = Map.groupBy(rest, (tag) => partOf(repository, tag, parts.bits));
  for (const index of parts.indexes) {
    if (context.deps.stop.aborted) return;
    visit.begun.push(index);
    await walkTags(countingIn(context, visit.partTallies, index), tree, groups.get(index) ?? []);
  }
}

/** The same walk, of which this part is counted by itself. */
function countingIn(context: WalkContext, tallies: Map<number, Tally>, index: number): WalkContext {
  const tally = tallies.get(index) ?? createTally(context.tally.live);
  tallies.set(index, tally);
  return { ...context, tally };
}

/** True when the list of tags is there. One that does not come is asked for again at the end, and the visit then goes on. */
async function list(visit: Visit, choice: TagChoice, itinerary: Itinerary): Promise<boolean> {
  visit.firstList ??= askForList(visit, choice, itinerary);
  return (await visit.firstList) || visit.listing === 'there';
}

async function askForList(visit: Visit, choice: TagChoice, itinerary: Itinerary): Promise<boolean> {
  const { repository, context, tree } = visit;
  const answer = await context.deps.source.tags(repository, context.first);
  if (answer.kind === 'found') {
    await take(visit, choice, answer.value);
    return true;
  }
  visit.listing = 'open';
  suspectTagList(context, tree, answer, async (end) => {
    if (end.kind === 'found') {
      await take(visit, choice, end.value);
      return goOn(visit, choice, itinerary);
    }
    if (end.kind !== 'broken') return;
    if (visit.expectation !== null) return pushUnknownRepository(context, repository, visit.expectation, end.absent);
    visit.listing = 'none';
    context.hasTags.set(repository, false);
    context.tally.repositories += 1;
    context.tally.repositoriesEmpty += 1;
  });
  return false;
}

async function take(visit: Visit, { selection, names }: TagChoice, answer: readonly string[]): Promise<void> {
  const { repository, context, tree } = visit;
  const { tally } = context;
  const listed = names.tags(repository, await sortedByAndBy(answer, context.deps.clock));
  visit.tags = those(listed, (tag) => selection.includes(tag));
  visit.listedTags = listed;
  tree.isListed = (tag) => isAmong(listed, tag);
  visit.listing = 'there';
  context.hasTags.set(repository, listed.length > 0);
  tally.repositories += 1;
  tally.tagsListed += listed.length;
  if (listed.length === 0) tally.repositoriesEmpty += 1;
  tally.skip('excluded', listed.length - visit.tags.length);
}
