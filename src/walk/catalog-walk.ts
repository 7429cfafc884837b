import pLimit from 'p-limit';

import { findGoodInOtherShards } from './other-shards.ts';
import { createContext, reportProgress, type WalkContext } from './context.ts';
import { closeTree, conclude, confirmAll } from './finish.ts';
import { unknown, type Absent, type Found, type Lookup, type Unknown } from './lookup.ts';
import type { CatalogWalkOptions, WalkDeps } from './options.ts';
import type { WalkResult } from './result.ts';
import { createSelection, type Selection } from './selection.ts';
import { belongsTo } from './shard.ts';
import type { End } from './suspects.ts';
import { walkTags } from './tags.ts';
import { createTree, type Tree } from './tree.ts';

/** A repository of this walk. */
interface Chosen {
  readonly name: string;
  /** The catalog lists it; else it is in `include` alone. */
  readonly inCatalog: boolean;
  readonly pinned: readonly string[];
}

/** Walks everything that a registry, or a shard of it, offers: the catalog, every tag, and all that the tags lead to. */
export async function walkCatalog(deps: WalkDeps, options: CatalogWalkOptions): Promise<WalkResult> {
  const context = createContext(deps, options, false);
  const { tally } = context;
  const catalog = await listCatalog(context, options);
  if (catalog.kind === 'unknown') {
    const { reason, detail } = catalog;
    context.unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    return conclude(context, { catalogAccessible: false, catalogVanished: false });
  }

  const everything = [...new Set([...catalog.value, ...options.include])].toSorted();
  const listed = everything.filter((name) => belongsTo(options.shard, name));
  tally.repositoriesListed = listed.length;
  if (options.kind === 'pull-through') {
    tally.skip('pull_through', listed.length);
    return conclude(context, { catalogAccessible: true, catalogVanished: false });
  }

  const repositories = createSelection(options.repositories);
  const tags = createSelection(options.tags);
  // All names are asked about: a pattern may be for a repository of another shard.
  const wanted = everything.filter((name) => repositories.includes(name));
  const pinned = choosePinned(options, repositories);
  const chosen = wanted.filter((name) => belongsTo(options.shard, name));
  tally.skip('excluded', listed.length - chosen.length);
  const unlisted = [...pinned].filter(([name]) => !everything.includes(name));
  tally.live.repositoriesTotal = chosen.length + unlisted.length;
  const limit = pLimit(options.concurrency);
  const inCatalog = new Set(catalog.value);
  await Promise.all([
    ...chosen.map((name) => {
      const one: Chosen = { name, inCatalog: inCatalog.has(name), pinned: pinned.get(name) ?? [] };
      return limit(() => walkRepository(context, one, tags));
    }),
    ...unlisted.map(([name, digests]) => limit(() => walkUnlisted(context, name, digests))),
  ]);

  const others = wanted.filter((name) => !belongsTo(options.shard, name));
  if (options.catalog === 'list' && wanted.length === 0) await askOne(context, options.include);
  await findGoodInOtherShards(context, others, tags);
  await confirmAll(context);
  // Not before: a tag list that comes at the second try may be the one that a pattern is for.
  warnUnused(context, 'repository', repositories);
  // A pattern for tags may be for those of another shard.
  if (options.shard === null) warnUnused(context, 'tag', tags);
  const catalogVanished = await hasVanished(context, options, catalog.value);
  // Where names are given instead of a catalog, their tag lists take its place: one of them at least has to come.
  const isSilent = options.catalog === 'list' && tally.repositories === 0 && context.unknowns.length > 0;
  return conclude(context, { catalogAccessible: !isSilent, catalogVanished });
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

/**
 * Asks for the tag list of one of the names that are given instead of a catalog, where none of them takes part: nothing
 * else would tell whether the registry answers. What comes is not counted, only what does not.
 */
async function askOne(context: WalkContext, include: readonly string[]): Promise<void> {
  for (const repository of include.toSorted().slice(0, 1)) {
    const answer = await context.deps.source.tags(repository, context.first);
    if (answer.kind === 'found') return;
    suspectTagList(context, createTree(repository), answer, (end) => {
      if (end.kind === 'broken') pushUnknownRepository(context, repository, end.absent);
    });
  }
}

/**
 * The digests that are named, of repositories that take part in this walk. Where the repositories are a list, those are
 * the ones in it: the rest of a host may be other people's.
 */
function choosePinned(
  { pinned = new Map(), shard, catalog, include }: CatalogWalkOptions,
  repositories: Selection,
): ReadonlyMap<string, readonly string[]> {
  const allowed = [...pinned].filter(([name]) => catalog !== 'list' || include.includes(name));
  return new Map(allowed.filter(([name]) => repositories.includes(name) && belongsTo(shard, name)));
}

async function walkRepository(
  context: WalkContext,
  { name, inCatalog, pinned }: Chosen,
  selection: Selection,
): Promise<void> {
  const { tally } = context;
  const tree = createTree(name);
  const answer = await context.deps.source.tags(name, context.first);
  if (answer.kind === 'found') {
    await walkListed(context, tree, selection, answer.value, pinned);
  } else {
    suspectTagList(context, tree, answer, async (end) => {
      if (end.kind === 'found') return walkListed(context, tree, selection, end.value, []);
      tally.live.repositoriesDone += 1;
      if (end.kind !== 'broken') return;
      if (!inCatalog) return pushUnknownRepository(context, name, end.absent);
      tally.repositories += 1;
      tally.repositoriesEmpty += 1;
    });
    if (pinned.length > 0) {
      context.trees.push(tree);
      await walkTags(context, tree, [], pinned);
    }
  }
  reportProgress(context);
}

/** A repository that the catalog does not show has no tags that anybody offers, only what is named of it. */
async function walkUnlisted(context: WalkContext, name: string, pinned: readonly string[]): Promise<void> {
  const tree = createTree(name);
  await walkTags(context, tree, [], pinned);
  closeTree(context, tree);
  reportProgress(context);
}

async function walkListed(
  context: WalkContext,
  tree: Tree,
  selection: Selection,
  names: readonly string[],
  pinned: readonly string[],
): Promise<void> {
  const { tally } = context;
  const listed = [...new Set(names)].toSorted();
  const chosen = listed.filter((tag) => selection.includes(tag));
  tally.repositories += 1;
  tally.tagsListed += listed.length;
  if (listed.length === 0) tally.repositoriesEmpty += 1;
  tally.skip('excluded', listed.length - chosen.length);
  await walkTags(context, tree, chosen, pinned);
  closeTree(context, tree);
}

/**
 * A tag list that did not come is asked for again at the end; until then nothing is known of the repository.
 * So is the list of one that is in the catalog and not known all the same: half-pushed repositories are like that, and
 * so is all of a registry whose storage has just gone. Only where it stays so is the repository taken to be empty. One
 * that is named and that no catalog lists is unknown then: whoever named it expects it to be there.
 */
function suspectTagList(
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

function pushUnknownRepository({ unknowns }: WalkContext, repository: string, { observed }: Absent): void {
  const why = 'it is named in repositories.include, and the registry does not know it';
  unknowns.push({
    repository,
    reference: '_tags',
    reason: 'protocol',
    detail: `unknown_repository: ${why}: ${observed.detail}`,
  });
}

function warnUnused({ deps }: WalkContext, what: 'repository' | 'tag', selection: Selection): void {
  for (const pattern of selection.unused()) deps.log.warn({ pattern }, `A ${what} pattern matches nothing`);
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
