import type { Clock } from '../util/clock.ts';

/** Does something for so long at most; what is under way then is told by the signal to end. */
export async function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const cancel = clock.schedule(ms, () => limit.abort(new Error(`no answer within ${ms / 1000} s`)));
  try {
    return await task(AbortSignal.any([signal, limit.signal]));
  } finally {
    cancel();
  }
}
