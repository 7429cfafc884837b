import { describe, expect, test } from 'vitest';

import { withTimeLimit } from '../../src/kubernetes/time-limit.ts';
import { createTestClock } from '../support/clock.ts';
import { NEVER } from './scene.ts';

describe('a time limit', () => {
  test('tells the task to end when the time is up, and why', async () => {
    const clock = createTestClock();

    const reason = await withTimeLimit(clock, 30_000, NEVER, (signal) => {
      clock.advance(30_000);
      return Promise.resolve(signal.reason as Error);
    });

    expect(reason.message).toBe('no answer within 30 s');
  });

  test('tells the task to end when everything ends', async () => {
    const aborted = await withTimeLimit(createTestClock(), 30_000, AbortSignal.abort(), (signal) =>
      Promise.resolve(signal.aborted),
    );

    expect(aborted).toBe(true);
  });

  test('leaves nothing behind', async () => {
    const clock = createTestClock();

    await withTimeLimit(clock, 30_000, NEVER, () => Promise.resolve());

    expect(clock.pending).toBe(0);
  });
});
