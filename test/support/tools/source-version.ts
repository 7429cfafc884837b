import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In hexadecimal digits: enough that another source is another version. */
const LENGTH = 12;

/** The version of a program of ours, whose source is in this folder: it is built anew when that has changed. */
export function sourceVersion(folder: string): string {
  const hash = createHash('sha256');
  for (const name of ['main.go', 'go.mod', 'go.sum'])
    hash.update(readFileSync(join(import.meta.dirname, folder, name)));
  return hash.digest('hex').slice(0, LENGTH);
}
