import type { Census } from '../walk/result.ts';
import { renewBooks } from './books.ts';
import { measureCoverage, type Coverage } from './coverage.ts';
import { keepDates, readDates } from './dates.ts';
import { renewGaps } from './gaps.ts';
import { renewGoodPins, type UsedPins } from './good-pins.ts';
import { byRepository, placeKnown, placeSeen, type PlacedFinding, type SeenFinding } from './known-findings.ts';
import { renewRepositories } from './known-repositories.ts';
import { addMark, dropSince, marksAt, type Drop } from './marks.ts';
import type { Plan } from './plan.ts';
import { renewPlatforms } from './node-platforms.ts';
import { renewBook } from './renew-book.ts';
import type { ScrubRecord } from './scrub.ts';
import { STATE_KEPT_BY, STATE_VERSION, type State, type StateOwner } from './state.ts';
import { isGone, isPinLeft } from './still-broken.ts';
import type { WalkBook } from './walked.ts';

/** What a run found out. */
export interface FinishedRun extends StateOwner {
  /** Milliseconds since the epoch. */
  readonly finishedAt: number;
  /** Everything that was selected was looked at in this run, and the findings are not held back. */
  readonly complete: boolean;
  /** The catalog was read, and nothing that was asked for is unknown. */
  readonly told: boolean;
  /** Nearly everything is missing: the findings say nothing about any image. */
  readonly suspect: boolean;
  readonly findings: readonly SeenFinding[];
  /** Null where the catalog could not be read. */
  readonly census: Census | null;
  /** Whether a walk as this one comes across what is broken there: it may be about some repositories or tags alone. */
  selects(repository: string, tag: string | null): boolean;
  /** Those that the nodes of the cluster have; left out, or null, nobody has looked. */
  readonly nodePlatforms?: readonly string[] | null;
  /** Digests that workloads name; left out, or null, nobody has looked. */
  readonly usedPins?: UsedPins | null;
  /** Something was kept by earlier runs, and could not be used; left out, it could, or nothing was. */
  readonly beganAnew?: boolean;
  /** Those of them that this run did not ask for, as `repository@digest`; left out, none. */
  readonly pinsLeft?: ReadonlySet<string>;
  /** Null for a run that was not planned. */
  readonly plan: Plan | null;
  /** How often everything is walked, in milliseconds; null for by every run. */
  readonly fullWalkEvery: number | null;
  /** Since when it is all right that less is listed than before. */
  readonly coverageAcceptedAt: number | null;
  /** What is kept of hashing by turns; null where nothing is hashed so. */
  readonly scrub?: ScrubRecord | null;
}

/** What is known after a run. */
export interface Conclusion {
  readonly state: State;
  /** What was walked when, together with earlier runs; null where that is not known. */
  readonly coverage: Coverage | null;
  readonly drop: Drop | null;
  /** Everything was walked within what is promised, by this run or by earlier ones, and nothing is unknown. */
  readonly complete: boolean;
  /** What earlier runs found broken, in what this one did not look at. */
  readonly carried: readonly PlacedFinding[];
}

/** The state after a run. What a run knows nothing of stays as it is. */
export function renewState(known: State | null, run: FinishedRun): State {
  return concludeRun(known, run).state;
}

/**
 * What is known after a run. Findings are dropped where a run has come across what they are about and did not see them;
 * one that is suspect changes no finding.
 */
export function concludeRun(known: State | null, run: FinishedRun): Conclusion {
  const { registry, shard, url = known?.url ?? null, finishedAt, suspect, census, plan } = run;
  const isOwn = run.complete && !suspect;
  const book = plan === null || census === null || suspect ? null : renewBook(plan.book, walkedBy(plan), finishedAt);
  const coverage =
    book === null || plan === null ? null : measureCoverage(book, plan.chosen(), promisedSince(run, plan));

  const before = placeKnown(known);
  const seen = suspect
    ? new Map<string, PlacedFinding>()
    : placeSeen(before, readDates(known), run.findings, finishedAt);
  const circumstances = { run: { ...run, complete: isOwn }, book, oldestAt: coverage?.oldestAt ?? null };
  const chosen = new Set(plan?.chosen());
  const unseen = [...before].filter(([identity, one]) => !seen.has(identity) && !isGone(one, circumstances, chosen));
  const gaps = renewGaps({ known, before, seen, run, isOwn, oldestAt: coverage?.oldestAt ?? null });

  const carried = unseen
    .map(([, one]) => one)
    .filter((one) => chosen.has(one.repository) || one.repository === '' || isPinLeft(one, run));
  const isTold = run.told && !suspect && coverage?.isWhole === true && run.fullWalkEvery !== null;
  const isKnown = gaps.count === 0 && carried.every(({ finding }) => finding.fault !== null);
  const complete = isOwn || (isTold && isKnown);
  const marked = book === null ? null : markListed(book, run, coverage, complete);

  const repositories = known?.repositories ?? null;
  const state: State = {
    ...known,
    goodPins: renewGoodPins(known?.goodPins ?? null, run.usedPins ?? null, {
      now: finishedAt,
      areLost: known === null ? run.beganAnew === true : known.goodPins === null,
    }),
    scrub: run.scrub ?? null,
    nodePlatforms: renewPlatforms(known?.nodePlatforms ?? null, run.nodePlatforms ?? null, finishedAt),
    hadNoRoom: false,
    keptBy: STATE_KEPT_BY,
    version: STATE_VERSION,
    registry,
    shard,
    url,
    begunAt: Math.min(known?.begunAt ?? finishedAt, finishedAt),
    lastRunAt: finishedAt,
    lastCompleteRunAt: complete ? finishedAt : (known?.lastCompleteRunAt ?? null),
    repositories: suspect ? repositories : renewRepositories(repositories, census),
    walks: marked === null ? (known?.walks ?? null) : [...renewBooks(known?.walks ?? null, marked.book)],
    findings: byRepository([...seen.values(), ...unseen.map(([, one]) => one)]),
    findingsNotKept: gaps.count,
    dates: keepDates(gaps.dates),
  };
  return { state, coverage, drop: marked?.drop ?? null, complete, carried };
}

function walkedBy({ startedAt, ledger, chosen, isNew, turns }: Plan): Parameters<typeof renewBook>[1] {
  return { startedAt, ledger, chosen: chosen(), isNew, turns: turns() };
}

/** What was walked since then is walked as often as is promised. */
function promisedSince({ fullWalkEvery, finishedAt }: FinishedRun, { startedAt }: Plan): number {
  return fullWalkEvery === null ? startedAt : Math.min(startedAt, finishedAt - fullWalkEvery);
}

function markListed(
  book: WalkBook,
  { census, finishedAt, coverageAcceptedAt }: FinishedRun,
  coverage: Coverage | null,
  complete: boolean,
): { readonly book: WalkBook; readonly drop: Drop } {
  const marks = marksAt(book, finishedAt, coverageAcceptedAt);
  const repositories = census?.listed.length ?? 0;
  const tags = complete ? (coverage?.counts.tagsListed ?? null) : null;
  // A run that does not know takes nothing back: there are as many as there were when it was known.
  const drop = dropSince(marks, { repositories, tags: tags ?? marks.last?.tags ?? null });
  const next = complete && tags !== null ? addMark(marks, { at: finishedAt, repositories, tags }) : marks;
  return { book: { ...book, ...next }, drop };
}
