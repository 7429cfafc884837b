import { describe, expect, test } from 'vitest';

import { watchLimits, type Limits } from '../../src/cli/limits.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { fakeSignals, type FakeSignals } from './fake-signals.ts';
import { keepLog, type KeptLog } from './kept-log.ts';

const DEADLINE_MS = 60_000;

interface Scene {
  readonly clock: TestClock;
  readonly signals: FakeSignals;
  readonly log: KeptLog;
  readonly limits: Limits;
}

function watch(): Scene {
  const clock = createTestClock();
  const signals = fakeSignals();
  const log = keepLog();
  return { clock, signals, log, limits: watchLimits(signals, DEADLINE_MS, { clock, log }) };
}

function state({ stop, abort, giveUp }: Limits): readonly boolean[] {
  return [stop, abort, giveUp].map(({ aborted }) => aborted);
}

describe('watchLimits', () => {
  test('leaves a run alone until its deadline', () => {
    const { clock, limits } = watch();

    clock.advance(DEADLINE_MS - 1);

    expect(state(limits)).toEqual([false, false, false]);
  });

  test('stops at the deadline, and ends the confirmation 20 s later, and never gives up the delivery', () => {
    const { clock, limits } = watch();

    clock.advance(DEADLINE_MS);
    const atDeadline = state(limits);
    clock.advance(19_999);
    const before = state(limits);
    clock.advance(1);
    const after = state(limits);
    clock.advance(3_600_000);

    expect(atDeadline).toEqual([true, false, false]);
    expect(before).toEqual([true, false, false]);
    expect(after).toEqual([true, true, false]);
    expect(state(limits)).toEqual([true, true, false]);
  });

  test.each(['SIGTERM', 'SIGINT'])('stops at the first %s, aborts 20 s later, gives up 50 s later', (signal) => {
    const { clock, signals, limits } = watch();

    signals.send(signal);
    const at0 = state(limits);
    clock.advance(20_000);
    const at20 = state(limits);
    clock.advance(29_999);
    const before50 = state(limits);
    clock.advance(1);

    expect(at0).toEqual([true, false, false]);
    expect(at20).toEqual([true, true, false]);
    expect(before50).toEqual([true, true, false]);
    expect(state(limits)).toEqual([true, true, true]);
  });

  test('aborts at once at the second signal, and gives up at the third', () => {
    const { signals, limits } = watch();

    signals.send('SIGTERM');
    signals.send('SIGINT');
    const second = state(limits);
    signals.send('SIGTERM');

    expect(second).toEqual([true, true, false]);
    expect(state(limits)).toEqual([true, true, true]);
  });

  test('a signal after the deadline bounds the delivery, and does not start the confirmation anew', () => {
    const { clock, signals, limits } = watch();

    clock.advance(DEADLINE_MS);
    clock.advance(15_000);
    signals.send('SIGTERM');
    clock.advance(5_000);
    const confirmed = state(limits);
    clock.advance(45_000);

    expect(confirmed).toEqual([true, true, false]);
    expect(state(limits)).toEqual([true, true, true]);
  });

  test('says once why it stops', () => {
    const { clock, signals, log } = watch();

    signals.send('SIGTERM');
    signals.send('SIGTERM');
    clock.advance(DEADLINE_MS);

    expect(log.lines).toEqual([
      {
        level: 'warn',
        why: 'SIGTERM',
        message: 'Stopping: what looked broken is asked again, then the incomplete result is delivered',
      },
    ]);
  });

  test('the reason goes with every signal that is aborted', () => {
    const { clock, limits } = watch();

    clock.advance(DEADLINE_MS);
    clock.advance(20_000);

    expect([limits.stop, limits.abort].map(({ reason }) => String(reason))).toEqual([
      'Error: deadline',
      'Error: deadline',
    ]);
  });

  test.each([0, 1, 2])('released after %i signals, it holds no timer and hears nothing', (count) => {
    const { clock, signals, limits } = watch();
    for (let sent = 0; sent < count; sent += 1) signals.send('SIGTERM');
    const before = state(limits);

    limits.release();
    signals.send('SIGTERM');
    clock.advance(3_600_000);

    expect(clock.pending).toBe(0);
    expect(signals.listeners).toBe(0);
    expect(state(limits)).toEqual(before);
  });
});
