import { createHash } from 'node:crypto';

/** The part of a divided registry that one walk is for: `index` of `count`, counted from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * The shard that a repository belongs to: the first four bytes of the SHA-256 of its name, as an unsigned big-endian
 * number, modulo the count. It is the contract between the processes of one run, which do not speak to each other:
 * to change it, stop them all first.
 */
export function shardOf(repository: string, count: number): number {
  return createHash('sha256').update(repository, 'utf8').digest().readUInt32BE(0) % count;
}

/** True for a repository of this shard, and for every repository where the registry is not divided. */
export function belongsTo(shard: Shard | null, repository: string): boolean {
  return shard === null || shardOf(repository, shard.count) === shard.index;
}
