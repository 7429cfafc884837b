import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isAmong, sortedByAndBy, sortedNames, those } from '../../src/walk/sorted-names.ts';

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

describe('sortedByAndBy', () => {
  /** Names in no order, and some of them twice. */
  function crowd(size: number): readonly string[] {
    return Array.from({ length: size }, (_, index) => ((index * 48_271) % (size - 1000)).toString(36));
  }

  test.each([10, 32_769, 100_000, 163_840])('gives the same for %i names', async (size) => {
    const names = size === 10 ? ['b', 'a', 'b'] : crowd(size);

    expect(await sortedByAndBy(names, { sleep: () => Promise.resolve() })).toEqual(sortedNames(names));
  });

  test('lets others have their turn once for as many as are sorted or merged in one go', async () => {
    let turns = 0;
    await sortedByAndBy(crowd(262_144), { sleep: () => Promise.resolve(void (turns += 1)) });

    // Eight pieces, and three times all of them to merge: each turn is for one of them.
    expect(turns).toBe(32);
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
