import type { Clock } from '../util/clock.ts';

/** For so long a walk may get nowhere after it was told that nothing may be asked any more, in milliseconds. */
const OVERDUE_MS = 10_000;
/** And so often it may get somewhere within that: whoever ended the run waits for what is to be delivered, too. */
const MOST_WINDOWS = 2;

/**
 * Every walk ends soon after it is told to; one that gets nowhere any more waits for something that never comes, and is a
 * bug. To settle tens of thousands of things may take longer on a machine that has no time for it: a walk says that it
 * gets on by calling what it is given.
 */
export async function untilOverdue<T>(
  walk: (getsOn: () => void) => Promise<T>,
  abort: AbortSignal,
  clock: Clock,
): Promise<T> {
  let steps = 0;
  const walking = walk(() => void (steps += 1));
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  let cancel = (): void => {};
  let windows = 0;
  const watch = (): void => {
    const before = steps;
    windows += 1;
    cancel = clock.schedule(OVERDUE_MS, () => {
      if (steps === before || windows === MOST_WINDOWS) reject(new Error('the walk did not end when it was told to'));
      else watch();
    });
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
