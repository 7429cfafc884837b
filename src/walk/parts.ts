import { hash } from 'node:crypto';

/** Which parts of a repository are walked: of those into which its tags fall by the first so many bits of a hash. */
export interface Parts {
  readonly bits: number;
  /** In the order in which they are walked. */
  readonly indexes: readonly number[];
}

/** Into more parts nothing is divided. */
export const MAX_PART_BITS = 12;

/**
 * The part of its repository that a tag belongs to: the first bits of the SHA-256 of `repository:tag`. It is a contract
 * between one run and the next, which is told when a part was walked.
 */
export function partOf(repository: string, tag: string, bits: number): number {
  return bits === 0 ? 0 : hash('sha256', `${repository}:${tag}`, 'buffer').readUInt32BE(0) >>> (32 - bits);
}
