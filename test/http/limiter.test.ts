import { describe, expect, test } from 'vitest';
import { fixedLevel } from '../../src/http/level.ts';
import { createLimiter, createPace } from '../../src/http/limiter.ts';
import { createTestClock } from '../support/clock.ts';

const never = new AbortController().signal;
const always = (): boolean => true;
const unhurried = { pace: createPace(null), clock: createTestClock() };

test('no more tasks run at once than there are permits, and all of them run', async () => {
  const limiter = createLimiter(fixedLevel(3), unhurried);
  let running = 0;
  let most = 0;
  const task = async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return 1;
  };

  const results = await Promise.all(Array.from({ length: 20 }, () => limiter.run(never, always, task)));

  expect(results).toEqual(Array.from({ length: 20 }, () => 1));
  expect(most).toBe(3);
});

test('whoever waits for a permit is let go at once when canceled, and its task never runs', async () => {
  const limiter = createLimiter(fixedLevel(1), unhurried);
  const gate = Promise.withResolvers<string>();
  const controller = new AbortController();
  let ran = false;
  const first = limiter.run(never, always, () => gate.promise);
  const second = limiter.run(controller.signal, always, async () => {
    ran = true;
  });

  controller.abort();

  expect(await second).toBeNull();
  gate.resolve('done');
  expect(await first).toBe('done');
  expect(ran).toBe(false);
});

test('those who ask for one take turns with those who ask for another, however many they are', async () => {
  const limiter = createLimiter(fixedLevel(1), unhurried);
  const order: string[] = [];
  const run = (party: string, name: string) => limiter.run(never, always, async () => void order.push(name), party);

  await Promise.all([
    ...['a1', 'a2', 'a3', 'a4'].map((name) => run('a', name)),
    ...['b1', 'b2'].map((name) => run('b', name)),
    run('c', 'c1'),
  ]);

  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('whoever holds its permits long leaves some to those who do not', async () => {
  const clock = createTestClock();
  const limiter = createLimiter(fixedLevel(4), { pace: createPace(null), clock });
  const running: (() => void)[] = [];
  const hang = () => limiter.run(never, always, () => new Promise<void>((end) => void running.push(end)), 'slow');
  const quick = () => limiter.run(never, always, () => Promise.resolve('came'), 'quick');
  const endOne = async (): Promise<void> => {
    running.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const all = Promise.all(Array.from({ length: 8 }, hang));
  clock.advance(1000);
  const first = quick();

  for (let times = 0; times < 4; times += 1) await endOne();

  expect([await first, running.length]).toEqual(['came', 2]);
  expect(await quick()).toBe('came');
  while (running.length > 0) await endOne();
  expect(await all).toHaveLength(8);
});

test('a task that runs is waited for, canceled or not', async () => {
  const limiter = createLimiter(fixedLevel(1), unhurried);
  const gate = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const controller = new AbortController();
  const run = limiter.run(controller.signal, always, () => {
    started.resolve();
    return gate.promise;
  });
  await started.promise;

  controller.abort();
  gate.resolve('done');

  expect(await run).toBe('done');
});

test('a task that throws gives its permit back', async () => {
  const limiter = createLimiter(fixedLevel(1), unhurried);

  await expect(limiter.run(never, always, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

  expect(await limiter.run(never, always, async () => 'next')).toBe('next');
});

test('a task that may not start when its turn comes takes no permit and no turn, and the next one starts at once', async () => {
  const clock = createTestClock();
  const limiter = createLimiter(fixedLevel(1), { pace: createPace(1), clock });
  let ran = false;

  const declined = limiter.run(
    never,
    () => false,
    async () => {
      ran = true;
    },
  );
  const next = limiter.run(never, always, async () => 'next');

  expect([await declined, await next]).toEqual([null, 'next']);
  expect(ran).toBe(false);
  expect(clock.pending).toBe(0);
});

describe('a pace', () => {
  /** Notes when each task starts; the tasks end only when they are told to. */
  function starts(permits: number, requestsPerSecond: number) {
    const clock = createTestClock(0);
    const limiter = createLimiter(fixedLevel(permits), { pace: createPace(requestsPerSecond), clock });
    const times: number[] = [];
    const ends: (() => void)[] = [];
    const run = (signal = never) =>
      limiter.run(signal, always, async () => {
        times.push(clock.now());
        await new Promise<void>((resolve) => ends.push(resolve));
        return 'done';
      });
    const endFirst = async (): Promise<void> => {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { clock, times, run, endFirst };
  }

  test('lets tasks start one after the other, evenly, though permits are free', () => {
    const { clock, times, run } = starts(9, 10);
    for (let count = 0; count < 4; count += 1) void run();

    for (let ms = 0; ms < 1000; ms += 1) clock.advance(1);

    expect(times).toEqual([0, 100, 200, 300]);
    expect(clock.pending).toBe(0);
  });

  test('is kept after a while in which no permit was free: there is no burst', async () => {
    const { clock, times, run, endFirst } = starts(1, 10);
    for (let count = 0; count < 4; count += 1) void run();

    clock.advance(5000);
    await endFirst();
    await endFirst();
    clock.advance(99);
    await endFirst();
    clock.advance(1);
    await endFirst();

    expect(times).toEqual([0, 5000, 5100]);
  });

  test('leaves no timer behind when everybody who waits is canceled, and the others keep their turns', async () => {
    const { clock, times, run } = starts(9, 10);
    const controller = new AbortController();
    void run();
    const canceled = run(controller.signal);

    controller.abort();

    expect(await canceled).toBeNull();
    expect(clock.pending).toBe(0);
    void run();
    clock.advance(100);
    expect(times).toEqual([0, 100]);
  });

  test('so slow that no timer counts that far is waited for in parts', () => {
    const clock = createTestClock(0);
    const delays: number[] = [];
    const schedule = (ms: number, task: () => void): (() => void) => {
      delays.push(ms);
      return clock.schedule(ms, task);
    };
    const limiter = createLimiter(fixedLevel(2), { pace: createPace(1e-7), clock: { ...clock, schedule } });

    void limiter.run(never, always, async () => {});
    void limiter.run(never, always, async () => {});

    expect(delays).toEqual([2_147_483_647]);
  });
});

test.each([-3_600_000, 3_600_000])('a pace is kept when the clock is set by %i ms', async (setBy) => {
  const clock = createTestClock();
  const limiter = createLimiter(fixedLevel(2), { pace: createPace(10), clock });
  const times: number[] = [];
  const run = () => limiter.run(never, always, async () => void times.push(clock.elapsed()));

  const runs = [run(), run(), run()];
  clock.set(setBy);
  clock.advance(100);
  clock.set(-setBy);
  clock.advance(100);
  await Promise.all(runs);

  expect(times).toEqual([0, 100, 200]);
});

describe('the interval of a pace', () => {
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

  test('is waited for once at most, though the clock was set back', () => {
    const pace = createPace(10);

    pace.started(3_600_000);

    expect(pace.waitMs(0)).toBe(100);
  });
});
