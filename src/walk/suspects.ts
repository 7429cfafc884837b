import type { Absent, Found, Lookup, Unknown } from './lookup.ts';
import type { Ask } from './source.ts';

/** What asking again can bring besides the three answers: the thing was deleted or moved, and is no concern any more. */
export type SecondAnswer = Lookup<unknown> | { readonly kind: 'churned'; readonly next?: () => Promise<void> };

/** How a suspicion ends, when it does not end by finding the thing. */
export type Settled =
  | { readonly kind: 'broken'; readonly absent: Absent; readonly confirmations: number }
  | { readonly kind: 'unknown'; readonly unknown: Unknown };

/** Something that was not found at first sight, and how to ask for it again. */
export interface Suspect {
  readonly repository: string;
  /** A tag, a digest or `_tags`: what an unknown is listed under. */
  readonly reference: string;
  readonly first: Absent | Unknown;
  /** A blob is compared with blobs, everything else with manifests. */
  readonly isBlob?: boolean;
  /** Asks again, by another request. */
  askAgain(ask: Ask): Promise<SecondAnswer>;
  /** It was there after all: go on below it. */
  onFound(found: Found<unknown>): Promise<void> | void;
  onChurned(): void;
  onSettled(settled: Settled): void;
}

/** A suspect with the answers that later rounds brought. */
export interface OpenCase {
  readonly suspect: Suspect;
  readonly answers: (Absent | Unknown)[];
}

/** Where a walk leaves what it could not see, until the end of the walk. */
export interface Suspects {
  add(suspect: Suspect): void;
  /** Takes out everything that is open. */
  take(): OpenCase[];
  /** Puts a case back for another round. */
  putBack(open: OpenCase): void;
  readonly size: number;
}

/** An empty list of suspects. */
export function createSuspects(): Suspects {
  let open: OpenCase[] = [];
  return {
    add: (suspect) => void open.push({ suspect, answers: [] }),
    take: () => {
      const taken = open;
      open = [];
      return taken;
    },
    putBack: (kept) => void open.push(kept),
    get size() {
      return open.length;
    },
  };
}
