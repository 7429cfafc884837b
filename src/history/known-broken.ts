import { keyOf } from '../walk/findings.ts';
import type { State } from './state.ts';

/** Keys of what is broken as far as earlier runs know, as a walk tells one broken thing from another. */
export function knownBroken({ findings }: Pick<State, 'findings'>): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ repository, broken }) =>
      broken.map(({ digest, tag, object }) => keyOf({ repository, digest, object, tags: tag === null ? [] : [tag] })),
    ),
  );
}

/** What is broken as far as earlier runs know, as `repository@digest`. */
export function brokenDigests({ findings }: Pick<State, 'findings'>): ReadonlySet<string> {
  return new Set(
    findings.flatMap(({ repository, broken }) => broken.map(({ digest }) => `${repository}@${digest ?? ''}`)),
  );
}
