import { expect, test } from 'vitest';

import { addMark, dropSince, marksAt } from '../../src/history/marks.ts';

const DAY_MS = 86_400_000;
const at = (day: number, repositories: number, tags: number) => ({ at: day * DAY_MS, repositories, tags });
const NONE = { last: null, days: [] };

test.each([
  ['nothing where nothing was listed before', NONE, { repositories: 1, tags: 1 }, 0, 0],
  ['nothing where there is more', { last: at(1, 10, 50), days: [] }, { repositories: 11, tags: 50 }, 0, 0],
  [
    'what is gone since the last complete run',
    { last: at(1, 10, 50), days: [] },
    { repositories: 5, tags: 50 },
    0.5,
    5,
  ],
  [
    'what is gone since the best day',
    { last: at(2, 5, 5), days: [at(1, 20, 5)] },
    { repositories: 5, tags: 5 },
    0.75,
    15,
  ],
  ['the larger of repositories and tags', { last: at(1, 10, 100), days: [] }, { repositories: 9, tags: 60 }, 0.4, 40],
  [
    'told of the tags where few repositories are gone',
    { last: at(1, 5, 5000), days: [] },
    { repositories: 2, tags: 2000 },
    0.6,
    3000,
  ],
  ['of enough names before one of a few', { last: at(1, 8, 100), days: [] }, { repositories: 1, tags: 50 }, 0.5, 50],
  ['nothing of tags that were not listed', { last: at(1, 10, 100), days: [] }, { repositories: 10, tags: null }, 0, 0],
])('a drop is %s', (_, marks, listed, ratio, names) => {
  expect(dropSince(marks, listed)).toEqual({ ratio, names });
});

test('a day has one mark, the highest, from when it was seen', () => {
  const marks = addMark(addMark(NONE, at(1.25, 20, 100)), at(1.5, 10, 50));

  expect(marks).toEqual({ last: at(1.5, 10, 50), days: [at(1.25, 20, 100)] });
});

test('a mark counts for seven days, unless what came later was accepted', () => {
  const marks = { last: at(9, 5, 5), days: [at(1, 9, 9), at(5, 8, 8), at(9, 5, 5)] };

  expect(marksAt(marks, 9 * DAY_MS, null).days).toEqual([at(5, 8, 8), at(9, 5, 5)]);
  expect(marksAt(marks, 9 * DAY_MS, 6 * DAY_MS).days).toEqual([at(9, 5, 5)]);
  expect(marksAt(marks, 9 * DAY_MS, 99 * DAY_MS).days).toEqual([at(5, 8, 8), at(9, 5, 5)]);
});
