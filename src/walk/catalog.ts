import { isRepositoryName } from '../oci/reference.ts';
import type { WalkContext } from './context.ts';
import type { ListedNames } from './listed-names.ts';
import { unknown, type Found, type Lookup, type Unknown } from './lookup.ts';
import type { CatalogWalkOptions } from './options.ts';

/** The catalog, asked for several times before it counts as inaccessible. An empty one is no catalog, unless allowed. */
export async function listCatalog(
  { deps, options: { confirm }, first }: WalkContext,
  options: CatalogWalkOptions,
  listed: ListedNames,
): Promise<Found<readonly string[]> | Unknown> {
  if (options.catalog === 'list') return { kind: 'found', value: [] };
  let answer = await deps.source.repositories(first);
  for (let round = 0; round < confirm.rounds && isPassing(answer) && !deps.stop.aborted; round += 1) {
    await deps.clock.sleep(confirm.delayMs, deps.stop);
    answer = await deps.source.repositories({ again: true, signal: deps.stop });
  }
  if (answer.kind === 'absent') return unknown('protocol', `no_catalog: ${answer.observed.detail}`);
  if (answer.kind === 'unknown') return answer;
  const names = listed.repositories(answer.value);
  const isEmpty = names.length === 0 && options.include.length === 0;
  if (isEmpty && !options.allowEmptyCatalog) {
    return unknown('protocol', 'empty_catalog: the registry lists no repository at all; allowEmptyCatalog says it may');
  }
  return { kind: 'found', value: names };
}

/** True for what may be different a moment later. */
function isPassing(answer: Lookup<unknown>): boolean {
  return answer.kind === 'unknown' && ['server_error', 'connection', 'timeout', 'dns'].includes(answer.reason);
}

/** When things are gone, the catalog is asked for once more: where it is gone, too, the whole backend is. */
export async function hasVanished(
  context: WalkContext,
  options: CatalogWalkOptions,
  before: readonly string[],
): Promise<boolean> {
  const { tally, deps, trees, unknowns } = context;
  const isQuiet = tally.churned === 0 && tally.repositoriesEmpty === 0 && trees.size === 0 && unknowns.length === 0;
  if (options.catalog === 'list' || before.length === 0 || isQuiet) return false;
  const answer = await deps.source.repositories(context.again);
  if (answer.kind === 'unknown') {
    const { reason, detail } = answer;
    unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    return false;
  }
  return answer.kind === 'absent' || !answer.value.some(isRepositoryName);
}
