import * as z from 'zod';

import { unknown, type Lookup } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import { apiError } from './answers.ts';
import type { ApiClient } from './client.ts';
import { listAll } from './pages.ts';
import { CATALOG_SCOPE, isAddressable, pullScope, repositoryPath } from './paths.ts';

/** A list may be null where it is empty. */
const CatalogPage = z.object({ repositories: z.array(z.string()).nullable() });
const TagsPage = z.object({ tags: z.array(z.string()).nullable() });

/** The specification's code for a repository that is not there, and Harbor's. */
const UNKNOWN_REPOSITORY: ReadonlySet<string> = new Set(['NAME_UNKNOWN', 'NOT_FOUND']);

/** All repositories of the registry. `absent`: it has no catalog. */
export async function listRepositories(
  client: ApiClient,
  pageSize: number,
  ask: Ask,
): Promise<Lookup<readonly string[]>> {
  const listed = await listAll(
    client,
    {
      path: '/v2/_catalog',
      scope: CATALOG_SCOPE,
      pageSize,
      names: (body) => asList(CatalogPage.safeParse(body).data, 'repositories'),
      isAbsent: ({ status }) => status === 404,
    },
    ask,
  );
  const strange = listed.kind === 'found' ? listed.value.find((name) => !isAddressable(name)) : undefined;
  return strange === undefined
    ? listed
    : unknown('protocol', `the catalog lists '${strange}', which is no repository name`);
}

/** All tags of a repository. `absent`: the registry does not know it, although its catalog may list it. */
export function listTags(client: ApiClient, repository: string, ask: Ask): Promise<Lookup<readonly string[]>> {
  return listAll(
    client,
    {
      path: repositoryPath(repository, 'tags', 'list'),
      scope: pullScope(repository),
      // Distribution 2.8 sends all tags at once; whoever pages sends a link.
      pageSize: null,
      names: (body) => asList(TagsPage.safeParse(body).data, 'tags'),
      isAbsent: (response) => response.status === 404 && UNKNOWN_REPOSITORY.has(apiError(response)?.code ?? ''),
    },
    ask,
  );
}

function asList<K extends string>(
  page: Readonly<Record<K, readonly string[] | null>> | undefined,
  key: K,
): readonly string[] | undefined {
  return page === undefined ? undefined : (page[key] ?? []);
}
