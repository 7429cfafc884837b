import { describe, expect, test } from 'vitest';
import { findLevel, fixedLevel, type Ended, type Level } from '../../src/http/level.ts';

/** A host whose answers take the same time up to some requests at once, and longer by as much as there are more. */
interface Host {
  readonly latencyMs: number;
  readonly bears: number;
}

/** Asks as many requests as the level allows, again and again; a sixteenth of the answers takes a little longer. */
function load(level: Level, host: Host | ((permits: number) => Partial<Ended>), requests: number): void {
  for (let sent = 0; sent < requests; sent += 1) {
    const underWay = level.permits;
    const jitter = sent % 16 === 0 ? 3 : 0;
    const answer =
      typeof host === 'function'
        ? host(underWay)
        : { latencyMs: host.latencyMs * Math.max(1, underWay / host.bears) + jitter };
    level.ended({ method: 'HEAD', latencyMs: 1, sign: 'fine', underWay, ...answer });
  }
}

describe('a level that is given', () => {
  test('stays whatever comes', () => {
    const level = fixedLevel(7);

    load(level, () => ({ sign: 'refused', latencyMs: null }), 100);

    expect([level.permits, level.settled()]).toEqual([7, 7]);
  });
});

describe('a level that is found out', () => {
  test('begins with four', () => {
    expect([findLevel(32).permits, findLevel(2).permits, findLevel(32).settled()]).toEqual([4, 2, null]);
  });

  test.each([1, 5, 32, 64])('grows to the most that is allowed, %i, where the latency stays flat', (most) => {
    const level = findLevel(most);

    load(level, { latencyMs: 20, bears: 1000 }, 3000);

    expect([level.permits, level.settled()]).toEqual([most, most]);
  });

  test.each([
    [4, 20],
    [8, 20],
    [12, 50],
    [8, 100],
  ])('stays near the %i requests that a host answers without getting slower', (bears, latencyMs) => {
    const level = findLevel(64);

    load(level, { latencyMs, bears }, 20_000);

    expect(level.settled()).toBeGreaterThanOrEqual(bears / 2);
    expect(level.settled()).toBeLessThanOrEqual(bears * 2.5);
  });

  test('does not grow where nobody uses what there is', () => {
    const level = findLevel(32);

    load(level, () => ({ underWay: 1 }), 1000);

    expect(level.permits).toBe(4);
  });

  test('shrinks to one while the host refuses, and grows again when it does not', () => {
    const level = findLevel(32);
    load(level, { latencyMs: 20, bears: 1000 }, 3000);

    load(level, () => ({ sign: 'refused' }), 200);
    const refused = level.permits;
    load(level, { latencyMs: 20, bears: 1000 }, 20_000);

    expect([refused, level.permits]).toEqual([1, 32]);
  });

  test('is halved once by the answers to requests that were under way together', () => {
    const level = findLevel(32);
    load(level, { latencyMs: 20, bears: 1000 }, 3000);

    for (let answer = 0; answer < 32; answer += 1) {
      level.ended({ method: 'GET', latencyMs: 5, sign: 'refused', underWay: 32 });
    }

    expect(level.permits).toBe(16);
  });

  test('goes no lower than four where connections break, so that a host that is gone is soon found out', () => {
    const level = findLevel(32);
    load(level, { latencyMs: 20, bears: 1000 }, 3000);

    load(level, () => ({ sign: 'lost', latencyMs: null }), 1000);

    expect(level.permits).toBe(4);
  });

  test('does not grow at a break where it is lower already', () => {
    const level = findLevel(2);

    load(level, () => ({ sign: 'lost', latencyMs: null }), 100);

    expect(level.permits).toBe(2);
  });

  test('comes back where answers take long for a reason of their own', () => {
    const level = findLevel(32);
    load(level, { latencyMs: 5, bears: 1000 }, 3000);

    load(level, { latencyMs: 80, bears: 1000 }, 20_000);

    expect(level.permits).toBe(32);
  });

  test('holds each method against itself', () => {
    const level = findLevel(32);

    load(level, () => ({ method: 'HEAD', latencyMs: 5 }), 16);
    load(level, () => ({ method: 'GET', latencyMs: 90 }), 5000);

    expect(level.permits).toBe(32);
  });

  test('stands for most of the requests where it says that it settled', () => {
    const level = findLevel(32);
    load(level, { latencyMs: 20, bears: 1000 }, 20_000);

    load(level, () => ({ sign: 'refused' }), 200);

    expect(level.settled()).toBe(32);
  });
});
