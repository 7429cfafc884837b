/** Spaces requests evenly in time. Times are milliseconds. */
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
    // Never more than one interval, even if the clock was set back in the meantime.
    waitMs: (now) => Math.min(intervalMs, Math.max(0, next - now)),
    started(now) {
      next = now + intervalMs;
    },
  };
}
