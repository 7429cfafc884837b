import type { WalkContext } from './context.ts';
import { unknown, type Absent, type Lookup, type Unknown } from './lookup.ts';
import type { CatalogWalkOptions } from './options.ts';
import type { End } from './suspects.ts';
import type { Tree } from './tree.ts';

/**
 * A tag list that did not come is asked for again at the end; until then nothing is known of the repository.
 * So is the list of one that is in the catalog and not known all the same: half-pushed repositories are like that, and
 * so is all of a registry whose storage has just gone.
 */
export function suspectTagList(
  { deps, suspects }: WalkContext,
  tree: Tree,
  first: Absent | Unknown,
  end: (end: End<readonly string[]>) => Promise<void> | void,
): void {
  suspects.add({
    tree,
    reference: '_tags',
    first,
    async askAgain(ask): Promise<Lookup<readonly string[]>> {
      const answer = await deps.source.tags(tree.repository, ask);
      // A list is no object that can be broken: what was observed would make a lasting failure a finding of nothing.
      return answer.kind === 'unknown' ? unknown(answer.reason, answer.detail) : answer;
    },
    end,
  });
}

/** Why a repository is expected to be known to the registry, and what ends the expectation. */
export interface Expectation {
  readonly why: string;
  readonly end: string;
}

const included = new WeakMap<readonly string[], ReadonlySet<string>>();

/** Whether a repository is among those that are named, of which there may be ten thousands. */
export function isIncluded(include: readonly string[], repository: string): boolean {
  const names = included.get(include) ?? new Set(include);
  included.set(include, names);
  return names.has(repository);
}

const NAMED: Expectation = {
  why: 'it is named in repositories.include',
  end: 'take it out of repositories.include',
};

/**
 * Who expects a repository to be there: whoever named it, a workload that uses a tag of it, or an earlier run that saw tags in
 * it. Null where nobody does, and a listed repository that is not known is then one without tags. A workload that names
 * digests alone needs no tag: what it names is asked for by itself, and registries list nothing where the last tag is gone.
 */
export function expectationOf(
  repository: string,
  { include, usedTags, seenWithTags }: Pick<CatalogWalkOptions, 'include' | 'usedTags' | 'seenWithTags'>,
): Expectation | null {
  if (isIncluded(include, repository)) return NAMED;
  const end = `leave it out with '!${repository}' in repositories.match`;
  if (usedTags?.has(repository) === true) return { why: 'a workload uses it', end };
  if (seenWithTags?.has(repository) !== true) return null;
  return { why: 'an earlier run saw tags in it', end: `delete it from the catalog, or ${end}` };
}

/** Notes that nothing can be told of a repository that the registry does not know, although it is expected to. */
export function pushUnknownRepository(
  { unknowns }: WalkContext,
  repository: string,
  { why, end }: Expectation,
  { observed }: Absent,
): void {
  const detail = `${why}, and the registry does not know it: ${observed.detail}; restore it, or ${end}`;
  unknowns.push({ repository, reference: '_tags', reason: 'protocol', detail: `unknown_repository: ${detail}` });
}
