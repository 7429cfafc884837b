import { createAcknowledgements, type Acknowledgements } from './acknowledge.ts';
import { listCatalog, lookAgain } from './catalog.ts';
import { createContext, type WalkContext } from './context.ts';
import { conclude, confirmAll } from './finish.ts';
import { findGoodElsewhere } from './find-good.ts';
import { PLAIN_ITINERARY } from './itinerary.ts';
import { createListedNames } from './listed-names.ts';
import type { CatalogWalkOptions, WalkDeps } from './options.ts';
import type { WalkResult } from './result.ts';
import { createSelection, type Selection } from './selection.ts';
import { belongsTo } from './shard.ts';
import { sortedByAndBy, those } from './sorted-names.ts';
import { expectationOf, pushUnknownRepository, suspectTagList } from './tag-list.ts';
import { createTree } from './tree.ts';
import { walkChosen } from './walk-chosen.ts';

/** Walks everything that a registry, or a shard of it, offers: the catalog, every tag, and all that the tags lead to. */
export async function walkCatalog(deps: WalkDeps, options: CatalogWalkOptions): Promise<WalkResult> {
  const context = createContext(deps, options, false);
  const { tally } = context;
  const names = createListedNames(tally, (name) => belongsTo(options.shard, name));
  const catalog = await listCatalog(context, options, names);
  if (catalog.kind === 'unknown') {
    const { reason, detail, lost } = catalog;
    context.unknowns.push({ repository: null, reference: '_catalog', reason, detail });
    names.tell(deps.log);
    return conclude(context, { catalogAccessible: false, catalogVanished: false, catalogLost: lost });
  }

  const { include, shard } = options;
  const all = include.length === 0 ? catalog.value : [...catalog.value, ...include];
  const everything = await sortedByAndBy(all, deps.clock);
  const listed = those(everything, (name) => belongsTo(shard, name));
  tally.repositoriesListed = listed.length;
  if (options.kind === 'pull-through') {
    tally.skip('pull_through', listed.length);
    names.tell(deps.log);
    return conclude(context, { catalogAccessible: true, catalogVanished: false, listed });
  }

  const repositories = createSelection(options.repositories);
  const tags = createSelection(options.tags);
  // All names are asked about: a pattern may be for a repository of another shard.
  const wanted = those(everything, (name) => repositories.includes(name));
  const chosen = those(wanted, (name) => belongsTo(shard, name));
  tally.skip('excluded', listed.length - chosen.length);
  const { skipped } = tally.counts([]);
  const unwalked = await walkChosen(context, options, {
    chosen,
    everything,
    repositories,
    choice: { selection: tags, names },
  });

  const others = wanted.filter((name) => !belongsTo(options.shard, name));
  if (options.catalog === 'list' && wanted.length === 0) await askOne(context, options.include);
  await findGoodElsewhere(context, [...unwalked.repositories, ...others], tags);
  await confirmAll(context);
  const rest = (await unwalked.settle()).size;
  if (rest > 0 && options.isPartEnough !== true) {
    const { rest: describe } = options.itinerary ?? PLAIN_ITINERARY;
    const detail = describe(rest, tally.live.repositoriesTotal);
    context.unknowns.push({ repository: null, reference: '_rest', reason: 'deadline', detail });
  }
  names.tell(deps.log);
  // Not before: a tag list that comes at the second try may be the one that a pattern is for.
  warnUnused(context, 'repository', repositories);
  // A pattern for tags may be for those of another shard, or of what was not walked.
  if (options.shard === null && rest === 0) warnUnused(context, 'tag', tags);
  const { vanished: catalogVanished, lost: catalogLost } = await lookAgain(context, options, catalog.value);
  // Where names are given instead of a catalog, their tag lists take its place: one of them at least has to come.
  const isSilent = options.catalog === 'list' && tally.repositories === 0 && context.unknowns.length + rest > 0;
  const { acknowledged = [] } = options;
  const acknowledgements = createAcknowledgements(acknowledged, deps.clock.now());
  const catalogAccessible = !isSilent;
  const ended = { catalogAccessible, catalogVanished, catalogLost, listed, skipped, counted: true, rest };
  const result = conclude(context, { ...ended, acknowledgements, wasThere: options.wasThere });
  const isWhole = result.complete && options.shard === null && options.repositories.length + options.tags.length === 0;
  if (isWhole) warnUnmatched(context, acknowledgements);
  return result;
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

/** What is acknowledged and not broken is repaired, or was misspelled. */
function warnUnmatched({ deps }: WalkContext, acknowledgements: Acknowledgements): void {
  for (const { entry, ended } of acknowledgements.unused()) {
    deps.log.warn({ ...entry }, ended ? 'An acknowledgement has ended' : 'An acknowledgement matches nothing');
  }
}

function warnUnused({ deps }: WalkContext, what: 'repository' | 'tag', selection: Selection): void {
  for (const pattern of selection.unused()) deps.log.warn({ pattern }, `A ${what} pattern matches nothing`);
}
