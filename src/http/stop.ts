import type { Clock } from '../util/clock.ts';
import { ProbeError } from '../util/errors.ts';

export type StopReason = 'timeout' | 'aborted';

/** What may end an exchange from our side: its time limit, its caller, or the transport being closed. */
export interface Stop {
  /** Aborted once, for the first of them. */
  readonly signal: AbortSignal;
  /** Null while nothing has ended the exchange. */
  readonly reason: StopReason | null;
  /** Resolves when `signal` is aborted; never rejects. */
  readonly stopped: Promise<void>;
  /** Starts the time limit anew, for a body that is being streamed. */
  extend(): void;
  /** Lets go of the timer and of the signals. */
  release(): void;
}

/** Watches the time limit, in milliseconds, and the given signals until `release` is called. */
export function createStop(clock: Clock, timeoutMs: number, signals: readonly AbortSignal[]): Stop {
  const controller = new AbortController();
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  let reason: StopReason | null = null;
  const cancel = (): void => end('aborted');
  for (const signal of signals) signal.addEventListener('abort', cancel, { once: true });
  let unschedule = clock.schedule(timeoutMs, () => end('timeout'));
  if (signals.some((signal) => signal.aborted)) cancel();

  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    stopped,
    extend,
    release,
  };

  function end(why: StopReason): void {
    reason = why;
    // From here on nothing can end it a second time: the first reason stays.
    release();
    controller.abort(new ProbeError(why, `the exchange ended: ${why}`));
    resolve();
  }

  function extend(): void {
    if (reason !== null) return;
    unschedule();
    unschedule = clock.schedule(timeoutMs, () => end('timeout'));
  }

  function release(): void {
    unschedule();
    for (const signal of signals) signal.removeEventListener('abort', cancel);
  }
}
