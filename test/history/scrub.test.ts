import { describe, expect, test } from 'vitest';

import { createScrub, hasTurn, renewScrub, scrubbedSince, type ScrubOptions } from '../../src/history/scrub.ts';
import { digestOf } from '../../src/oci/digest.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 6, 1);
const EVERY = 30 * DAY;

const digests = Array.from({ length: 3000 }, (_, index) => digestOf(Buffer.from(`blob ${index}`)));

function scrubOf(change: Partial<ScrubOptions> = {}) {
  return createScrub({
    every: EVERY,
    room: Infinity,
    startedAt: NOW,
    walkedAt: () => NOW - DAY,
    isBroken: () => false,
    pace: () => Promise.resolve(),
    ...change,
  });
}

describe('createScrub', () => {
  test('takes each blob once a period, in whatever steps it is walked', () => {
    const taken = new Map<string, number>();
    let last = NOW;
    // A run a day, a run that failed now and then, and one of twelve hours.
    for (const step of [1, 1, 3, 0.5, 0.5, 2, 7, 1, 4, 10].map((days) => days * DAY)) {
      const scrub = scrubOf({ startedAt: last + step, walkedAt: () => last });
      for (const digest of digests) {
        if (scrub.take('app', { digest, size: 1 })) taken.set(digest, (taken.get(digest) ?? 0) + 1);
      }
      last += step;
    }

    expect(last - NOW).toBe(EVERY);
    expect(taken.size).toBe(digests.length);
    expect(new Set(taken.values())).toEqual(new Set([1]));
  });

  test('takes as much each day, so that no run has to read everything', () => {
    const perDay = Array.from({ length: 30 }, (_, day) => {
      return digests.filter((digest) => hasTurn(digest, EVERY, NOW + day * DAY, NOW + (day + 1) * DAY)).length;
    });

    expect(Math.max(...perDay)).toBeLessThan(150);
    expect(Math.min(...perDay)).toBeGreaterThan(60);
  });

  test('takes nothing of a repository that was never walked, and the same bytes once in a run', () => {
    const scrub = scrubOf({ walkedAt: (repository) => (repository === 'new' ? null : NOW - EVERY) });
    const [digest = ''] = digests;

    expect(['new', 'app', 'web'].map((repository) => scrub.take(repository, { digest, size: 7 }))).toEqual([
      false,
      true,
      false,
    ]);
    expect(scrub.bytes).toBe(7);
  });

  test('takes on no more than there is room for, one in any case, and says that it missed some', () => {
    const scrub = scrubOf({ room: 100, walkedAt: () => NOW - EVERY });

    const taken = digests
      .slice(0, 5)
      .map((digest, index) => scrub.take('app', { digest, size: index === 0 ? 500 : 60 }));

    expect(taken).toEqual([true, false, false, false, false]);
    expect([scrub.bytes, scrub.missed]).toEqual([500, true]);
  });

  test('takes what is known to be broken each time: another check would say that it is repaired', () => {
    const [digest = ''] = digests;
    const scrub = scrubOf({ room: 0, walkedAt: () => NOW, isBroken: (repository) => repository === 'app' });

    expect(['app', 'app', 'web'].map((repository) => scrub.take(repository, { digest, size: 7 }))).toEqual([
      true,
      true,
      false,
    ]);
    expect([scrub.bytes, scrub.missed]).toEqual([0, false]);
  });
});

describe('since when every byte was hashed', () => {
  const begun = renewScrub(null, { every: EVERY, startedAt: NOW, missed: false });

  test.each([
    ['before the first period is over', begun, NOW + EVERY - 1, null],
    ['when it is over', begun, NOW + EVERY, NOW],
    ['later', begun, NOW + 3 * EVERY, NOW + 2 * EVERY],
    ['after a run without room', { ...begun, missedAt: NOW + 2 * EVERY }, NOW + 2.5 * EVERY, NOW + EVERY],
    ['a period after that', { ...begun, missedAt: NOW + 2 * EVERY }, NOW + 3.5 * EVERY, NOW + 2.5 * EVERY],
    ['with a run without room in the first period', { ...begun, missedAt: NOW + DAY }, NOW + EVERY, null],
  ])('is told %s', (_name, record, oldestAt, since) => {
    expect(scrubbedSince(record, oldestAt)).toBe(since);
  });

  test('begins anew with another period, and stays as it is otherwise', () => {
    const later = NOW + DAY;

    expect(renewScrub(begun, { every: EVERY, startedAt: later, missed: false })).toEqual(begun);
    expect(renewScrub(begun, { every: EVERY, startedAt: later, missed: true })).toEqual({ ...begun, missedAt: later });
    expect(renewScrub(begun, { every: DAY, startedAt: later, missed: false })).toEqual({
      begunAt: later,
      every: DAY,
      missedAt: null,
    });
  });
});
