import { describe, expect, test } from 'vitest';

import { COUNT_NAMES } from '../../src/history/counted.ts';
import { createLedger } from '../../src/history/ledger.ts';
import { placeOf } from '../../src/history/place.ts';
import type { LegCounts, WalkedLeg } from '../../src/walk/itinerary.ts';
import { createTally } from '../../src/walk/tally.ts';

const { fingerprint: APP, slice: SLICE } = placeOf('team/app');

function counts(tags: number): LegCounts {
  return { ...createTally().counts([]), orphanedReferrers: 0, blocked: 0, tags };
}

function leg(changes: Partial<WalkedLeg> = {}): WalkedLeg {
  return { repository: 'team/app', parts: null, done: true, cutShort: false, counts: counts(3), ...changes };
}

function partsOf(done: Readonly<Record<number, number>>, tried: readonly number[] = [], bits = 2) {
  return { bits, done: new Map(Object.entries(done).map(([index, tags]) => [Number(index), counts(tags)])), tried };
}

/** How many tags are counted. */
function tagsIn(counted: readonly number[] | undefined): number | undefined {
  return counted?.[COUNT_NAMES.indexOf('tags')];
}

describe('a repository that is walked as one', () => {
  test.each<[string, Partial<WalkedLeg>, boolean, { done: boolean; tried: boolean; cut: boolean; isTurn: boolean }]>([
    ['to its end', {}, false, { done: true, tried: false, cut: false, isTurn: true }],
    ['to its end, and is new', {}, true, { done: true, tried: false, cut: false, isTurn: false }],
    ['with something unknown in it', { done: false }, false, { done: false, tried: true, cut: false, isTurn: true }],
    [
      'until the run ended',
      { done: false, cutShort: true },
      false,
      { done: false, tried: false, cut: true, isTurn: true },
    ],
  ])('%s', (_, changes, isNew, expected) => {
    const ledger = createLedger(() => isNew);

    ledger.note(leg(changes));

    const work = ledger.slices.get(SLICE);
    expect({
      done: work?.done.has(APP),
      tried: work?.tried.has(APP),
      cut: ledger.cut.has(APP),
      isTurn: work?.isTurn,
    }).toEqual(expected);
    expect(tagsIn(work?.counts)).toBe(expected.done ? 3 : 0);
    expect(tagsIn(work?.newCounts)).toBe(expected.done && isNew ? 3 : 0);
    expect(ledger.walked).toBe(expected.done ? 1 : 0);
  });
});

describe('a repository that is walked in parts', () => {
  test('counts each part by itself, and as a part of one', () => {
    const ledger = createLedger(() => false);

    ledger.note(leg({ parts: partsOf({ 0: 5, 3: 7 }, [1]), done: false }));

    const work = ledger.divided.get(APP);
    expect([...(work?.done ?? [])].map(([index, counted]) => [index, tagsIn(counted)])).toEqual([
      [0, 5],
      [3, 7],
    ]);
    expect([...(work?.tried ?? [])]).toEqual([1]);
    expect(ledger.walked).toBe(0.5);
    expect(ledger.slices.size).toBe(0);
  });

  test('is cut where the run ended before any part was done, and not where it came a part further', () => {
    const ledgers = [{}, { 2: 1 }].map((done) => {
      const ledger = createLedger(() => false);
      ledger.note(leg({ parts: partsOf(done), done: false, cutShort: true }));
      return ledger.cut.has(APP);
    });

    expect(ledgers).toEqual([true, false]);
  });

  test('that is divided further meanwhile begins anew: what was done of other parts says nothing of these', () => {
    const ledger = createLedger(() => false);
    ledger.note(leg({ parts: partsOf({ 0: 5 }, [], 1), done: false }));

    ledger.note(leg({ parts: partsOf({ 3: 7 }, [], 2), done: false }));

    expect(ledger.divided.get(APP)?.bits).toBe(2);
    expect([...(ledger.divided.get(APP)?.done.keys() ?? [])]).toEqual([3]);
  });
});

test('what was asked for by itself and answered is kept by name, over several times', () => {
  const ledger = createLedger(() => false);

  ledger.ran({ repository: 'team/app', done: new Set(['v1']) });
  ledger.ran({ repository: 'team/app', done: new Set(['v2']) });
  ledger.ran({ repository: 'team/other', done: new Set() });

  expect([...ledger.errands].map(([name, done]) => [name, [...done]])).toEqual([
    ['team/app', ['v1', 'v2']],
    ['team/other', []],
  ]);
});
