import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { onAbort } from '../../src/util/on-abort.ts';

test('all who wait for a signal are called once, and share one listener', () => {
  const caller = new AbortController();
  const called: string[] = [];
  onAbort(caller.signal, () => called.push('first'));
  onAbort(caller.signal, () => called.push('second'));
  const listeners = getEventListeners(caller.signal, 'abort').length;

  caller.abort();
  caller.signal.dispatchEvent(new Event('abort'));

  expect(listeners).toBe(1);
  expect(called).toEqual(['first', 'second']);
});

test('whoever waits no longer is not called, and nothing is left of the last one', () => {
  const caller = new AbortController();
  const called: string[] = [];
  const first = onAbort(caller.signal, () => called.push('first'));
  const second = onAbort(caller.signal, () => called.push('second'));

  first();
  first();
  const listeners = getEventListeners(caller.signal, 'abort').length;
  second();
  caller.abort();

  expect(listeners).toBe(1);
  expect(called).toEqual([]);
  expect(getEventListeners(caller.signal, 'abort')).toEqual([]);
});

test('one who stops waiting while others are called is not called, and one who comes then is not either', () => {
  const caller = new AbortController();
  const called: string[] = [];
  onAbort(caller.signal, () => {
    second();
    onAbort(caller.signal, () => called.push('late'));
  });
  const second = onAbort(caller.signal, () => called.push('second'));

  caller.abort();

  expect(called).toEqual([]);
});

test('whoever stops waiting twice takes nothing from one who came in between', () => {
  const caller = new AbortController();
  const called: string[] = [];
  const first = onAbort(caller.signal, () => called.push('first'));
  onAbort(caller.signal, () => called.push('second'));

  first();
  onAbort(caller.signal, () => called.push('third'));
  first();
  caller.abort();

  expect(called.toSorted()).toEqual(['second', 'third']);
});
