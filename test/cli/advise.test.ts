import { expect, test } from 'vitest';

import { adviseOn, type Walking } from '../../src/cli/advise.ts';

const HOUR_MS = 3_600_000;
const HOURLY: Walking = { lastRunAt: 0, startedAt: HOUR_MS, fullWalkEvery: null, hadNoRoom: false };

test.each<[string, number, Partial<Walking>, string]>([
  ['a fifth each hour', 0.2, {}, 'one walk takes about 5 runs; set fullWalkEvery: 6h'],
  ['nearly all each hour', 0.9, {}, 'one walk takes about 2 runs; set fullWalkEvery: 3h'],
  ['a first run', 0.5, { lastRunAt: null }, 'one walk takes about 2 runs; set fullWalkEvery: 1h'],
  [
    'a promise that is too short',
    0.1,
    { fullWalkEvery: 8 * HOUR_MS },
    'one walk takes about 10 runs; set fullWalkEvery: 12h',
  ],
  ['a promise that can be kept', 0.1, { fullWalkEvery: 24 * HOUR_MS }, 'one walk takes about 10 runs'],
  ['next to nothing', 0.00001, {}, 'one walk takes about 100000 runs: divide it into shards'],
  ['nothing', 0, {}, 'not one was walked to its end: allow a run more time or more requests'],
  [
    'no room',
    0.5,
    { hadNoRoom: true },
    'the state has no room for what was walked, so that no run can go on: divide it into shards',
  ],
])('%s', (_, share, changes, advice) => {
  expect(adviseOn(share, { ...HOURLY, ...changes })).toBe(advice);
});
