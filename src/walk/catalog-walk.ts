import pLimit from 'p-limit';

import { createContext, reportProgress, type WalkContext } from './context.ts';
import { closeTree, conclude, confirmAll } from './finish.ts';
import { unknown, type Absent, type Found, type Lookup, type Unknown } from './lookup.ts';
import type { CatalogWalkOptions, WalkDeps } from './options.ts';
import type { WalkResult } from './result.ts';
import { createSelection, type Selection } from './selection.ts';
import { walkTags } from './tags.ts';
import { createTree } from './tree.ts';

/** Walks everything that a registry offers: the catalog, every tag, and all that the tags lead to. */
export async function walkCatalog(deps: WalkDeps, options: CatalogWalkOptions): Promise<WalkResult> {
  const context = createContext(deps, options, false);
  const { tally } = context;
  const catalog = await listCatalog(context, options);
  if (catalog.kind === 'unknown') {
    const { reason, detail } = catalog;
    context.unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    return conclude(context, { catalogAccessible: false, catalogVanished: false });
  }

  const listed = [...new Set([...catalog.value, ...options.include])].toSorted();
  tally.repositoriesListed = listed.length;
  if (options.kind === 'pull-through') {
    tally.skip('pull_through', listed.length);
    return conclude(context, { catalogAccessible: true, catalogVanished: false });
  }

  const repositories = createSelection(options.repositories);
  const tags = createSelection(options.tags);
  const chosen = listed.filter((name) => repositories.includes(name));
  tally.skip('excluded', listed.length - chosen.length);
  tally.live.repositoriesTotal = chosen.length;
  const limit = pLimit(options.concurrency);
  await Promise.all(chosen.map((name) => limit(() => walkRepository(context, name, tags))));

  await confirmAll(context);
  // Not before: a tag list that comes at the second try may be the one that a pattern is for.
  warnUnused(context, repositories, tags);
  const catalogVanished = await hasVanished(context, options, catalog.value);
  return conclude(context, { catalogAccessible: true, catalogVanished });
}

/** The catalog, asked for several times before it counts as inaccessible. An empty one is no catalog, unless allowed. */
async function listCatalog(
  { deps, options: { confirm }, first }: WalkContext,
  options: CatalogWalkOptions,
): Promise<Found<readonly string[]> | Unknown> {
  if (options.catalog === 'list') return { kind: 'found', value: [] };
  let answer = await deps.source.repositories(first);
  for (let round = 0; round < confirm.rounds && isPassing(answer) && !deps.stop.aborted; round += 1) {
    await deps.clock.sleep(confirm.delayMs, deps.stop);
    answer = await deps.source.repositories({ again: true, signal: deps.stop });
  }
  if (answer.kind === 'absent') return unknown('protocol', `no_catalog: ${answer.observed.detail}`);
  if (answer.kind === 'unknown') return answer;
  const isEmpty = answer.value.length === 0 && options.include.length === 0;
  if (isEmpty && !options.allowEmptyCatalog) {
    return unknown('protocol', 'empty_catalog: the registry lists no repository at all; allowEmptyCatalog says it may');
  }
  return answer;
}

/** True for what may be different a moment later. */
function isPassing(answer: Lookup<unknown>): boolean {
  return answer.kind === 'unknown' && ['server_error', 'connection', 'timeout', 'dns'].includes(answer.reason);
}

async function walkRepository(context: WalkContext, name: string, selection: Selection): Promise<void> {
  const answer = await context.deps.source.tags(name, context.first);
  if (answer.kind === 'found') await walkListed(context, name, selection, answer.value);
  else suspectTagList(context, name, selection, answer);
  reportProgress(context);
}

async function walkListed(
  context: WalkContext,
  name: string,
  selection: Selection,
  names: readonly string[],
): Promise<void> {
  const { tally } = context;
  const listed = [...new Set(names)].toSorted();
  const tree = createTree(name);
  const chosen = listed.filter((tag) => selection.includes(tag));
  tally.repositories += 1;
  tally.tagsListed += listed.length;
  if (listed.length === 0) tally.repositoriesEmpty += 1;
  tally.skip('excluded', listed.length - chosen.length);
  await walkTags(context, tree, chosen);
  closeTree(context, tree);
}

/**
 * A tag list that did not come is asked for again at the end; until then nothing is known of the repository.
 * So is the list of one that is in the catalog and not known all the same: half-pushed repositories are like that, and
 * so is all of a registry whose storage has just gone. Only where it stays so is the repository taken to be empty.
 */
function suspectTagList(context: WalkContext, name: string, selection: Selection, first: Absent | Unknown): void {
  const { tally, deps } = context;
  context.suspects.add({
    repository: name,
    reference: '_tags',
    first,
    askAgain: async (ask) => {
      const answer = await deps.source.tags(name, ask);
      // A list is no object that can be broken: what was observed would make a lasting 5xx a finding of nothing.
      return answer.kind === 'unknown' ? unknown(answer.reason, answer.detail) : answer;
    },
    onFound: (found) => walkListed(context, name, selection, (found as Found<readonly string[]>).value),
    onChurned: () => {},
    onSettled: ({ kind }) => {
      tally.live.repositoriesDone += 1;
      if (kind === 'unknown') return;
      tally.repositories += 1;
      tally.repositoriesEmpty += 1;
    },
  });
}

function warnUnused({ deps }: WalkContext, repositories: Selection, tags: Selection): void {
  for (const pattern of repositories.unused()) deps.log.warn({ pattern }, 'A repository pattern matches nothing');
  for (const pattern of tags.unused()) deps.log.warn({ pattern }, 'A tag pattern matches nothing');
}

/** When things are gone, the catalog is asked for once more: where it is gone, too, the whole backend is. */
async function hasVanished(
  context: WalkContext,
  options: CatalogWalkOptions,
  before: readonly string[],
): Promise<boolean> {
  const { tally, deps, trees, unknowns } = context;
  const isQuiet = tally.churned === 0 && tally.repositoriesEmpty === 0 && trees.length === 0 && unknowns.length === 0;
  if (options.catalog === 'list' || before.length === 0 || isQuiet) return false;
  const answer = await deps.source.repositories(context.again);
  if (answer.kind === 'unknown') {
    const { reason, detail } = answer;
    unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    return false;
  }
  return answer.kind === 'absent' || answer.value.length === 0;
}
