import { isRepositoryName } from '../oci/reference.ts';
import type { WalkContext } from './context.ts';
import type { ListedNames } from './listed-names.ts';
import { unknown, type Found, type Lookup, type Unknown } from './lookup.ts';
import type { CatalogWalkOptions } from './options.ts';

/** A catalog that could not be listed; `lost` where the registry says that there is nothing in it any more. */
export interface NoCatalog extends Unknown {
  readonly lost: boolean;
}

/**
 * The catalog, asked for several times before it counts as inaccessible. An empty one is no catalog, unless allowed; where
 * earlier walks saw repositories in it, it is asked again after the pauses of a confirmation before all of them are lost.
 */
export async function listCatalog(
  context: WalkContext,
  options: CatalogWalkOptions,
  listed: ListedNames,
): Promise<Found<readonly string[]> | NoCatalog> {
  if (options.catalog === 'list') return { kind: 'found', value: [] };
  const before = await askForCatalog(context);
  if (!mayBeLost(options) || !namesNobody(before)) return catalogOf(before, options, listed, false);
  await pauses(context);
  const { stop } = context.deps;
  const after = stop.aborted ? before : await context.deps.source.repositories({ again: true, signal: stop });
  return catalogOf(after, options, listed, !stop.aborted && namesNobody(after));
}

async function askForCatalog({ deps, options: { confirm }, first }: WalkContext): Promise<Lookup<readonly string[]>> {
  let answer = await deps.source.repositories(first);
  for (let round = 0; round < confirm.rounds && isPassing(answer) && !deps.stop.aborted; round += 1) {
    await deps.clock.sleep(confirm.delayMs, deps.stop);
    answer = await deps.source.repositories({ again: true, signal: deps.stop });
  }
  return answer;
}

function catalogOf(
  answer: Lookup<readonly string[]>,
  options: CatalogWalkOptions,
  listed: ListedNames,
  lost: boolean,
): Found<readonly string[]> | NoCatalog {
  if (answer.kind === 'absent') return { ...unknown('protocol', `no_catalog: ${answer.observed.detail}`), lost };
  if (answer.kind === 'unknown') return { ...answer, lost };
  const names = listed.repositories(answer.value);
  const isEmpty = names.length === 0 && options.include.length === 0;
  if (!isEmpty || options.allowEmptyCatalog) return { kind: 'found', value: names };
  const why = lost ? 'where earlier runs saw some' : 'allowEmptyCatalog says it may';
  return { ...unknown('protocol', `empty_catalog: the registry lists no repository at all; ${why}`), lost };
}

/** Earlier walks saw repositories in the catalog, and nobody says that it may be without any. */
function mayBeLost({ kind, include, allowEmptyCatalog, knowsRepositories }: CatalogWalkOptions): boolean {
  return knowsRepositories === true && kind === 'private' && include.length === 0 && !allowEmptyCatalog;
}

/** The registry itself says, in its own form, that there is no repository. */
function namesNobody(answer: Lookup<readonly string[]>): boolean {
  if (answer.kind === 'found') return answer.value.length === 0;
  return answer.kind === 'absent' && answer.observed.hearsay !== true;
}

async function pauses({ deps, options: { confirm } }: WalkContext): Promise<void> {
  for (let round = 0; round < confirm.rounds && !deps.stop.aborted; round += 1) {
    await deps.clock.sleep(confirm.delayMs, deps.stop);
  }
}

/** True for what may be different a moment later. */
function isPassing(answer: Lookup<unknown>): boolean {
  return answer.kind === 'unknown' && ['server_error', 'connection', 'timeout', 'dns'].includes(answer.reason);
}

/** What became of the catalog in the course of a walk. */
export interface CatalogAtTheEnd {
  /** It is empty or gone, and was not. */
  readonly vanished: boolean;
  /** Earlier walks saw repositories in it, too, and the registry itself says so. */
  readonly lost: boolean;
}

/** When things are gone, the catalog is asked for once more: where it is gone, too, the whole backend is. */
export async function lookAgain(
  context: WalkContext,
  options: CatalogWalkOptions,
  before: readonly string[],
): Promise<CatalogAtTheEnd> {
  const { tally, deps, trees, unknowns } = context;
  const isQuiet = tally.churned === 0 && tally.repositoriesEmpty === 0 && trees.size === 0 && unknowns.length === 0;
  if (options.catalog === 'list' || before.length === 0 || isQuiet) return { vanished: false, lost: false };
  const answer = await deps.source.repositories(context.again);
  if (answer.kind === 'unknown') {
    const { reason, detail } = answer;
    unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    return { vanished: false, lost: false };
  }
  const vanished = answer.kind === 'absent' || !answer.value.some(isRepositoryName);
  return { vanished, lost: vanished && mayBeLost(options) && namesNobody(answer) };
}
