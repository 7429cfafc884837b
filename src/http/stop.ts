import type { Clock } from '../util/clock.ts';
import { ProbeError } from '../util/errors.ts';
import { onAbort } from '../util/on-abort.ts';

export type StopReason = 'timeout' | 'aborted';

/** What may end an exchange from our side: its time limit, its caller, or the transport being closed. */
export interface Stop {
  /** Null while nothing has ended the exchange. */
  readonly reason: StopReason | null;
  /** Starts the time limit anew, for a body that is being streamed, or after `hold`. */
  extend(): void;
  /** Stops the clock of the time limit: what is waited for is not the server. */
  hold(): void;
  /** Lets go of the timer and of the signal. */
  release(): void;
}

/**
 * Watches the time limit, in milliseconds, and a signal until `release` is called. `onEnd` is called once, for the first
 * of them; for a signal that is aborted already, before this returns.
 */
export function createStop(
  clock: Pick<Clock, 'schedule'>,
  timeoutMs: number,
  signal: AbortSignal,
  onEnd: (error: Error) => void,
): Stop {
  // Written to, and not read by a getter: V8 makes a shape of its own for each object that has one, and keeps with it all
  // that the getter sees until it looks through the whole heap.
  const stop: { reason: StopReason | null } & Omit<Stop, 'reason'> = {
    reason: null,
    extend,
    hold: () => unschedule(),
    release,
  };
  const expire = (): void => end('timeout');
  let unschedule = clock.schedule(timeoutMs, expire);
  const unwatch = onAbort(signal, () => end('aborted'));
  if (signal.aborted) end('aborted');
  return stop;

  function end(why: StopReason): void {
    stop.reason = why;
    // From here on nothing can end it a second time: the first reason stays.
    release();
    onEnd(new ProbeError(why, `the exchange ended: ${why}`));
  }

  function extend(): void {
    if (stop.reason !== null) return;
    unschedule();
    unschedule = clock.schedule(timeoutMs, expire);
  }

  function release(): void {
    unschedule();
    unwatch();
  }
}
