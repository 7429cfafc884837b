import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import { watchHeap } from './heap-watch.ts';
import type { Io } from './io.ts';

/** What is left, after a run was told to stop, for asking again for what looked broken; in milliseconds. */
const CONFIRM_GRACE_MS = 20_000;
/** What is left after a signal until the results have to be delivered: inside the minute that the chart gives a pod. */
const DELIVERY_GRACE_MS = 50_000;

/** When a command has to end, by its own deadline or because it was told to. */
export interface Limits {
  /** Nothing new is asked. */
  readonly stop: AbortSignal;
  /** Nothing is asked again either. */
  readonly abort: AbortSignal;
  /** Nothing is delivered any more. */
  readonly giveUp: AbortSignal;
  /** Nothing more is held. */
  readonly heap: { readonly isFull: boolean };
  /** Ends the watch. */
  release(): void;
}

/**
 * Watches the deadline, the signals and the heap, which is full where there is too much to tell. The first of them stops
 * the walk, which still confirms and delivers what it has; a second signal ends that, too.
 */
export function watchLimits(
  io: Pick<Io, 'onSignal'>,
  deadlineMs: number,
  deps: { readonly clock: Clock; readonly log: Log; readonly watchHeap?: typeof watchHeap },
): Limits {
  const stop = new AbortController();
  const abort = new AbortController();
  const giveUp = new AbortController();
  const cancels: (() => void)[] = [];

  function stopNow(why: string): void {
    if (stop.signal.aborted) return;
    deps.log.warn({ why }, 'Stopping: what looked broken is asked again, then the incomplete result is delivered');
    stop.abort(new Error(why));
    cancels.push(deps.clock.schedule(CONFIRM_GRACE_MS, () => abort.abort(new Error(why))));
  }

  cancels.push(deps.clock.schedule(deadlineMs, () => stopNow('deadline')));
  const heap = { isFull: false };
  const fill = (): void => {
    heap.isFull = true;
    stopNow('there is no memory left for more');
  };
  cancels.push((deps.watchHeap ?? watchHeap)(fill));
  let signals = 0;
  const ignore = io.onSignal((signal) => {
    signals += 1;
    if (signals > 2) giveUp.abort(new Error(signal));
    if (signals > 1) abort.abort(new Error(signal));
    else cancels.push(deps.clock.schedule(DELIVERY_GRACE_MS, () => giveUp.abort(new Error(signal))));
    stopNow(signal);
  });

  return {
    stop: stop.signal,
    abort: abort.signal,
    giveUp: giveUp.signal,
    heap,
    release() {
      ignore();
      for (const cancel of cancels) cancel();
    },
  };
}
