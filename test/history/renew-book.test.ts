import { describe, expect, test } from 'vitest';

import { COUNT_NAMES } from '../../src/history/counted.ts';
import { createLedger } from '../../src/history/ledger.ts';
import { placeOf } from '../../src/history/place.ts';
import { renewBook } from '../../src/history/renew-book.ts';
import { emptyBook, type WalkBook } from '../../src/history/walked.ts';
import type { LegCounts, WalkedLeg } from '../../src/walk/itinerary.ts';
import { createTally } from '../../src/walk/tally.ts';

const HOUR_MS = 3_600_000;
const T1 = Date.UTC(2026, 0, 1);
const T2 = T1 + HOUR_MS;
const T3 = T2 + HOUR_MS;

const { slice: SLICE } = placeOf('team/app-0');
/** Three repositories of one slice. */
const [A = '', B = '', C = ''] = Array.from({ length: 100_000 }, (_, index) => `team/app-${index}`).filter(
  (name) => placeOf(name).slice === SLICE,
);

function print(name: string): number {
  return placeOf(name).fingerprint;
}

function counts(tags: number): LegCounts {
  return { ...createTally().counts([]), orphanedReferrers: 0, blocked: 0, tags };
}

interface Run {
  readonly at: number;
  readonly listed: readonly string[];
  readonly legs?: readonly (Partial<WalkedLeg> & { readonly repository: string })[];
  /** Left out, none is new. */
  readonly fresh?: readonly string[];
}

/** The book after a run; each repository that was walked has ten tags. */
function after(book: WalkBook, { at, listed, legs = [], fresh = [] }: Run): WalkBook {
  const isNew = (one: number): boolean => book.waiting.has(one) || fresh.some((name) => print(name) === one);
  const ledger = createLedger(isNew);
  for (const leg of legs) ledger.note({ parts: null, done: true, cutShort: false, counts: counts(10), ...leg });
  return renewBook(book, { startedAt: at, ledger, chosen: listed, isNew, turns: {} }, at + 60_000);
}

function walked(...names: readonly string[]) {
  return names.map((repository) => ({ repository }));
}

const BEGIN = emptyBook('all', T1);

function sliceOf(book: WalkBook) {
  const slice = book.slices.get(SLICE);
  return slice && { walkedAt: slice.walkedAt, triedAt: slice.triedAt, tags: slice.counts[COUNT_NAMES.indexOf('tags')] };
}

describe('a slice', () => {
  test('is walked when the run began that walked all of it', () => {
    const book = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A, B) });

    expect(sliceOf(book)).toEqual({ walkedAt: T1, triedAt: T1, tags: 20 });
    expect([...book.passes]).toEqual([]);
  });

  test('that took two runs is as old as the first of them', () => {
    const first = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A) });
    const second = after(first, { at: T2, listed: [A, B], legs: walked(B) });

    expect([sliceOf(first), first.passes.get(SLICE)?.since]).toEqual([undefined, T1]);
    expect(sliceOf(second)).toEqual({ walkedAt: T1, triedAt: T2, tags: 20 });
    expect(second.passes.size).toBe(0);
  });

  test('in which something is unknown is as old as it was, and waits for its turn', () => {
    const first = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A, B) });
    const second = after(first, { at: T2, listed: [A, B], legs: [...walked(A), { repository: B, done: false }] });

    expect(sliceOf(second)).toEqual({ walkedAt: T1, triedAt: T2, tags: 20 });
    expect(second.passes.size).toBe(0);
  });

  test('in which the run ended is gone on with, and keeps what is known of it', () => {
    const first = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A, B) });
    const legs = [...walked(A), { repository: B, done: false, cutShort: true }];
    const second = after(first, { at: T2, listed: [A, B], legs });
    const third = after(second, { at: T3, listed: [A, B], legs: walked(B) });

    expect(sliceOf(second)).toEqual({ walkedAt: T1, triedAt: T1, tags: 20 });
    expect(sliceOf(third)).toEqual({ walkedAt: T2, triedAt: T3, tags: 20 });
  });

  test('that no run came to stays as it is', () => {
    const first = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A, B) });

    expect(sliceOf(after(first, { at: T2, listed: [A, B] }))).toEqual(sliceOf(first));
  });

  test('goes with the last of its repositories, and is complete without one that is gone in the middle of it', () => {
    const first = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A) });
    const second = after(first, { at: T2, listed: [A] });
    const third = after(second, { at: T3, listed: [] });

    expect(sliceOf(second)).toEqual({ walkedAt: T1, triedAt: T2, tags: 10 });
    expect(third.slices.size).toBe(0);
  });
});

