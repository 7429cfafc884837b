import { expect, test } from 'vitest';

import { divideFurther, divisionOf } from '../../src/history/division.ts';

const WHOLE = { repository: 'app', parts: null };
const NEW = { known: undefined, cut: 0 };

test.each([
  [1, 0, null],
  [1000, 0, null],
  [1001, 0, 1],
  [4000, 0, 2],
  [4001, 0, 3],
  [100_000_000, 0, 12],
  [10, 1, null],
  [10, 2, 1],
  [1, 2, null],
])('%i tags, in which %i runs have ended, are divided by %j bits', (tags, cut, bits) => {
  const parts = divisionOf(WHOLE, tags, { ...NEW, cut });

  expect(parts?.bits ?? null).toBe(bits);
  expect(parts?.indexes.length ?? 1).toBe(2 ** (bits ?? 0));
});

test('parts that have become too large are divided further, each where it is', () => {
  const leg = { repository: 'app', parts: { bits: 2, indexes: [3, 0] } };

  expect(divisionOf(leg, 8000, NEW)).toEqual({ bits: 3, indexes: [6, 7, 0, 1] });
});

test('a repository that has lost most of its tags stays divided', () => {
  const leg = { repository: 'app', parts: { bits: 2, indexes: [1] } };

  expect(divisionOf(leg, 5, NEW)).toEqual({ bits: 2, indexes: [1] });
});

test('what is divided further is as old as what it was a part of, and counts half of it', () => {
  const parts = [
    { walkedAt: 1, triedAt: 1, counts: [10] },
    { walkedAt: null, triedAt: 2, counts: [4] },
  ];

  expect(divideFurther({ bits: 1, parts }, 2)).toEqual([
    { walkedAt: 1, triedAt: 1, counts: [5] },
    { walkedAt: 1, triedAt: 1, counts: [5] },
    { walkedAt: null, triedAt: 2, counts: [2] },
    { walkedAt: null, triedAt: 2, counts: [2] },
  ]);
});
