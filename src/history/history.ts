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
  const hasGaps = state !== null && state.findingsNotKept > 0;
  return {
    firstSeen(finding, now) {
      const seen = known.get(identityOf(finding));
      // A clock that was set back makes nothing older than it is.
      if (seen !== undefined) return Math.min(seen, now);
      return hasGaps ? null : now;
    },
  };
}

/** Where there is no digest, the tag takes its place. */
export function identityOf({ repository, tags, object, digest }: Identity): string {
  return JSON.stringify([repository, digest ?? `:${tags[0] ?? ''}`, object]);
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
