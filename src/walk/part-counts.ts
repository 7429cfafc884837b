import type { LegCounts } from './itinerary.ts';
import { leftIn } from './left-in.ts';
import { MAX_PART_BITS, partOf } from './parts.ts';
import type { BlockedEntry } from './result.ts';
import { isAmong } from './sorted-names.ts';
import { createTally, type Tally } from './tally.ts';
import type { Visit } from './visit.ts';

/** What is told of each part, and what of the whole. */
const TOLD = ['tags', 'manifests', 'indexes', 'blobs', 'weak', 'blocked', 'orphanedReferrers'] as const;
type Told = Readonly<Record<(typeof TOLD)[number], number>>;

/**
 * What was counted in each of the parts that were walked to their end. What is left in the tree, such as what is broken,
 * is counted in the first of them from which a tag leads there, and in none where only those lead there that were cut
 * short. What belongs to no tag is shared among them. Tags that do not take part are counted in the part in which they
 * would be.
 */
export function countsOfParts(
  visit: Visit,
  bits: number,
  done: readonly number[],
  blocked: readonly BlockedEntry[],
): ReadonlyMap<number, LegCounts> {
  const { context, repository, partTallies, errandTallies, tree } = visit;
  const tallies = new Map(done.map((index) => [index, createTally()]));
  for (const [index, tally] of tallies) tally.add(partTallies.get(index) ?? createTally());
  for (const [small, errand] of errandTallies) tallies.get(small >>> (MAX_PART_BITS - bits))?.add(errand);

  if (visit.tags.length < visit.listedTags.length) {
    for (const tag of visit.listedTags) if (!isAmong(visit.tags, tag)) tallyOf([tag])?.skip('excluded');
  }

  const placed = createTally();
  for (const { what, tags } of leftIn(tree)) {
    const leading = tags();
    if (leading.length === 0) continue;
    placed.saw(what);
    tallyOf(leading)?.saw(what);
  }
  const refused = new Map<Tally | undefined, number>();
  for (const { tags } of blocked) {
    const key = tags.length === 0 ? context.tally : tallyOf(tags);
    refused.set(key, (refused.get(key) ?? 0) + 1);
  }

  const all = countsOf(context.tally, refused.get(context.tally) ?? 0);
  const shared = less(all, countsOf(placed, 0));
  return new Map(
    done.map((index, at) => {
      const tally = tallies.get(index) ?? createTally();
      const counts = countsOf(tally, refused.get(tally) ?? 0);
      return [index, { ...counts, ...plus(counts, shareOf(shared, at, done.length)) }];
    }),
  );

  function tallyOf(tags: readonly string[]): Tally | undefined {
    for (const tag of tags) {
      const tally = tallies.get(partOf(repository, tag, bits));
      if (tally !== undefined) return tally;
    }
    return undefined;
  }
}

/** A tally as a leg tells it. */
export function countsOf(tally: Tally, blocked: number): LegCounts {
  const { orphanedReferrers } = tally;
  const counts = tally.counts([]);
  const { repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, weak, skipped } = counts;
  const looked = { repositories, repositoriesEmpty, tagsListed, tags, manifests, indexes, blobs, weak };
  return { ...looked, orphanedReferrers, blocked, skipped };
}

/** What the one at this place of so many gets, when all get about as much. */
function shareOf(counts: Told, at: number, among: number): Told {
  return each((what) => Math.floor(counts[what] / among) + (at < counts[what] % among ? 1 : 0));
}

function less(counts: Told, others: Told): Told {
  return each((what) => Math.max(0, counts[what] - others[what]));
}

function plus(counts: Told, others: Told): Told {
  return each((what) => counts[what] + others[what]);
}

function each(count: (what: (typeof TOLD)[number]) => number): Told {
  return Object.fromEntries(TOLD.map((what) => [what, count(what)])) as Told;
}
