import { Worker } from 'node:worker_threads';

import type { Call, Ended } from './worker.ts';

/** In milliseconds: long behind its own deadline, and behind all that it does after a signal. */
const FOREVER = 150_000;
/** What a container of 256 MiB leaves to the heap. */
const MEMORY = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 } as const;

let worker: Worker | null = null;

/**
 * Runs the whole program in a thread of its own, so that one that is stuck, runs out of memory or throws where nobody
 * catches is told of, and ends nothing else. The signal is sent after so many milliseconds; null for none.
 */
export async function runIsolated(call: Call, signalAfter: number | null): Promise<Ended> {
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const own = (worker ??= new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: MEMORY }));
  own.ref();
  const stuck = setTimeout(() => reject(new Error('the program does not come back')), FOREVER);
  const signal = setTimeout(() => own.postMessage('signal', []), signalAfter ?? FOREVER);
  own.once('message', resolve).once('error', reject);
  own.postMessage(call, []);
  try {
    return await promise;
  } catch (error) {
    worker = null;
    await own.terminate();
    throw error;
  } finally {
    clearTimeout(stuck);
    clearTimeout(signal);
    own.off('message', resolve).off('error', reject);
    own.unref();
  }
}
