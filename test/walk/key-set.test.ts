import { describe, expect, test } from 'vitest';

import { createKeySet } from '../../src/walk/key-set.ts';

describe('createKeySet', () => {
  test('knows what was put into it, and says when it was there already', () => {
    const set = createKeySet();

    const added = ['a', 'b', 'a', ''].map((key) => set.add(key));

    expect(added).toEqual([true, true, false, true]);
    expect(['a', 'b', '', 'c'].map((key) => set.has(key))).toEqual([true, true, true, false]);
    expect(set.size).toBe(3);
  });

  test('stays exact while it grows, over the size at which it is divided', () => {
    const set = createKeySet();
    const keys = Array.from({ length: 20_000 }, (_, index) => `sha256:${index} 1000`);

    const added = keys.filter((key) => set.add(key)).length;

    expect([added, set.size]).toEqual([20_000, 20_000]);
    expect(keys.every((key) => set.has(key))).toBe(true);
    expect(keys.filter((key) => set.add(key))).toEqual([]);
    expect(keys.filter((key) => set.has(`${key}0`))).toEqual([]);
  });

  test('holds very many, and none besides', () => {
    const set = createKeySet();
    const key = (index: number): string => `sha256:${'0'.repeat(58)}${index} 1000`;

    for (let index = 0; index < 100_000; index += 1) set.add(key(index));

    expect(set.size).toBe(100_000);
    expect([0, 4095, 4096, 99_999].map((index) => set.has(key(index)))).toEqual([true, true, true, true]);
    expect([100_000, 200_000].map((index) => set.has(key(index)))).toEqual([false, false]);
  });
});
