import { describe, expect, test } from 'vitest';

import { sideBySide } from '../../src/walk/side-by-side.ts';

describe('sideBySide', () => {
  test('does so much at once and no more, in order', async () => {
    const begun: number[] = [];
    const open: (() => void)[] = [];

    const all = sideBySide([1, 2, 3, 4], 2, (thing) => {
      begun.push(thing);
      return new Promise((resolve) => open.push(resolve));
    });
    const before = [...begun];
    open.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
    const after = [...begun];
    while (open.length > 0) {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await all;

    expect([before, after, begun]).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
  });

  test('takes the next thing no sooner than its turn comes', async () => {
    let taken = 0;
    function* things(): Generator<number> {
      for (; taken < 1000;) yield (taken += 1);
    }
    let most = 0;
    let done = 0;

    await sideBySide(things(), 3, async () => {
      most = Math.max(most, taken - done);
      await Promise.resolve();
      done += 1;
    });

    expect([taken, done, most]).toEqual([1000, 1000, 3]);
  });

  test('asks no more for what there is than there are ends to it', async () => {
    let asked = 0;
    const one = { next: () => ({ done: (asked += 1) > 1, value: 1 }) as IteratorResult<number> };

    await sideBySide({ [Symbol.iterator]: () => one }, 1000, async () => {});

    expect(asked).toBe(3);
  });

  test('what is thrown ends it, and nothing is begun any more', async () => {
    const begun: number[] = [];

    const all = sideBySide([1, 2, 3, 4, 5, 6], 2, async (thing) => {
      begun.push(thing);
      await Promise.resolve();
      if (thing === 2) throw new Error('no');
    });

    await expect(all).rejects.toThrow('no');
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun.length).toBeLessThan(6);
  });

  test('lets others have their turn where nothing is waited for, and nothing is done meanwhile', async () => {
    let done = 0;
    const turns: number[] = [];
    const sleep = async (): Promise<void> => {
      const before = done;
      await new Promise((resolve) => void setImmediate(resolve));
      turns.push(done - before);
    };
    const work = async (): Promise<void> => void (done += 1);

    await sideBySide(Array.from({ length: 5_000 }), 64, work, { sleep });

    expect(done).toBe(5_000);
    expect(turns).toHaveLength(10);
    // Nobody but who has begun already.
    expect(Math.max(...turns)).toBeLessThanOrEqual(1);
  });
});
