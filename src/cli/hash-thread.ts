import { parentPort } from 'node:worker_threads';

import type { DigestAlgorithm } from '../oci/digest.ts';
import { hashFileNow } from '../storage/hash-file.ts';
import type { Hashed } from '../storage/hashing.ts';

/** What a thread is asked, and what it answers. */
export interface HashRequest {
  readonly path: string;
  readonly algorithm: DigestAlgorithm;
}
export type HashAnswer = Hashed;

/** What a thread of this program does: it hashes the files that it is told to, one after another. */
export function serveHashes(): void {
  parentPort?.on('message', ({ path, algorithm }: HashRequest) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, and no window
    parentPort?.postMessage(hashFileNow(path, algorithm) satisfies HashAnswer);
  });
}
