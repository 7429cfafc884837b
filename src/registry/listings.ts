import type { Lookup } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import { apiError } from './answers.ts';
import type { ApiClient } from './client.ts';
import type { PageSizes } from './page-shapes.ts';
import { listAll } from './pages.ts';
import { CATALOG_SCOPE, pullScope, repositoryPath } from './paths.ts';

/** The specification's code for a repository that is not there, and Harbor's. */
const UNKNOWN_REPOSITORY: ReadonlySet<string> = new Set(['NAME_UNKNOWN', 'NOT_FOUND']);

/** What the listings of one registry are asked with. */
export interface ListingDeps {
  readonly client: ApiClient;
  readonly sizes: PageSizes;
}

/** All repositories of the registry, under whatever names it lists. `absent`: it has no catalog. */
export function listRepositories(
  { client, sizes }: ListingDeps,
  pageSize: number,
  ask: Ask,
): Promise<Lookup<readonly string[]>> {
  const isAbsent = ({ status }: { readonly status: number }): boolean => status === 404;
  const listing = { path: '/v2/_catalog', scope: CATALOG_SCOPE, key: 'repositories', pageSize, isAbsent } as const;
  return listAll(client, sizes, listing, ask);
}

/** All tags of a repository. `absent`: the registry does not know it, although its catalog may list it. */
export function listTags(
  { client, sizes }: ListingDeps,
  repository: string,
  ask: Ask,
): Promise<Lookup<readonly string[]>> {
  return listAll(
    client,
    sizes,
    {
      path: repositoryPath(repository, 'tags', 'list'),
      scope: pullScope(repository),
      key: 'tags',
      // Distribution 2.8 sends all tags at once; whoever pages sends a link.
      pageSize: null,
      isAbsent: (response) => response.status === 404 && UNKNOWN_REPOSITORY.has(apiError(response)?.code ?? ''),
    },
    ask,
  );
}
