import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the kernel limits the memory of groups of processes, by the first or the second version of its interface. */
const FIRST = '/sys/fs/cgroup/memory';
const SECOND = '/sys/fs/cgroup';

/** A group of processes with a limit, as a container is one. */
export interface MemoryLimit {
  /** The file that a process writes its number into, to be in the group with all that it starts. */
  readonly door: string;
  /** In bytes: what all of them had at most, the pages of files and sockets included. */
  peak(): number;
  remove(): void;
}

let groups = 0;

/** Makes a group with a limit in bytes; null where this machine does not let us. */
export function limitMemory(bytes: number): MemoryLimit | null {
  groups += 1;
  const isFirst = existsSync(join(FIRST, 'memory.limit_in_bytes'));
  const folder = join(isFirst ? FIRST : SECOND, `probe-test-${process.pid}-${groups}`);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, isFirst ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes));
  } catch {
    return null;
  }
  const peakFile = join(folder, isFirst ? 'memory.max_usage_in_bytes' : 'memory.peak');
  return {
    door: join(folder, 'cgroup.procs'),
    peak: () => Number(readFileSync(peakFile, 'utf8')),
    remove: () => rmdirSync(folder),
  };
}
