import { json, type Answer } from './answer.ts';
import { pageOf, pageSize } from './paging.ts';
import { registryError } from './registry-error.ts';
import type { DemoRequest } from './request.ts';
import type { DemoStore } from './store.ts';

/** What distribution 2.8 lists when nobody says how much. */
const DEFAULT_PAGE = 100;

/** A page of the catalog. More than `largest` at once is an error, and `n=0` is an empty list. */
export function catalog(store: DemoStore, request: DemoRequest, largest: number): Answer {
  const size = pageSize(request) ?? Math.min(DEFAULT_PAGE, largest);
  if (size > largest) return registryError('PAGINATION_NUMBER_INVALID', { detail: { n: size } });
  const { items, headers } = pageOf(store.repositories(), request, size);
  return json(200, { repositories: items }, headers);
}

/** A repository's tags: all of them in directory order as 2.8 does, or sorted and paged where asked to as 3 does. */
export function tagList(store: DemoStore, request: DemoRequest, paged: boolean): Answer {
  const name = request.repository ?? '';
  const repository = store.repository(name);
  if (repository === undefined || !repository.hasTagList) return registryError('NAME_UNKNOWN', { detail: { name } });
  const tags = [...repository.tags.keys()];
  if (tags.length === 0) return json(200, { name, tags: null });
  if (!paged) return json(200, { name, tags });

  const { items, headers } = pageOf(tags.toSorted(), request, pageSize(request) ?? tags.length);
  return json(200, { name, tags: items }, headers);
}
