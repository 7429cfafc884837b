import { constants, PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

/**
 * The share of the heap that may be in use after a collection. The rest is for what is still to be said: a process that
 * comes to the end of its heap is ended before it has told anything. V8 counts what is young to the limit, and ends the
 * process once it has no room for what is old.
 */
const FULL = 0.75;

/** In bytes, of all that is allowed: what a broken thing takes from the first answer to the report. */
const ONE_IN_DOUBT = 2_700;

/** Calls once when what is in use is nearly all that may be; returns how not to any more. */
export function watchHeap(onFull: () => void): () => void {
  const observer = new PerformanceObserver((list) => {
    // A small collection leaves what it has not looked at.
    const wasLarge = list.getEntries().some((entry) => kindOf(entry) === constants.NODE_PERFORMANCE_GC_MAJOR);
    if (!wasLarge) return;
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
    if (used < FULL * limit) return;
    observer.disconnect();
    onFull();
  });
  observer.observe({ entryTypes: ['gc'] });
  return () => observer.disconnect();
}

/** How many things may be in doubt at once, so that the heap has room for what is to be told of them. */
export function mostInDoubt(): number {
  return Math.floor(getHeapStatistics().heap_size_limit / ONE_IN_DOUBT);
}

function kindOf(entry: object): unknown {
  const detail: unknown = 'detail' in entry ? entry.detail : null;
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : null;
}
