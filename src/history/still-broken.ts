import { walkedSince } from './walked-since.ts';
import type { PlacedFinding } from './known-findings.ts';
import { placeOf } from './place.ts';
import type { FinishedRun } from './renew.ts';
import type { WalkBook } from './walked.ts';

/** What a walk did not select may be broken still, and after so long nobody asks since when; in milliseconds. */
export const UNSEEN_FOR_MS = 30 * 24 * 3_600_000;

/** What is known of a run that did not see a finding. */
export interface Circumstances {
  readonly run: FinishedRun;
  /** What was walked when, after the run; null where that is not known. */
  readonly book: WalkBook | null;
  /** When what is longest unseen was walked. */
  readonly oldestAt: number | null;
}

/**
 * Whether a finding that a run did not see is one no more: the run has looked at all that it is about, or it is not
 * listed any more. What was not looked at is broken still.
 */
export function isGone(
  { repository, finding }: PlacedFinding,
  { run, book, oldestAt }: Circumstances,
  chosen: ReadonlySet<string>,
): boolean {
  const { lastSeen, tag } = finding;
  if (run.suspect) return false;
  if (!run.selects(repository, tag)) return run.finishedAt - lastSeen >= UNSEEN_FOR_MS;
  if (isPinLeft({ repository, finding }, run)) return false;
  if (run.complete) return true;
  if (book === null || run.plan === null) return false;
  if (repository === '') return oldestAt !== null && oldestAt > lastSeen;
  if (wasAsked(repository, finding, run)) return true;
  // An empty list takes nothing away: it may be the list that is lost.
  if (!chosen.has(repository)) return tag !== null && chosen.size > 0;

  const { fingerprint, slice } = placeOf(repository);
  if (run.plan.ledger.slices.get(slice)?.done.has(fingerprint) === true) return true;
  const walkedAt = walkedSince(book, fingerprint, slice);
  return walkedAt !== null && walkedAt > lastSeen;
}

/** Only digests that are named by themselves lead there, and not all of them had their turn in this run. */
export function isPinLeft({ repository, finding }: PlacedFinding, { pinsLeft }: FinishedRun): boolean {
  if (pinsLeft === undefined || finding.tag !== null) return false;
  return finding.roots.some((root) => pinsLeft.has(`${repository}@${root}`));
}

/** All the names that lead there were asked for in this run, and answered. */
function wasAsked(
  repository: string,
  { tag, otherTags, tagsNotKept, roots }: PlacedFinding['finding'],
  { plan }: FinishedRun,
): boolean {
  const answered = plan?.ledger.errands.get(repository);
  const names = [...(tag === null ? [] : [tag]), ...otherTags, ...roots];
  return answered !== undefined && tagsNotKept === 0 && names.length > 0 && names.every((name) => answered.has(name));
}
