import { expect, test } from 'vitest';
import { createStop } from '../../src/http/stop.ts';
import { createTestClock } from '../support/clock.ts';

test('an exchange is ended by its time limit', async () => {
  const clock = createTestClock();
  const stop = createStop(clock, 1000, []);

  clock.advance(999);
  const before = stop.reason;
  clock.advance(1);
  await stop.stopped;

  expect(before).toBeNull();
  expect(stop.reason).toBe('timeout');
  expect(stop.signal.aborted).toBe(true);
});

test('an exchange is ended by any of its signals, and the first reason stays', () => {
  const clock = createTestClock();
  const [caller, transport] = [new AbortController(), new AbortController()];
  const stop = createStop(clock, 1000, [caller.signal, transport.signal]);

  transport.abort();
  clock.advance(1000);

  expect(stop.reason).toBe('aborted');
});

test('a signal that is aborted already ends the exchange before it begins', () => {
  const stop = createStop(createTestClock(), 1000, [AbortSignal.abort()]);

  expect(stop.reason).toBe('aborted');
});

test('extending starts the time limit anew', () => {
  const clock = createTestClock();
  const stop = createStop(clock, 1000, []);

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
  const stop = createStop(clock, 1000, [caller.signal]);

  stop.release();
  caller.abort();
  clock.advance(1000);

  expect(stop.reason).toBeNull();
  expect(clock.pending).toBe(0);
});
