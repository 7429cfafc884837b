import type { RunErrand, WalkedLeg } from '../walk/itinerary.ts';
import { addCounts, noCounts, toCounted, type Counted } from './counted.ts';
import { placeOf } from './place.ts';

/** What a run did in one slice. */
export interface SliceWork {
  /** Fingerprints of repositories that were walked to their end, and of those that were begun without that. */
  readonly done: Set<number>;
  readonly tried: Set<number>;
  readonly counts: Counted;
  /** Of repositories that no run had walked before, without the others. */
  readonly newCounts: Counted;
  /** At least one was begun that is not new. */
  isTurn: boolean;
}

/** What a run did in a divided repository. */
export interface PartsWork {
  readonly bits: number;
  /** What was counted in those that were walked to their end. */
  readonly done: Map<number, Counted>;
  /** Something in them is not known. */
  readonly tried: Set<number>;
  tagsListed: number;
}

/** What a run walked, kept as it comes: by slice and by fingerprint, for there may be very many. */
export interface Ledger {
  readonly slices: ReadonlyMap<number, SliceWork>;
  readonly divided: ReadonlyMap<number, PartsWork>;
  /** Repositories in which the run ended before any part of them was done. */
  readonly cut: ReadonlySet<number>;
  /** Of repositories, by name: what was asked for by itself and answered. */
  readonly errands: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many repositories were walked to their end; a part of one is a part. */
  readonly walked: number;
  note(leg: WalkedLeg): void;
  ran(errand: RunErrand): void;
}

/** A ledger in which nothing is written yet. */
export function createLedger(isNew: (fingerprint: number) => boolean): Ledger {
  const slices = new Map<number, SliceWork>();
  const divided = new Map<number, PartsWork>();
  const cut = new Set<number>();
  const errands = new Map<string, Set<string>>();
  let walked = 0;

  function noteWhole(fingerprint: number, slice: number, { done, cutShort, counts }: WalkedLeg): void {
    const work = slices.get(slice) ?? emptyWork();
    slices.set(slice, work);
    if (!isNew(fingerprint)) work.isTurn = true;
    // What the end of the run cut short was not tried: it comes first the next time.
    if (!done) return void (cutShort || work.tried.add(fingerprint));
    walked += 1;
    work.done.add(fingerprint);
    const counted = toCounted(counts);
    addCounts(work.counts, counted);
    if (isNew(fingerprint)) addCounts(work.newCounts, counted);
  }

  return {
    slices,
    divided,
    cut,
    errands,
    get walked() {
      return walked;
    },
    note(leg) {
      const { fingerprint, slice } = placeOf(leg.repository);
      // Who comes a part further each time gets there.
      if (leg.cutShort && (leg.parts === null || leg.parts.done.size === 0)) cut.add(fingerprint);
      if (leg.parts === null) return noteWhole(fingerprint, slice, leg);
      const { bits, done, tried } = leg.parts;
      const known = divided.get(fingerprint);
      const work = known?.bits === bits ? known : emptyParts(bits);
      divided.set(fingerprint, work);
      walked += done.size / 2 ** bits;
      for (const [index, counts] of done) work.done.set(index, toCounted(counts));
      for (const index of tried) work.tried.add(index);
      work.tagsListed = leg.counts.tagsListed;
    },
    ran({ repository, done }) {
      const all = errands.get(repository) ?? new Set<string>();
      for (const name of done) all.add(name);
      errands.set(repository, all);
    },
  };
}

function emptyWork(): SliceWork {
  return { done: new Set(), tried: new Set(), counts: noCounts(), newCounts: noCounts(), isTurn: false };
}

function emptyParts(bits: number): PartsWork {
  return { bits, done: new Map(), tried: new Set(), tagsListed: 0 };
}
