import type { Errand, Itinerary } from '../walk/itinerary.ts';
import { divisionOf } from './division.ts';
import { unpackFingerprints } from './fingerprints.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { placeOf } from './place.ts';
import { legsByTurn, type Stage } from './stages.ts';
import type { State } from './state.ts';
import { bookOf } from './books.ts';
import type { WalkBook } from './walked.ts';

/** A run that goes on where the last one ended. */
export interface Plan {
  readonly itinerary: Itinerary;
  readonly startedAt: number;
  /** What was known when it began. */
  readonly book: WalkBook;
  readonly ledger: Ledger;
  /** The repositories that take part, by name; empty until the walk has asked for their order. */
  readonly chosen: () => readonly string[];
  /** With which name errands go on the next time, by whose turn it is. */
  readonly turns: () => Readonly<Record<string, string>>;
  /** True for a repository that no run has walked to its end, as far as is known. */
  readonly isNew: (fingerprint: number) => boolean;
}

/** What a run has to be told. */
export interface PlanOptions {
  readonly selection: string;
  readonly startedAt: number;
  /** Says what is left in one line, of a share of the walk that a run can do, from 0 to 1. */
  readonly advise: (share: number, book: WalkBook) => string;
}

/** Of more who share a turn, some begin anew in each run. */
const MAX_TURNS = 256;

/** What no run has seen; what a run ended in the middle of; what is walked by turns; what was walked of a slice already. */
const [NEW, HALF, TURN, AGAIN] = [0, 1, 2, 3] as const;

/** Plans a run by what the state knows: new things first, then those whose turn is longest ago. */
export function createPlan(state: State | null, { selection, startedAt, advise }: PlanOptions): Plan {
  const book = bookOf(state, selection, startedAt);
  const seen = unpackFingerprints(state?.repositories?.withTags ?? '');
  for (const one of unpackFingerprints(state?.repositories?.withoutTags ?? '')) seen.add(one);
  const isNew = (one: number): boolean => book.waiting.has(one) || !seen.has(one);
  const ledger = createLedger(isNew);
  const turns: Record<string, string> = {};
  let chosen: readonly string[] = [];

  function* stagesOf(repository: string): Iterable<Stage> {
    const { fingerprint, slice } = placeOf(repository);
    const divided = book.divided.get(fingerprint);
    if (divided !== undefined) {
      for (const [part, { walkedAt, triedAt }] of divided.parts.entries()) {
        const age = Math.max(walkedAt ?? 0, triedAt ?? 0);
        yield { kind: age === 0 ? NEW : TURN, age, slice, fingerprint, part };
      }
      return;
    }
    const [kind, age] = turnOf(fingerprint, slice);
    yield { kind, age, slice, fingerprint, part: null };
  }

  function turnOf(fingerprint: number, slice: number): readonly [kind: number, age: number] {
    const waiting = book.waiting.get(fingerprint);
    if (isNew(fingerprint) && (waiting?.triedAt ?? null) === null) return [NEW, waiting?.since ?? startedAt];
    const pass = book.passes.get(slice);
    if (pass?.done.has(fingerprint) === true) return [AGAIN, pass.since];
    const last = book.slices.get(slice);
    const age = waiting?.triedAt ?? Math.max(last?.walkedAt ?? 0, last?.triedAt ?? 0);
    return [pass === undefined ? TURN : HALF, age];
  }

  const itinerary: Itinerary = {
    broken: brokenIn(state),
    isRestFirst: book.cameToNothing,
    begin: (turn) => book.turns[turn] ?? null,
    goOn(turn, name) {
      if (turn in turns || Object.keys(turns).length < MAX_TURNS) turns[turn] = name;
    },
    order(repositories) {
      chosen = repositories;
      return legsByTurn(repositories, stagesOf, (one) => book.divided.get(one)?.bits ?? 0);
    },
    divide(leg, tags) {
      const { fingerprint } = placeOf(leg.repository);
      return divisionOf(leg, tags, { known: book.divided.get(fingerprint), cut: book.cut.get(fingerprint) ?? 0 });
    },
    walked: (leg) => ledger.note(leg),
    ran: (errand) => ledger.ran(errand),
    rest(left, all) {
      const share = chosen.length === 0 ? 0 : ledger.walked / chosen.length;
      return `the run ended before ${left} of ${all} repositories were walked; ${advise(share, book)}`;
    },
  };
  return { itinerary, startedAt, book, ledger, chosen: () => chosen, turns: () => turns, isNew };
}

/** What is known to be broken is asked for by its tags; what only a pinned digest leads to, by whoever pins it. */
function brokenIn(state: State | null): readonly Errand[] {
  return (state?.findings ?? []).flatMap(({ repository, broken }): Errand[] => {
    if (repository === '') return [];
    const tags = new Set(broken.flatMap(({ tag, otherTags }) => (tag === null ? [] : [tag, ...otherTags])));
    return tags.size === 0 ? [] : [{ repository, tags: [...tags], digests: [] }];
  });
}
