import { describe, expect, test } from 'vitest';

import { firstOf, formatDuration, quantity, times } from '../../src/report/wording.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0.0 s'],
    [1.234, '1.2 s'],
    [59.94, '59.9 s'],
    [59.96, '1 min 0 s'],
    [185.4, '3 min 5 s'],
    [3599.6, '1 h 0 min'],
    [3720, '1 h 2 min'],
    [7199, '2 h 0 min'],
  ])('says %d seconds', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('firstOf', () => {
  test.each([
    [['a'], 'a'],
    [['a', 'b'], 'a, b'],
    [['a', 'b', 'c'], 'a, b and 1 more tag'],
    [['a', 'b', 'c', 'd'], 'a, b and 2 more tags'],
  ])('shortens %j', (names, text) => {
    expect(firstOf(names, 2, 'tag')).toBe(text);
  });
});

describe('quantity', () => {
  test('agrees with its number', () => {
    expect([0, 1, 2].map((count) => quantity(count, 'index', 'indexes'))).toEqual([
      '0 indexes',
      '1 index',
      '2 indexes',
    ]);
  });
});

describe('times', () => {
  test('has words for the small numbers', () => {
    expect([1, 2, 3].map(times)).toEqual(['once', 'twice', '3 times']);
  });
});
