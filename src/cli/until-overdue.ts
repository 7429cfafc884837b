import type { Clock } from '../util/clock.ts';

/** What a walk gets for its end after it was told that nothing may be asked any more, in milliseconds. */
const OVERDUE_MS = 10_000;

/** Every walk ends soon after it is told to; one that does not waits for something that never comes, and is a bug. */
export async function untilOverdue<T>(walking: Promise<T>, abort: AbortSignal, clock: Clock): Promise<T> {
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  let cancel = (): void => {};
  const watch = (): void => {
    cancel = clock.schedule(OVERDUE_MS, () => reject(new Error('the walk did not end when it was told to')));
  };
  if (abort.aborted) watch();
  else abort.addEventListener('abort', watch, { once: true });
  try {
    return await Promise.race([walking, overdue]);
  } finally {
    abort.removeEventListener('abort', watch);
    cancel();
  }
}
