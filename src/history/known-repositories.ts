import type { Census } from '../walk/result.ts';
import { fingerprintOf, packFingerprints, unpackFingerprints } from './fingerprints.ts';
import type { State } from './state.ts';

/** Repositories that earlier runs have seen: by what their names are kept as, and not by name. */
export interface SeenRepositories {
  readonly size: number;
  has(repository: string): boolean;
}

/** Those in which an earlier run has seen tags; null where the state does not say. */
export function seenWithTags({ repositories }: Pick<State, 'repositories'>): SeenRepositories | null {
  if (repositories === null) return null;
  const fingerprints = unpackFingerprints(repositories.withTags);
  return { size: fingerprints.size, has: (repository) => fingerprints.has(fingerprintOf(repository)) };
}

/** True where an earlier run has seen a repository, with tags or without. */
export function knowsRepositories({ repositories }: Pick<State, 'repositories'>): boolean {
  return repositories !== null && `${repositories.withTags}${repositories.withoutTags}` !== '';
}

/**
 * What is known of repositories after a run. One that is not listed any more is forgotten, unless none is listed at all:
 * who has lost them all has to be told what there was.
 */
export function renewRepositories(known: State['repositories'], census: Census | null): State['repositories'] {
  if (census === null || census.listed.length === 0) return known;
  const hadTags = unpackFingerprints(known?.withTags ?? '');
  const hadNone = unpackFingerprints(known?.withoutTags ?? '');
  const withTags: number[] = [];
  const withoutTags: number[] = [];
  for (const name of census.listed) {
    const one = fingerprintOf(name);
    const hasTags = census.hasTags.get(name) ?? (hadTags.has(one) ? true : hadNone.has(one) ? false : undefined);
    if (hasTags !== undefined) (hasTags ? withTags : withoutTags).push(one);
  }
  return { withTags: packFingerprints(withTags), withoutTags: packFingerprints(withoutTags) };
}
