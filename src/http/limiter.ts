import type { Clock } from '../util/clock.ts';
import { onAbort } from '../util/on-abort.ts';
import type { Level } from './level.ts';
import { createShares } from './shares.ts';
import { createTurnQueue } from './turn-queue.ts';

/** What Node counts in one timer at most; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Hands out permits, so that no more than a given number of exchanges are under way at once, and none starts too early. */
export interface Limiter {
  /**
   * Runs the task when a permit is free and the pace allows it, by turns of those who are asked for. Null when the signal
   * was aborted before, or when `mayStart`, asked when its turn comes, says no: that costs the others neither a permit nor
   * a turn. The task is told how many are under way, itself included.
   */
  run<T>(
    signal: AbortSignal,
    mayStart: () => boolean,
    task: (underWay: number) => Promise<T>,
    party?: string,
  ): Promise<T | null>;
}

export interface LimiterDeps {
  readonly pace: Pace;
  readonly clock: Pick<Clock, 'elapsed' | 'schedule'>;
}

interface Waiting {
  readonly mayStart: () => boolean;
  readonly start: () => void;
  readonly leave: () => void;
}

/**
 * A limiter with as many permits as the level has. Of each party first come, first served; whoever waits is let go as soon
 * as its signal is aborted.
 */
export function createLimiter(level: Pick<Level, 'permits'>, { pace, clock }: LimiterDeps): Limiter {
  const queue = createTurnQueue<Waiting>();
  const shares = createShares();
  const hasShare = (party: string): boolean => shares.mayStart(party, level.permits, clock.elapsed());
  let running = 0;
  let cancelWake = (): void => {};
  return { run };

  function run<T>(
    signal: AbortSignal,
    mayStart: () => boolean,
    task: (underWay: number) => Promise<T>,
    party = '',
  ): Promise<T | null> {
    if (signal.aborted) return Promise.resolve(null);
    if (queue.size === 0 && running < level.permits && hasShare(party) && pace.waitMs(clock.elapsed()) === 0) {
      return mayStart() ? start(task, party) : Promise.resolve(null);
    }
    const { promise, resolve } = Promise.withResolvers<T | null>();
    const unwatch = onAbort(signal, () => {
      takeOut();
      resolve(null);
      admit();
    });
    const waiting: Waiting = {
      mayStart,
      start() {
        unwatch();
        resolve(start(task, party));
      },
      leave() {
        unwatch();
        resolve(null);
      },
    };
    const takeOut = queue.add(party, waiting);
    admit();
    return promise;
  }

  async function start<T>(task: (underWay: number) => Promise<T>, party: string): Promise<T> {
    const startedAt = clock.elapsed();
    running += 1;
    shares.started(party);
    pace.started(startedAt);
    try {
      return await task(running);
    } finally {
      const now = clock.elapsed();
      running -= 1;
      shares.ended(party, now - startedAt, now);
      admit();
    }
  }

  /**
   * Lets in whoever may start now. Only the first in the queue waits for the pace, without a permit. Whoever has its share
   * holds a permit, and is looked at again when that is back.
   */
  function admit(): void {
    cancelWake();
    while (running < level.permits && queue.first(hasShare) !== null) {
      const waitMs = pace.waitMs(clock.elapsed());
      if (waitMs > 0) {
        cancelWake = clock.schedule(Math.min(waitMs, LONGEST_TIMER_MS), admit);
        return;
      }
      const next = queue.take(hasShare);
      if (next?.mayStart() === true) next.start();
      else next?.leave();
    }
  }
}

/** Spaces requests evenly in time. Times are milliseconds of a clock that is never set. */
export interface Pace {
  /** How long it is until the next request may start; 0 when it may start now. */
  waitMs(now: number): number;
  /** Takes note that a request starts. */
  started(now: number): void;
}

/**
 * A pace of at most so many requests a second, or of any number where null.
 * What was not used is not made up for: a server that was slow for a while is not met with a burst.
 */
export function createPace(requestsPerSecond: number | null): Pace {
  const intervalMs = requestsPerSecond === null ? 0 : Math.ceil(1000 / requestsPerSecond);
  let next = -Infinity;
  return {
    // Never more than one interval, whatever the clock.
    waitMs: (now) => Math.min(intervalMs, Math.max(0, next - now)),
    started(now) {
      next = now + intervalMs;
    },
  };
}
