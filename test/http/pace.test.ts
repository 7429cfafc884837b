import { describe, expect, test } from 'vitest';

import { createPace } from '../../src/http/pace.ts';

describe('a pace', () => {
  test('lets the first one start at once, and the next ones an interval later each', () => {
    const pace = createPace(10);
    const starts: number[] = [];

    for (let now = 1000; starts.length < 4;) {
      now += pace.waitMs(now);
      pace.started(now);
      starts.push(now);
    }

    expect(starts).toEqual([1000, 1100, 1200, 1300]);
  });

  test.each([
    [10, 100],
    [3, 334],
    [0.5, 2000],
    [1, 1000],
    [5000, 1],
    [null, 0],
  ])('of %d a second waits for %i ms in between', (requestsPerSecond, waitMs) => {
    const pace = createPace(requestsPerSecond);

    pace.started(0);

    expect(pace.waitMs(0)).toBe(waitMs);
  });

  test('counts what has passed already', () => {
    const pace = createPace(10);

    pace.started(0);

    expect([pace.waitMs(30), pace.waitMs(100), pace.waitMs(5000)]).toEqual([70, 0, 0]);
  });

  test('makes nothing up: after a slow while there is no burst', () => {
    const pace = createPace(10);
    pace.started(0);

    pace.started(5000);

    expect(pace.waitMs(5000)).toBe(100);
  });

  test('waits for one interval at most, though the clock was set back', () => {
    const pace = createPace(10);

    pace.started(3_600_000);

    expect(pace.waitMs(0)).toBe(100);
  });
});
