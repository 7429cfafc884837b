import { addCounts, noCounts } from './counted.ts';
import { divideFurther } from './division.ts';
import type { Ledger, SliceWork } from './ledger.ts';
import { placeOf } from './place.ts';
import type { Divided, Pass, Waiting, WalkBook, Walked } from './walked.ts';

/** Slices that are kept half walked; of more than so many, the work is done once more. */
const MAX_PASSES = 256;

/** What a run has done, and what was there to do. */
export interface WalkedRun {
  readonly startedAt: number;
  readonly ledger: Ledger;
  /** All repositories that are listed and take part. */
  readonly chosen: readonly string[];
  readonly isNew: (fingerprint: number) => boolean;
  readonly turns: Readonly<Record<string, string>>;
}

/** The book after a run. What is not listed any more goes with all that is known of it. */
export function renewBook(book: WalkBook, run: WalkedRun, finishedAt: number): WalkBook {
  const { startedAt, ledger, chosen, isNew } = run;
  const members = new Map<number, number[]>();
  const divided = new Map<number, Divided>();
  const waiting = new Map<number, Waiting>();

  for (const repository of chosen) {
    const { fingerprint, slice } = placeOf(repository);
    const parts = renewParts(book, run, fingerprint, slice);
    if (parts === null) members.set(slice, [...(members.get(slice) ?? []), fingerprint]);
    else divided.set(fingerprint, parts);
    if (!isNew(fingerprint)) continue;
    const work = ledger.slices.get(slice);
    const isWalked =
      parts === null ? work?.done.has(fingerprint) : parts.parts.every(({ walkedAt }) => walkedAt !== null);
    if (isWalked === true) continue;
    const isTried = work?.tried.has(fingerprint) === true || (ledger.divided.get(fingerprint)?.tried.size ?? 0) > 0;
    const before = book.waiting.get(fingerprint);
    waiting.set(fingerprint, {
      since: before?.since ?? startedAt,
      triedAt: isTried ? startedAt : (before?.triedAt ?? null),
    });
  }

  const slices = new Map<number, Walked>();
  const passes = new Map<number, Pass>();
  for (const [slice, inIt] of [...members].toSorted(([a], [b]) => a - b)) {
    const { walked, pass } = renewSlice(book, slice, inIt, ledger.slices.get(slice), startedAt);
    if (walked !== null) slices.set(slice, walked);
    if (pass !== null && passes.size < MAX_PASSES) passes.set(slice, pass);
  }
  const cut = new Map([...ledger.cut].map((one) => [one, (book.cut.get(one) ?? 0) + 1]));
  const cameToNothing = chosen.length > 0 && ledger.walked === 0;
  return {
    ...book,
    lastRunAt: finishedAt,
    cameToNothing,
    slices,
    passes,
    divided,
    waiting,
    cut,
    turns: { ...run.turns },
  };
}

function renewSlice(
  book: WalkBook,
  slice: number,
  members: readonly number[],
  work: SliceWork | undefined,
  startedAt: number,
): { readonly walked: Walked | null; readonly pass: Pass | null } {
  const before = book.slices.get(slice) ?? null;
  const begun = book.passes.get(slice) ?? null;
  const done = union(begun?.done, work?.done);
  const counts = addCounts([...(begun?.counts ?? noCounts())], work?.counts ?? noCounts());
  const since = begun?.since ?? startedAt;
  if (members.every((one) => done.has(one))) {
    if (begun === null && work === undefined) return { walked: before, pass: null };
    return { walked: { walkedAt: since, triedAt: startedAt, counts }, pass: null };
  }
  if (work === undefined) return { walked: before, pass: begun };

  const tried = union(begun?.tried, work.tried);
  if (members.every((one) => done.has(one) || tried.has(one))) {
    // Something in it cannot be told: it is its turn again when all others have had theirs.
    const kept = before ?? { walkedAt: null, triedAt: null, counts: noCounts() };
    return { walked: { ...kept, triedAt: startedAt }, pass: null };
  }
  const walkedAt = before?.walkedAt ?? null;
  if (begun !== null || walkedAt === null || work.isTurn) {
    return { walked: before, pass: { since, done, tried, counts } };
  }
  // What is new was walked by itself, long before it is the turn of its slice.
  const sum = addCounts([...(before?.counts ?? noCounts())], work.newCounts);
  return { walked: before === null ? null : { ...before, counts: sum }, pass: null };
}

/** Null for a repository that is walked as one. */
function renewParts(
  book: WalkBook,
  { ledger, startedAt, isNew }: WalkedRun,
  fingerprint: number,
  slice: number,
): Divided | null {
  const known = book.divided.get(fingerprint);
  const work = ledger.divided.get(fingerprint);
  if (work === undefined) return known ?? null;
  // What was walked as one until now is as old as its slice.
  const walkedAt = isNew(fingerprint) ? null : (book.slices.get(slice)?.walkedAt ?? null);
  const whole: Walked = { walkedAt, triedAt: walkedAt, counts: noCounts() };
  const before = divideFurther(known ?? { bits: 0, parts: [whole] }, work.bits);
  const parts = before.map((part, index): Walked => {
    if (work.tried.has(index)) return { ...part, triedAt: startedAt };
    const counts = work.done.get(index);
    return counts === undefined ? part : { walkedAt: startedAt, triedAt: startedAt, counts };
  });
  return { bits: work.bits, tagsListed: work.tagsListed, parts };
}

function union(a: ReadonlySet<number> = new Set(), b: ReadonlySet<number> = new Set()): ReadonlySet<number> {
  return new Set([...a, ...b]);
}