describe('a new repository', () => {
  const KNOWN = after(BEGIN, { at: T1, listed: [A, B], legs: walked(A, B) });

  test('that is walked is counted with its slice, which is as old as it was', () => {
    const book = after(KNOWN, { at: T2, listed: [A, B, C], fresh: [C], legs: walked(C) });

    expect(sliceOf(book)).toEqual({ walkedAt: T1, triedAt: T1, tags: 30 });
    expect(book.waiting.size).toBe(0);
  });

  test('that no run has come to waits since it was listed first, and is new until then', () => {
    const first = after(KNOWN, { at: T2, listed: [A, B, C], fresh: [C] });
    const second = after(first, { at: T3, listed: [A, B, C] });

    expect(second.waiting.get(print(C))).toEqual({ since: T2, triedAt: null });
  });

  test('of which something is unknown is tried, and waits still', () => {
    const book = after(KNOWN, { at: T2, listed: [A, B, C], fresh: [C], legs: [{ repository: C, done: false }] });

    expect(book.waiting.get(print(C))).toEqual({ since: T2, triedAt: T2 });
  });

  test('waits no more where it is not listed any more', () => {
    const first = after(KNOWN, { at: T2, listed: [A, B, C], fresh: [C] });

    expect(after(first, { at: T3, listed: [A, B] }).waiting.size).toBe(0);
  });
});

describe('a divided repository', () => {
  const leg = (bits: number, done: readonly number[], tried: readonly number[] = []) => ({
    repository: A,
    parts: { bits, done: new Map(done.map((index) => [index, counts(5)])), tried },
    done: false,
    counts: { ...counts(0), tagsListed: 4000 },
  });

  test('has parts as old as it was itself, until they are walked', () => {
    const first = after(BEGIN, { at: T1, listed: [A], legs: walked(A) });
    const second = after(first, { at: T2, listed: [A], legs: [leg(2, [1], [2])] });

    const parts = second.divided.get(print(A))?.parts.map(({ walkedAt, triedAt }) => [walkedAt, triedAt]);
    expect(parts).toEqual([
      [T1, T1],
      [T2, T2],
      [T1, T2],
      [T1, T1],
    ]);
    expect(second.slices.size).toBe(0);
  });

  test('that is divided further keeps the age of each of its parts', () => {
    const first = after(BEGIN, { at: T1, listed: [A], fresh: [A], legs: [leg(1, [0, 1])] });
    const second = after(first, { at: T2, listed: [A], legs: [leg(2, [3])] });

    expect(second.divided.get(print(A))?.parts.map(({ walkedAt }) => walkedAt)).toEqual([T1, T1, T1, T2]);
  });

  test('that is new waits until each of its parts was walked', () => {
    const first = after(BEGIN, { at: T1, listed: [A], fresh: [A], legs: [leg(1, [0])] });
    const second = after(first, { at: T2, listed: [A], legs: [leg(1, [1])] });

    expect([first.waiting.has(print(A)), second.waiting.has(print(A))]).toEqual([true, false]);
  });
});

test('how often in a row a run ended in the middle of a repository is counted, and begins anew once it did not', () => {
  const cut = [{ repository: A, done: false, cutShort: true }];
  const twice = [T1, T2].reduce((book, at) => after(book, { at, listed: [A], legs: cut }), BEGIN);

  expect(twice.cut.get(print(A))).toBe(2);
  expect(after(twice, { at: T3, listed: [A], legs: walked(A) }).cut.size).toBe(0);
});

test.each([
  ['has walked one', walked(A), [A], false],
  ['has walked none', [], [A], true],
  ['had none to walk', [], [], false],
])('a run that %s came to nothing: %s', (_, legs, listed, expected) => {
  expect(after(BEGIN, { at: T1, listed, legs }).cameToNothing).toBe(expected);
});
