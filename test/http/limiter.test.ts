import { expect, test } from 'vitest';
import { createLimiter } from '../../src/http/limiter.ts';

const never = new AbortController().signal;

test('no more tasks run at once than there are permits, and all of them run', async () => {
  const limiter = createLimiter(3);
  let running = 0;
  let most = 0;
  const task = async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return 1;
  };

  const results = await Promise.all(Array.from({ length: 20 }, () => limiter.run(never, task)));

  expect(results).toEqual(Array.from({ length: 20 }, () => 1));
  expect(most).toBe(3);
});

test('whoever waits for a permit is let go at once when canceled, and its task never runs', async () => {
  const limiter = createLimiter(1);
  const gate = Promise.withResolvers<string>();
  const controller = new AbortController();
  let ran = false;
  const first = limiter.run(never, () => gate.promise);
  const second = limiter.run(controller.signal, async () => {
    ran = true;
  });

  controller.abort();

  expect(await second).toBeNull();
  gate.resolve('done');
  expect(await first).toBe('done');
  expect(ran).toBe(false);
});

test('a task that runs is waited for, canceled or not', async () => {
  const limiter = createLimiter(1);
  const gate = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const controller = new AbortController();
  const run = limiter.run(controller.signal, () => {
    started.resolve();
    return gate.promise;
  });
  await started.promise;

  controller.abort();
  gate.resolve('done');

  expect(await run).toBe('done');
});

test('a task that throws gives its permit back', async () => {
  const limiter = createLimiter(1);

  await expect(limiter.run(never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

  expect(await limiter.run(never, async () => 'next')).toBe('next');
});
