import type { HttpOutcome } from '../http/exchange.ts';
import type { Unknown } from '../walk/lookup.ts';

/** Statuses with which a server refuses a query that it does not know. */
const REFUSALS: ReadonlySet<number> = new Set([400, 422]);

/** What a registry makes of a query that is none of the API's, for each kind of thing that is asked for. */
export interface NonceMemory {
  /** False where a nonce was refused before. */
  mayCarry(path: string): boolean;
  /** True when the answer to a request with a nonce may be due to the nonce alone. */
  isInDoubt(path: string, answer: HttpOutcome | Unknown): boolean;
  /** Notes how a request was answered that carried one, or that was asked again without. */
  note(path: string, withNonce: boolean, answer: HttpOutcome | Unknown): void;
}

/** Nothing is known yet; so a nonce is tried. */
export function createNonceMemory(): NonceMemory {
  const accepts = new Map<string, boolean>();
  const isInDoubt: NonceMemory['isInDoubt'] = (path, answer) =>
    accepts.get(kindOf(path)) === undefined && answer.kind === 'response' && REFUSALS.has(answer.status);
  return {
    mayCarry: (path) => accepts.get(kindOf(path)) !== false,
    isInDoubt,
    note(path, withNonce, answer) {
      // Only an answer to the question tells; a failure has nothing to do with its query.
      if (answer.kind !== 'response' || answer.status >= 500 || REFUSALS.has(answer.status)) return;
      if (answer.status !== 401 && answer.status !== 429) accepts.set(kindOf(path), withNonce);
    },
  };
}

/** `_catalog`, or what is asked for in a repository: `tags`, `manifests` or `blobs`. */
function kindOf(path: string): string {
  return path.split('/').findLast((part) => ['_catalog', 'tags', 'manifests', 'blobs'].includes(part)) ?? path;
}
