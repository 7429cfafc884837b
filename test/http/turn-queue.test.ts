import { expect, test } from 'vitest';

import { createTurnQueue } from '../../src/http/turn-queue.ts';

test('who waits is taken by turns of the parties, and first come, first served in each', () => {
  const queue = createTurnQueue<string>();
  for (const thing of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1']) queue.add(thing.slice(0, 1), thing);

  const taken = Array.from({ length: 6 }, () => [queue.first(), queue.take()]);

  expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'].map((thing) => [thing, thing]));
  expect([queue.first(), queue.take(), queue.size]).toEqual([null, null, 0]);
});

test('who is taken out has no turn, and is taken out once', () => {
  const queue = createTurnQueue<string>();
  const takeOut = queue.add('a', 'a1');
  queue.add('a', 'a2');
  queue.add('b', 'b1');
  takeOut();
  takeOut();

  expect(queue.size).toBe(2);
  expect([queue.take(), queue.take(), queue.take()]).toEqual(['a2', 'b1', null]);
});

test('whoever may have no turn is passed over, and keeps its place', () => {
  const queue = createTurnQueue<string>();
  for (const thing of ['a1', 'b1', 'b2']) queue.add(thing.slice(0, 1), thing);
  const notA = (party: string): boolean => party !== 'a';

  expect([queue.first(notA), queue.take(notA), queue.take(notA), queue.take(notA)]).toEqual(['b1', 'b1', 'b2', null]);
  expect([queue.size, queue.take()]).toEqual([1, 'a1']);
});
