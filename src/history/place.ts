import { hash } from 'node:crypto';

/** Slices that the repositories of a registry fall into, as bits: of 100,000 repositories, some 25 are in each. */
const SLICE_BITS = 12;

/** Where what is known of a repository is kept. */
export interface Place {
  /** What its name is kept as. */
  readonly fingerprint: number;
  /** The slice that it is walked with, unless it is divided. */
  readonly slice: number;
}

/**
 * The place of a repository, by the SHA-256 of its name: bytes 4 to 8 are its fingerprint, and the bits after them its
 * slice. The first four bytes say to which shard it belongs, so that they differ little within one.
 */
export function placeOf(repository: string): Place {
  const digest = hash('sha256', repository, 'buffer');
  return { fingerprint: digest.readUIntBE(4, 5), slice: digest.readUInt16BE(9) >>> (16 - SLICE_BITS) };
}
