import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isAmong, sortedNames, those } from '../../src/walk/sorted-names.ts';

describe('sortedNames', () => {
  test('gives each name once, by code unit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 3 })), (names) => {
        expect(sortedNames(names)).toEqual([...new Set(names)].toSorted());
      }),
    );
  });

  test.each([[[]], [['a']], [['B', 'a', 'b']]])('gives back %j as it is', (names) => {
    expect(sortedNames(names)).toBe(names);
  });
});

describe('those', () => {
  test('gives those for which it is true', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 })), (names) => {
        const isOne = (name: string): boolean => name < 'a';
        expect(those(names, isOne)).toEqual(names.filter(isOne));
      }),
    );
  });

  test('gives back a list as it is where that is all of them', () => {
    const names = ['a', 'b'];

    expect(those(names, () => true)).toBe(names);
  });
});

describe('isAmong', () => {
  test('finds a name wherever it stands, and no other', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 })), fc.string({ maxLength: 2 }), (names, other) => {
        const sorted = sortedNames(names);
        expect([...names, other].map((name) => isAmong(sorted, name))).toEqual(
          [...names, other].map((name) => names.includes(name)),
        );
      }),
    );
  });
});
