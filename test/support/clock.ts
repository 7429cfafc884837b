import type { Clock } from '../../src/util/clock.ts';

/** A clock that stands still until it is told otherwise. */
export interface TestClock extends Clock {
  /** What was slept so far, in milliseconds; each sleep resolves at once and moves the clock on. */
  readonly sleeps: readonly number[];
  /** Tasks that are waiting for their time. */
  readonly pending: number;
  /** Moves the clock on and runs the tasks whose time has come, in order. */
  advance(ms: number): void;
  /** Sets `now` on or back, as somebody sets a clock: nothing has lasted any longer for that. */
  set(ms: number): void;
}

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A clock for logic: no test waits. Sleeping does not run scheduled tasks, only `advance` does. */
export function createTestClock(start: number = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  /** What was set so far. */
  let leapt = 0;
  const sleeps: number[] = [];
  const tasks = new Set<Task>();

  return {
    sleeps,
    get pending() {
      return tasks.size;
    },
    now: () => now + leapt,
    elapsed: () => now - start,
    sleep,
    schedule,
    advance,
    set: (ms) => void (leapt += ms),
  };

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    sleeps.push(ms);
    now += ms;
  }

  function schedule(ms: number, run: () => void): () => void {
    const task: Task = { at: now + ms, run };
    tasks.add(task);
    return () => void tasks.delete(task);
  }

  function advance(ms: number): void {
    now += ms;
    const due = [...tasks].filter((task) => task.at <= now).toSorted((one, other) => one.at - other.at);
    for (const task of due) {
      if (tasks.delete(task)) task.run();
    }
  }
}

/** The machine's clock, for tests that talk to real servers and need no say in time. */
export function createRealClock(): Clock {
  return { now: () => Date.now(), elapsed: () => performance.now(), sleep, schedule };

  async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = schedule(ms, resolve);
    const wake = (): void => resolve();
    signal?.addEventListener('abort', wake, { once: true });
    await promise;
    signal?.removeEventListener('abort', wake);
    cancel();
  }

  function schedule(ms: number, task: () => void): () => void {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  }
}
