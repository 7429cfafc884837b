import { describe, expect, test } from 'vitest';

import { createPermits, type Permits } from '../../src/util/permits.ts';

/** Tasks that end when they are told to, and those of them that have begun. */
function tasksWith(permits: Permits) {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const run = (task: number): Promise<number> =>
    permits.run(async () => {
      begun.push(task);
      await new Promise<void>((end) => void ends.set(task, end));
      return task;
    });
  const end = async (task: number): Promise<void> => {
    ends.get(task)?.();
    await settled();
  };
  return { begun, run, end };
}

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('permits', () => {
  test('are for so many at once, and for those who wait in their order', async () => {
    const { begun, run, end } = tasksWith(createPermits(2));

    const all = [1, 2, 3, 4].map(run);
    await settled();
    const first = [...begun];
    await end(2);
    const second = [...begun];
    await end(1);
    for (const task of [3, 4]) await end(task);

    expect([first, second, begun]).toEqual([
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
  });

  test('that become more let in at once who waits', async () => {
    const permits = createPermits(1);
    const { begun, run } = tasksWith(permits);
    for (const task of [1, 2, 3, 4]) void run(task);

    permits.change(3);
    await settled();

    expect(begun).toEqual([1, 2, 3]);
  });

  test('that become fewer let in nobody before so many are back', async () => {
    const permits = createPermits(3);
    const { begun, run, end } = tasksWith(permits);
    for (const task of [1, 2, 3, 4]) void run(task);

    permits.change(1);
    for (const task of [1, 2]) await end(task);
    const before = [...begun];
    await end(3);

    expect([before, begun]).toEqual([
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
  });

  test('come back from what throws', async () => {
    const permits = createPermits(1);

    await expect(permits.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

    expect(await permits.run(() => Promise.resolve('next'))).toBe('next');
  });
});
