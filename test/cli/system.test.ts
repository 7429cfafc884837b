import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { createNonce, createSystemClock, thisProcess } from '../../src/cli/system.ts';

const AN_HOUR_MS = 3_600_000;

describe('the clock of the machine', () => {
  test('says what time it is', () => {
    const before = Date.now();

    const now = createSystemClock().now();

    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('counts on when somebody sets the time back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const clock = createSystemClock();
    const before = [clock.now(), clock.elapsed()] as const;

    vi.setSystemTime(Date.now() - AN_HOUR_MS);

    expect(clock.now()).toBeLessThan(before[0]);
    expect(clock.elapsed()).toBeGreaterThanOrEqual(before[1]);
    expect(clock.elapsed() - before[1]).toBeLessThan(AN_HOUR_MS);
  });

  test('sleeps as long as it is told', async () => {
    const started = performance.now();

    await createSystemClock().sleep(30);

    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
  });

  test('wakes when it is told to', async () => {
    const waker = new AbortController();
    const sleeping = createSystemClock().sleep(AN_HOUR_MS, waker.signal);

    waker.abort();

    await expect(sleeping).resolves.toBeUndefined();
  });

  test('does not fall asleep when it is told not to', async () => {
    await expect(createSystemClock().sleep(AN_HOUR_MS, AbortSignal.abort())).resolves.toBeUndefined();
  });

  test('does what is due, and nothing that was taken back', async () => {
    const clock = createSystemClock();
    const done: string[] = [];
    const cancel = clock.schedule(1, () => done.push('taken back'));
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.schedule(5, () => {
      done.push('due');
      resolve();
    });

    cancel();
    await promise;

    expect(done).toEqual(['due']);
  });
});

test('no name is ever made twice', () => {
  const names = Array.from({ length: 1000 }, createNonce);

  expect(new Set(names).size).toBe(1000);
});

describe('this process', () => {
  test('runs, and so does one of another user', () => {
    const { pid, isRunning } = thisProcess();

    expect([pid, 1].map(isRunning)).toEqual([true, true]);
  });

  test('knows of a number that nobody has', () => {
    // Beyond what Linux gives: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html (pid_max)
    expect(thisProcess().isRunning(2 ** 22 + 1)).toBe(false);
  });

  test('says where it is, the same each time', () => {
    const { host, pidSpace } = thisProcess();

    expect(host).not.toBe('');
    expect(thisProcess()).toMatchObject({ host, pidSpace });
  });
});
