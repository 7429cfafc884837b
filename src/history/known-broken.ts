import type { KnownBroken } from '../walk/findings.ts';
import { fingerprintOfFinding, readDates } from './dates.ts';
import { identityOf } from './history.ts';
import type { State } from './state.ts';

/** Keys of what is broken as far as earlier runs know, as a walk tells one broken thing from another. */
export function knownBroken({ findings, dates }: Pick<State, 'findings' | 'dates'>): KnownBroken {
  const keys = new Set(
    findings.flatMap(({ repository, broken }) =>
      broken.map(({ digest, tag, object }) =>
        identityOf({ repository, digest, object, tags: tag === null ? [] : [tag] }),
      ),
    ),
  );
  const others = readDates({ dates });
  return {
    size: keys.size + others.size,
    has: (key) => keys.has(key) || (others.size > 0 && others.has(fingerprintOfFinding(key))),
  };
}

/** What is broken as far as earlier runs know, as `repository@digest`. */
export function brokenDigests({ findings }: Pick<State, 'findings'>): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ repository, broken }) => broken.map(({ digest }) => `${repository}@${digest ?? ''}`)),
  );
}
