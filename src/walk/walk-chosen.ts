import { reportProgress, type WalkContext } from './context.ts';
import { join, turnsOf } from './errands.ts';
import { PLAIN_ITINERARY, type Errand, type Leg, type Turn } from './itinerary.ts';
import type { CatalogWalkOptions } from './options.ts';
import type { Selection } from './selection.ts';
import { belongsTo } from './shard.ts';
import { sideBySide } from './side-by-side.ts';
import { isAmong } from './sorted-names.ts';
import { isIncluded } from './tag-list.ts';
import type { TagChoice } from './visit.ts';
import { createVisits } from './visits.ts';

/** What there is to walk. */
interface Offer {
  /** Repositories that take part, sorted, as are all. */
  readonly chosen: readonly string[];
  /** All that the registry lists, of every shard. */
  readonly everything: readonly string[];
  readonly repositories: Selection;
  readonly choice: TagChoice;
}

/** What is left when the run has ended. */
export interface Unwalked {
  /** Repositories that were not begun. */
  readonly repositories: readonly string[];
  /** Says what became of all that was walked; gives the repositories of which something was not reached. */
  settle(): Promise<ReadonlySet<string>>;
}

/**
 * Walks what is known to be broken and what workloads use, and then everything in the order of the itinerary, until it is
 * done or the run has to end. What looks wrong on the way is left for later.
 */
export async function walkChosen(context: WalkContext, options: CatalogWalkOptions, offer: Offer): Promise<Unwalked> {
  const { deps, tally } = context;
  const { itinerary = PLAIN_ITINERARY, concurrency, shard, catalog, include } = options;
  const isChosen = (name: string): boolean => isAmong(offer.chosen, name);
  const isShown = (name: string): boolean => isAmong(offer.everything, name);
  const visits = createVisits(context, options, offer.choice, isShown);
  // Where the repositories are a list, those are the ones in it: the rest of a host may be other people's.
  const takesPart = (name: string): boolean =>
    isChosen(name) ||
    (!isShown(name) &&
      (catalog !== 'list' || isIncluded(include, name)) &&
      belongsTo(shard, name) &&
      offer.repositories.includes(name));

  const left = new Map<string, Errand>();
  const spent = (): number => (deps.stop.aborted ? 1 : (deps.spent?.() ?? 0));
  const { turns, over, next } = turnsOf(options, takesPart, deps.clock.now());
  for (const { repository, digest } of over) {
    context.pins.over.set(repository, (context.pins.over.get(repository) ?? new Set()).add(digest));
  }
  const goOn = new Map(next);
  const unlisted = new Set(turns.flatMap(({ errands }) => errands.map(({ repository }) => repository)));
  tally.live.repositoriesTotal = offer.chosen.length + [...unlisted].filter((name) => !isChosen(name)).length;
  const atOnce = Math.min(concurrency, options.repositoriesAtOnce ?? concurrency);
  for (const { share, errands } of turns) {
    const cut = new Map<Turn, number>();
    await sideBySide(errands.entries(), atOnce, async ([index, errand]) => {
      // What is left longest has its turn in any case.
      const isRun = !itinerary.isRestFirst && (index === 0 || spent() < share);
      if (isRun) await visits.run(errand);
      else left.set(errand.repository, join(errand, left.get(errand.repository)));
      if (!isRun || deps.stop.aborted) cut.set(errand.turn, Math.min(index, cut.get(errand.turn) ?? index));
    });
    for (const [turn, index] of cut) goOn.set(turn, errands[index]?.name ?? '');
  }
  for (const [turn, name] of goOn) itinerary.goOn(turn, name);

  const repositories: string[] = [];
  const walk = async (leg: Leg): Promise<void> => {
    if (deps.stop.aborted) return void repositories.push(leg.repository);
    const errand = left.get(leg.repository) ?? null;
    left.delete(leg.repository);
    await visits.walk(leg, errand);
    reportProgress(context);
  };
  await sideBySide(itinerary.order(offer.chosen), atOnce, walk, deps.clock);
  const never: string[] = [];
  await sideBySide(left.values(), concurrency, async (errand) => {
    if (deps.stop.aborted) never.push(errand.repository);
    else await visits.run(errand);
  });
  visits.end();
  return { repositories, settle: async () => new Set([...(await visits.settle()), ...repositories, ...never]) };
}
