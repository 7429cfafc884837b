import pLimit from 'p-limit';

import { hasVanished, listCatalog } from './catalog.ts';
import { createContext, reportProgress, type WalkContext } from './context.ts';
import { closeTree, conclude, confirmAll } from './finish.ts';
import { createListedNames, type ListedNames } from './listed-names.ts';
import type { CatalogWalkOptions, WalkDeps } from './options.ts';
import { findGoodInOtherShards } from './other-shards.ts';
import type { WalkResult } from './result.ts';
import { createSelection, type Selection } from './selection.ts';
import { belongsTo } from './shard.ts';
import { expectationOf, pushUnknownRepository, suspectTagList, type Expectation } from './tag-list.ts';
import { walkTags } from './tags.ts';
import { createTree, type Tree } from './tree.ts';

/** A repository of this walk. */
interface Chosen {
  readonly name: string;
  /** Null where nobody expects it to have tags. */
  readonly expectation: Expectation | null;
  readonly pinned: readonly string[];
}

/** Which of the tags that are listed take part. */
interface TagChoice {
  readonly selection: Selection;
  readonly names: ListedNames;
}

/** Walks everything that a registry, or a shard of it, offers: the catalog, every tag, and all that the tags lead to. */
export async function walkCatalog(deps: WalkDeps, options: CatalogWalkOptions): Promise<WalkResult> {
  const context = createContext(deps, options, false);
  const { tally } = context;
  const names = createListedNames(tally, (name) => belongsTo(options.shard, name));
  const catalog = await listCatalog(context, options, names);
  if (catalog.kind === 'unknown') {
    const { reason, detail } = catalog;
    context.unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    names.tell(deps.log);
    return conclude(context, { catalogAccessible: false, catalogVanished: false });
  }

  const everything = [...new Set([...catalog.value, ...options.include])].toSorted();
  const listed = everything.filter((name) => belongsTo(options.shard, name));
  tally.repositoriesListed = listed.length;
  if (options.kind === 'pull-through') {
    tally.skip('pull_through', listed.length);
    names.tell(deps.log);
    return conclude(context, { catalogAccessible: true, catalogVanished: false, listed });
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
  await Promise.all([
    ...chosen.map((name) => {
      const one: Chosen = { name, expectation: expectationOf(name, options), pinned: pinned.get(name) ?? [] };
      return limit(() => walkRepository(context, one, { selection: tags, names }));
    }),
    ...unlisted.map(([name, digests]) => limit(() => walkUnlisted(context, name, digests))),
  ]);

  const others = wanted.filter((name) => !belongsTo(options.shard, name));
  if (options.catalog === 'list' && wanted.length === 0) await askOne(context, options.include);
  await findGoodInOtherShards(context, others, tags);
  await confirmAll(context);
  names.tell(deps.log);
  // Not before: a tag list that comes at the second try may be the one that a pattern is for.
  warnUnused(context, 'repository', repositories);
  // A pattern for tags may be for those of another shard.
  if (options.shard === null) warnUnused(context, 'tag', tags);
  const catalogVanished = await hasVanished(context, options, catalog.value);
  // Where names are given instead of a catalog, their tag lists take its place: one of them at least has to come.
  const isSilent = options.catalog === 'list' && tally.repositories === 0 && context.unknowns.length > 0;
  return conclude(context, { catalogAccessible: !isSilent, catalogVanished, listed });
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
      const expectation = expectationOf(repository, { include });
      if (end.kind === 'broken' && expectation !== null) {
        pushUnknownRepository(context, repository, expectation, end.absent);
      }
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
  { name, expectation, pinned }: Chosen,
  tags: TagChoice,
): Promise<void> {
  const { tally } = context;
  const tree = createTree(name);
  const answer = await context.deps.source.tags(name, context.first);
  if (answer.kind === 'found') {
    await walkListed(context, tree, tags, answer.value, pinned);
  } else {
    suspectTagList(context, tree, answer, async (end) => {
      if (end.kind === 'found') return walkListed(context, tree, tags, end.value, []);
      tally.live.repositoriesDone += 1;
      if (end.kind !== 'broken') return;
      if (expectation !== null) return pushUnknownRepository(context, name, expectation, end.absent);
      context.hasTags.set(name, false);
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
  { selection, names }: TagChoice,
  answer: readonly string[],
  pinned: readonly string[],
): Promise<void> {
  const { tally } = context;
  const listed = [...names.tags(tree.repository, [...new Set(answer)])].toSorted();
  const chosen = listed.filter((tag) => selection.includes(tag));
  context.hasTags.set(tree.repository, listed.length > 0);
  tally.repositories += 1;
  tally.tagsListed += listed.length;
  if (listed.length === 0) tally.repositoriesEmpty += 1;
  tally.skip('excluded', listed.length - chosen.length);
  await walkTags(context, tree, chosen, pinned);
  closeTree(context, tree);
}

function warnUnused({ deps }: WalkContext, what: 'repository' | 'tag', selection: Selection): void {
  for (const pattern of selection.unused()) deps.log.warn({ pattern }, `A ${what} pattern matches nothing`);
}
