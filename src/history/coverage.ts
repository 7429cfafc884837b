import { addCounts, fromCounted, noCounts } from './counted.ts';
import type { LegCounts } from '../walk/itinerary.ts';
import { placeOf } from './place.ts';
import type { WalkBook } from './walked.ts';

/** How much of a registry was walked within what is promised. */
export interface Coverage {
  /** When what is longest unseen was walked; for what never was, since when it is listed. */
  readonly oldestAt: number;
  /** The share of the repositories that was walked within the promise, from 0 to 1. */
  readonly ratio: number;
  /** Everything was walked at least once, and within the promise. */
  readonly isWhole: boolean;
  /** Sums over all that was walked. */
  readonly counts: LegCounts;
}

/** Measures what a book says of these repositories: what was walked at `since` or later is within the promise. */
export function measureCoverage(book: WalkBook, repositories: readonly string[], since: number): Coverage {
  let oldestAt = book.lastRunAt;
  let fresh = 0;
  let isWhole = true;
  const counts = noCounts();
  const look = (walkedAt: number | null, listedAt: number, share: number): void => {
    oldestAt = Math.min(oldestAt, walkedAt ?? listedAt);
    if (walkedAt !== null && walkedAt >= since) fresh += share;
    else isWhole = false;
  };

  const slices = new Set<number>();
  for (const repository of repositories) {
    const { fingerprint, slice } = placeOf(repository);
    const divided = book.divided.get(fingerprint);
    const waiting = book.waiting.get(fingerprint);
    const listedAt = waiting?.since ?? book.begunAt;
    if (divided === undefined) {
      slices.add(slice);
      const walkedAt = book.slices.get(slice)?.walkedAt ?? null;
      // One that is new was walked by itself; its slice tells no earlier than it may be.
      look(waiting === undefined ? walkedAt : null, listedAt, 1);
      continue;
    }
    for (const part of divided.parts) {
      look(part.walkedAt, listedAt, 1 / divided.parts.length);
      addCounts(counts, part.counts);
    }
    addCounts(counts, [1, 0, divided.tagsListed]);
  }
  for (const slice of slices) addCounts(counts, book.slices.get(slice)?.counts ?? []);
  const ratio = repositories.length === 0 ? 1 : Math.min(1, fresh / repositories.length);
  return { oldestAt, ratio: isWhole ? 1 : ratio, isWhole, counts: fromCounted(counts) };
}
