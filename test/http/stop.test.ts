import { expect, test } from 'vitest';
import { createStop } from '../../src/http/stop.ts';
import { createTestClock } from '../support/clock.ts';

function never(): AbortSignal {
  return new AbortController().signal;
}

test('an exchange is ended by its time limit, once', () => {
  const clock = createTestClock();
  const ends: Error[] = [];
  const stop = createStop(clock, 1000, never(), (error) => ends.push(error));

  clock.advance(999);
  const before = stop.reason;
  clock.advance(5000);

  expect(before).toBeNull();
  expect(stop.reason).toBe('timeout');
  expect(ends.map(({ message }) => message)).toEqual(['the exchange ended: timeout']);
});

test('an exchange is ended by its signal, and the first reason stays', () => {
  const clock = createTestClock();
  const caller = new AbortController();
  const ends: Error[] = [];
  const stop = createStop(clock, 1000, caller.signal, (error) => ends.push(error));

  caller.abort();
  clock.advance(1000);

  expect(stop.reason).toBe('aborted');
  expect(ends).toHaveLength(1);
});

test('a signal that is aborted already ends the exchange before it begins', () => {
  const clock = createTestClock();
  const ends: Error[] = [];

  const stop = createStop(clock, 1000, AbortSignal.abort(), (error) => ends.push(error));

  expect(stop.reason).toBe('aborted');
  expect(ends).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test('extending starts the time limit anew', () => {
  const clock = createTestClock();
  const stop = createStop(clock, 1000, never(), () => {});

  clock.advance(900);
  stop.extend();
  clock.advance(900);
  const extended = stop.reason;
  clock.advance(100);

  expect(extended).toBeNull();
  expect(stop.reason).toBe('timeout');
});

test('after its release nothing ends it, and no timer is left', () => {
  const clock = createTestClock();
  const caller = new AbortController();
  const stop = createStop(clock, 1000, caller.signal, () => {});

  stop.release();
  caller.abort();
  clock.advance(1000);

  expect(stop.reason).toBeNull();
  expect(clock.pending).toBe(0);
});
