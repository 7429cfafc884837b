import type { Answer } from '../../src/demo/answer.ts';
import { buildImage } from '../../src/demo/content.ts';
import { startHostile, type Hostile } from './scene.ts';

/** Names of repositories, in order. */
export const NAMES = ['alpha', 'beta/x', 'delta', 'gamma', 'team/app', 'team/lib', 'zeta'];
export const CATALOG = { kind: 'catalog' } as const;
/** Three pages for them all. */
export const IN_THREES = { PROBE_PAGE_SIZE: '3' };

/** As small as an image gets: it has a config alone. */
const IMAGE = buildImage({ seed: 'names', layers: 0 });

/** A registry that has these repositories, with a tag in each. */
export function startNames(names: readonly string[] = NAMES): Promise<Hostile> {
  return startHostile(
    {},
    names.map((repository) => ({ repository, tag: 'v1', content: IMAGE })),
  );
}

/** The queries of the pages that were asked for, without the mark of a question that is asked again. */
export function pages({ registry }: Hostile): readonly string[] {
  return registry.requests.matching(CATALOG).map(({ search }) => search.replace(/&probe=.*/, ''));
}

/** Writes the catalog's links in another way; null leaves them out. `query` is empty at the end of the list. */
export function relink({ fail }: Hostile, write: (query: string, page: Answer) => string | null): void {
  const rewrite = (page: Answer): Answer => {
    const { link, ...headers } = page.headers;
    const written = write(/\?([^>]*)>/.exec(String(link))?.[1] ?? '', page);
    return { ...page, headers: written === null ? headers : { ...headers, link: written } };
  };
  fail({ kind: 'rewrite', rewrite }, CATALOG);
}

/** The names on a page. */
export function namesOf({ body }: Answer): readonly string[] {
  return (JSON.parse(new TextDecoder().decode(body)) as { readonly repositories: readonly string[] }).repositories;
}
