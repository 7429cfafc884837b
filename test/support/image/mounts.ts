import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Unmounts whatever is still mounted below a folder; a daemon leaves the network of its last container there. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  // The latest first: a mount may stand on another.
  for (const path of mounts.filter((one) => one.startsWith(`${folder}/`)).toReversed()) await execute('umount', [path]);
}
