import { fingerprintOfFinding, readDates, type Dates, type DatesByFingerprint } from './dates.ts';
import type { PlacedFinding } from './known-findings.ts';
import type { FinishedRun } from './renew.ts';
import type { State } from './state.ts';
import { UNSEEN_FOR_MS } from './still-broken.ts';

/** What is broken as far as is known, and has no room in the state. */
export interface Gaps {
  readonly dates: DatesByFingerprint;
  /** How many those are, with those of which not even the dates are kept. */
  readonly count: number;
}

/** What a run knows of them. */
export interface GapsOfRun {
  readonly known: State | null;
  /** What the state has in full, by identity, and what the run has seen. */
  readonly before: ReadonlyMap<string, PlacedFinding>;
  readonly seen: ReadonlyMap<string, PlacedFinding>;
  readonly run: FinishedRun;
  /** The run has looked at all that it selects. */
  readonly isOwn: boolean;
  /** When what is longest unseen was walked; null where that is not known. */
  readonly oldestAt: number | null;
}

/**
 * What is left of the gaps after a run: nobody knows where those findings are, so that they go where they are seen, or
 * all was looked at since. A run that does not select all that the state is about has not looked at all.
 */
export function renewGaps({ known, before, seen, run, isOwn, oldestAt }: GapsOfRun): Gaps {
  const dates = new Map(readDates(known));
  const undated = Math.max(0, (known?.findingsNotKept ?? 0) - dates.size);
  if (run.suspect) return { dates, count: undated + dates.size };
  const isAll = [...before.values()].every(({ repository, finding }) => run.selects(repository, finding.tag));
  if (isAll && isOwn) return { dates: new Map(), count: 0 };

  let news = 0;
  for (const identity of seen.keys()) {
    if (!dates.delete(fingerprintOfFinding(identity)) && !before.has(identity)) news += 1;
  }
  const isOver = ({ lastSeen }: Dates): boolean =>
    isAll ? oldestAt !== null && oldestAt > lastSeen : run.finishedAt - lastSeen >= UNSEEN_FOR_MS;
  for (const [one, seenThen] of dates) if (isOver(seenThen)) dates.delete(one);
  // What is seen and was not kept at all may be one of those that had no room.
  return { dates, count: dates.size + Math.max(0, undated - news) };
}
