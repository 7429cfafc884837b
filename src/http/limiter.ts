import pLimit from 'p-limit';

/** Hands out permits, so that no more than a given number of exchanges are under way at once. */
export interface Limiter {
  /** Runs the task when a permit is free; null when the signal was aborted before one was. */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T | null>;
}

/** A limiter with this many permits. Whoever waits for one is let go as soon as its signal is aborted. */
export function createLimiter(permits: number): Limiter {
  const limit = pLimit(permits);
  return { run };

  async function run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T | null> {
    if (signal.aborted) return null;
    const waiting = Promise.withResolvers<null>();
    const leave = (): void => waiting.resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    const turn = limit(() => {
      signal.removeEventListener('abort', leave);
      return signal.aborted ? null : task();
    });
    return Promise.race([turn, waiting.promise]);
  }
}
