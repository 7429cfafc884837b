import { describe, expect, test } from 'vitest';

import { byTurns } from '../../src/util/turns.ts';

function order(items: readonly string[]): readonly string[] {
  return byTurns(items, (item) => item.slice(0, item.indexOf('-')).split('+'));
}

describe('byTurns', () => {
  test.each([
    ['leaves those of one group as they are', ['a-1', 'a-2', 'a-3'], ['a-1', 'a-2', 'a-3']],
    [
      'gives each group its turn',
      ['a-1', 'a-2', 'a-3', 'b-1', 'c-1', 'c-2'],
      ['a-1', 'b-1', 'c-1', 'a-2', 'c-2', 'a-3'],
    ],
    [
      'takes what is of several groups once, with the first of them',
      ['a-1', 'a-2', 'a+b-3', 'b-4'],
      ['a-1', 'a+b-3', 'a-2', 'b-4'],
    ],
    ['counts a group that is named twice once', ['a+a-1', 'b-1'], ['a+a-1', 'b-1']],
    ['has nothing of nothing', [], []],
  ])('%s', (_, items, expected) => {
    expect(order(items)).toEqual(expected);
  });

  test('a group of 200,000 does not hide another, and is no work in squares', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => `a+c-${index}`);

    const turns = order([...many, 'b-1']);

    expect(turns).toHaveLength(200_001);
    expect(turns.indexOf('b-1')).toBeLessThan(3);
  });
});
