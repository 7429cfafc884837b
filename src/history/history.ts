import { keyOf } from '../walk/findings.ts';
import { fingerprintOfFinding, readDates } from './dates.ts';
import type { State } from './state.ts';

/**
 * What tells one broken thing from another, run after run. The fault is none of it: what cannot be read becomes missing
 * by the restart that a repair begins with, and is as old as before.
 */
export interface Identity {
  readonly repository: string;
  /** Sorted; the first one stands for the digest where there is none. */
  readonly tags: readonly string[];
  readonly object: string;
  readonly digest: string | null;
}

/** What earlier runs saw. */
export interface History {
  /**
   * When something broken was seen first, in milliseconds since the epoch: `now` unless an earlier run saw it. Null when
   * the state had no room for everything, so that it may have been there and nobody can tell.
   */
  firstSeen(finding: Identity, now: number): number | null;
}

/** The history that a state tells; where there is none, everything is seen for the first time. */
export function createHistory(state: State | null): History {
  const known = firstSeenByIdentity(state);
  const dates = readDates(state);
  const hasGaps = state !== null && state.findingsNotKept > dates.size;
  return {
    firstSeen(finding, now) {
      const identity = identityOf(finding);
      const seen = known.get(identity) ?? dates.get(fingerprintOfFinding(identity))?.firstSeen;
      // A clock that was set back makes nothing older than it is.
      if (seen !== undefined) return Math.min(seen, now);
      return hasGaps ? null : now;
    },
  };
}

/** The same text as a walk tells broken things from each other by. */
export function identityOf({ repository, tags, object, digest }: Identity): string {
  return keyOf({ repository, tags: tags.length === 0 ? [''] : tags, object, digest });
}

function firstSeenByIdentity(state: State | null): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  for (const { repository, broken } of state?.findings ?? []) {
    for (const { digest, tag, object, firstSeen } of broken) {
      const identity = identityOf({ repository, digest, object, tags: tag === null ? [] : [tag] });
      known.set(identity, Math.min(firstSeen, known.get(identity) ?? firstSeen));
    }
  }
  return known;
}
