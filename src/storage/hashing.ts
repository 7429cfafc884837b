import type { DigestAlgorithm } from '../oci/digest.ts';
import type { UnknownReason } from '../walk/lookup.ts';

/** What came of reading all of a file. */
export type Hashed =
  | { readonly kind: 'hashed'; readonly digest: string; readonly size: number }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'problem'; readonly reason: UnknownReason; readonly detail: string };

/** Reads and hashes files, several at once where there are several processors. */
export type HashFile = (path: string, algorithm: DigestAlgorithm, signal: AbortSignal) => Promise<Hashed>;
