import { createHash } from 'node:crypto';

import type { Scrub } from '../walk/scrub.ts';

/** What is kept of hashing by turns. Times are milliseconds since the epoch. */
export interface ScrubRecord {
  /** When it was begun with this period. */
  readonly begunAt: number;
  readonly every: number;
  /** When a run last had no room for all whose turn it was; null where that never happened. */
  readonly missedAt: number | null;
}

/** A run's part of hashing everything once a period. */
export interface ScrubPart extends Scrub {
  /** How many bytes it took on. */
  readonly bytes: number;
  /** It had no room for all whose turn it was. */
  readonly missed: boolean;
}

export interface ScrubOptions {
  /** The period, in milliseconds. */
  readonly every: number;
  /** What a run may read, in bytes. */
  readonly room: number;
  readonly startedAt: number;
  /** When all of a repository was walked last; null where it never was. */
  walkedAt(repository: string): number | null;
  /** Earlier runs have found it broken: it is read each time, or what only hashing shows would look repaired. */
  isBroken(repository: string, digest: string): boolean;
  /** Waits as long as so many bytes take at the rate that is wanted. */
  pace(bytes: number): Promise<void>;
}

/**
 * Hashes each blob once a period, at the moment of it that follows from its digest: those are taken whose moment has passed
 * since their repository was walked last. Of the same bytes in several repositories, one is read in a run.
 */
export function createScrub({ every, room, startedAt, walkedAt, isBroken, pace }: ScrubOptions): ScrubPart {
  const taken = new Set<string>();
  const part = { bytes: 0, missed: false };
  const isDue = (repository: string, digest: string): boolean => {
    const last = walkedAt(repository);
    return last !== null && hasTurn(digest, every, last, startedAt);
  };
  return {
    get bytes() {
      return part.bytes;
    },
    get missed() {
      return part.missed;
    },
    take(repository, { digest, size }) {
      if (isBroken(repository, digest)) return true;
      if (!isDue(repository, digest) || taken.has(digest)) return false;
      if (part.bytes + size > room && part.bytes > 0) {
        part.missed = true;
        return false;
      }
      taken.add(digest);
      part.bytes += size;
      return true;
    },
    pace,
  };
}

/** Whether the moment of a period that belongs to a digest lies between two times. */
export function hasTurn(digest: string, every: number, after: number, until: number): boolean {
  const turn = createHash('sha256').update(digest).digest().readUInt32BE(0) / 2 ** 32;
  const round = (time: number): number => Math.floor(time / every - turn);
  return round(until) > round(after);
}

/** What is to be kept after a run. */
export function renewScrub(
  known: ScrubRecord | null,
  { every, startedAt, missed }: { readonly every: number; readonly startedAt: number; readonly missed: boolean },
): ScrubRecord {
  const record = known?.every === every ? known : { begunAt: startedAt, every, missedAt: null };
  return missed ? { ...record, missedAt: startedAt } : record;
}

/**
 * Since when every byte was hashed at least once, in milliseconds since the epoch; null before a first period is over.
 * `oldestAt` is when what is longest unseen was walked.
 */
export function scrubbedSince({ begunAt, every, missedAt }: ScrubRecord, oldestAt: number): number | null {
  const recentMiss = missedAt !== null && missedAt > oldestAt - every ? missedAt : oldestAt;
  const since = Math.min(oldestAt, recentMiss) - every;
  return since < begunAt ? null : since;
}
