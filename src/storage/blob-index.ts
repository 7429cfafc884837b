import { parseDigest } from '../oci/digest.ts';
import type { DigestTable } from './digest-table.ts';
import type { Disk, Entry } from './disk.ts';
import type { Problem } from './failures.ts';
import type { Breathe } from './listing.ts';
import { BLOBS } from './paths.ts';

/** Something that could not be looked at, and where. */
export interface Unseen {
  readonly path: string;
  readonly problem: Problem;
}

/** What was met among the data. */
export interface BlobFacts {
  /** Files with data. */
  readonly blobs: number;
  readonly bytes: number;
  /** A file called `data` in a place that is no digest's: a garbage collection ends there. Null where there is none. */
  readonly stray: string | null;
  /** There is no directory of blobs at all: a garbage collection ends there, too. */
  readonly isMissing: boolean;
}

export interface BlobIndexDeps {
  readonly disk: Disk;
  readonly table: DigestTable;
  readonly breathe: Breathe;
  readonly onUnseen: (unseen: Unseen) => void;
}

/** Takes down how long the data of every digest is. */
export async function indexBlobs({ disk, table, breathe, onUnseen }: BlobIndexDeps): Promise<BlobFacts> {
  let blobs = 0;
  let bytes = 0;
  let stray: string | null = null;

  function list(path: string): readonly Entry[] {
    const entries: Entry[] = [];
    const listed = disk.each(path, (entry) => entries.push(entry));
    if (listed.kind === 'problem') onUnseen({ path, problem: listed });
    return entries;
  }

  function lookAt(directory: string, { name, isDirectory }: Entry, algorithm: string, prefix: string): void {
    const path = `${directory}/${name}/data`;
    const look = disk.look(path, isDirectory);
    if (look.kind === 'problem') return onUnseen({ path, problem: look });
    if (look.kind !== 'file') return;
    const digest = `${algorithm}:${name}`;
    if (parseDigest(digest).kind !== 'supported') {
      stray ??= path;
      return;
    }
    // What is not below its own first letters is found by nobody.
    if (!name.startsWith(prefix)) return;
    table.setDataSize(table.idOf(digest), look.size);
    blobs += 1;
    bytes += look.size;
  }

  const top: Entry[] = [];
  const listed = disk.each(BLOBS, (entry) => top.push(entry));
  if (listed.kind === 'problem') onUnseen({ path: BLOBS, problem: listed });
  for (const { name: algorithm } of top) {
    for (const { name: prefix } of list(`${BLOBS}/${algorithm}`)) {
      const directory = `${BLOBS}/${algorithm}/${prefix}`;
      for (const entry of list(directory)) {
        await breathe();
        lookAt(directory, entry, algorithm, prefix);
      }
    }
  }
  return { blobs, bytes, stray, isMissing: listed.kind === 'nothing' };
}
