import type { ContentSource } from './source.ts';

/** What a source has listed, as far as it was asked. */
export interface Listings {
  /** Null where no list came. */
  readonly repositories: ReadonlySet<string> | null;
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Stands before a source and takes down what it lists; the last answer counts. */
export function recordListings(source: ContentSource): { readonly source: ContentSource; listings(): Listings } {
  let repositories: ReadonlySet<string> | null = null;
  const tags = new Map<string, ReadonlySet<string>>();
  return {
    source: {
      ...source,
      async repositories(ask) {
        const answer = await source.repositories(ask);
        if (answer.kind === 'found') repositories = new Set(answer.value);
        return answer;
      },
      async tags(repository, ask) {
        const answer = await source.tags(repository, ask);
        if (answer.kind === 'found') tags.set(repository, new Set(answer.value));
        return answer;
      },
    },
    listings: () => ({ repositories, tags }),
  };
}
