import { describe, expect, test } from 'vitest';

import { createFairQueues } from '../../src/walk/fair-queues.ts';

describe('createFairQueues', () => {
  test('a queue of very many delays no other one beyond its turn', () => {
    const queues = createFairQueues<string>();
    for (let count = 0; count < 200_000; count += 1) queues.add('many', `many ${count}`);
    for (const name of ['b', 'c']) queues.add(name, name);

    const taken = queues.take(40);

    expect(taken.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, index) => `many ${index}`));
    expect(taken.slice(16, 19)).toEqual(['b', 'c', 'many 16']);
    expect(queues.size).toBe(200_002 - 40);
  });

  test('gives out each thing once, and those of a queue in their order', () => {
    const queues = createFairQueues<number>();
    const added = Array.from({ length: 10_000 }, (_, index) => index);
    for (const one of added) queues.add(String(one % 3), one);
    const taken: number[] = [];
    while (queues.size > 0) for (const one of queues.take(7)) taken.push(one);

    expect(taken.toSorted((a, b) => a - b)).toEqual(added);
    for (const rest of [0, 1, 2]) {
      const own = taken.filter((one) => one % 3 === rest);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
    expect(queues.take(1)).toEqual([]);
  });

  test('takes up what is added between two turns', () => {
    const queues = createFairQueues<string>();
    queues.add('a', 'a1');
    queues.add('a', 'a2');

    expect(queues.take(1)).toEqual(['a1']);
    queues.add('b', 'b1');
    expect(queues.take(9)).toEqual(['a2', 'b1']);
  });
});
