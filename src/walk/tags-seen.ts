import { createKeySet } from './key-set.ts';

/** Whether there are tags in a repository, of those whose list came: there may be a million. */
export interface TagsSeen {
  /** Undefined for one whose list did not come. */
  get(repository: string): boolean | undefined;
  set(repository: string, hasTags: boolean): void;
}

/** No list has come yet. Of a repository whose list comes twice, one tag in either is one. */
export function createTagsSeen(): TagsSeen {
  const withTags = createKeySet();
  const withoutTags = createKeySet();
  return {
    get: (repository) => (withTags.has(repository) ? true : withoutTags.has(repository) ? false : undefined),
    set: (repository, hasTags) => void (hasTags ? withTags : withoutTags).add(repository),
  };
}
