import { Worker } from 'node:worker_threads';

import type { DigestAlgorithm } from '../oci/digest.ts';
import type { HashFile, Hashed } from '../storage/hashing.ts';
import { messageOf } from '../util/errors.ts';
import type { HashAnswer, HashRequest } from './hash-thread.ts';

/** Threads that hash files. */
export interface HashThreads {
  readonly hashFile: HashFile;
  /** Ends them, whatever they are doing. */
  close(): Promise<void>;
}

interface Job {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
  readonly signal: AbortSignal;
  readonly done: (hashed: Hashed) => void;
}

/**
 * Gets ready to hash files on so many threads of this program, which begin where `entry` says. None is started before
 * there is something to hash. A thread that ends by itself costs the file that it was at an answer, and no more.
 */
export function createHashThreads(entry: URL, count: number): HashThreads {
  const waiting: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  function start(): Worker {
    const worker = new Worker(entry, { stdout: true, stderr: true });
    all.add(worker);
    return worker;
  }

  function next(): void {
    const job = waiting.shift();
    if (job === undefined) return;
    if (job.signal.aborted) {
      job.done(overdue());
      return next();
    }
    const worker = idle.pop() ?? (all.size < count ? start() : undefined);
    if (worker === undefined) waiting.unshift(job);
    else work(worker, job);
  }

  function work(worker: Worker, { path, algorithm, signal, done }: Job): void {
    const settle = (hashed: Hashed, isUsable: boolean): void => {
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', stop);
      if (isUsable) idle.push(worker);
      else discard(worker);
      done(hashed);
      next();
    };
    const lost = (detail: string): void => settle({ kind: 'problem', reason: 'server_error', detail }, false);
    const stop = (): void => settle(overdue(), false);
    const onAnswer = (hashed: HashAnswer): void => settle(hashed, true);
    const onError = (error: unknown): void => lost(`${path} could not be hashed: ${messageOf(error)}`);
    const onExit = (): void => lost(`${path} could not be hashed: the thread ended`);
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', stop, { once: true });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
    worker.postMessage({ path, algorithm } satisfies HashRequest);
  }

  function discard(worker: Worker): void {
    all.delete(worker);
    // What it does while it ends is nobody's concern any more.
    worker.on('error', () => {});
    void worker.terminate();
  }

  return {
    hashFile(path, algorithm, signal) {
      const { promise, resolve } = Promise.withResolvers<Hashed>();
      waiting.push({ path, algorithm, signal, done: resolve });
      next();
      return promise;
    },
    async close() {
      const ending = [...all];
      all.clear();
      await Promise.all(ending.map((worker) => worker.terminate()));
    },
  };
}

function overdue(): Hashed {
  return { kind: 'problem', reason: 'deadline', detail: 'there was no time left to hash it' };
}
