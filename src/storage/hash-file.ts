import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { createDigester, type DigestAlgorithm } from '../oci/digest.ts';
import { failureOf } from './failures.ts';
import type { Hashed } from './hashing.ts';

/** In bytes: what is read at once. */
const CHUNK = 1024 * 1024;

/** Reads all of a file and hashes it, without letting anybody else have a turn: for a thread of its own. */
export function hashFileNow(path: string, algorithm: DigestAlgorithm): Hashed {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) return { kind: 'nothing' };
      const digester = createDigester(algorithm);
      const buffer = Buffer.allocUnsafe(CHUNK);
      let size = 0;
      for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
        digester.update(buffer.subarray(0, read));
        size += read;
      }
      return { kind: 'hashed', digest: digester.digest(), size };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const failure = failureOf(error, path);
    return failure.kind === 'misplaced' ? { kind: 'nothing' } : failure;
  }
}
