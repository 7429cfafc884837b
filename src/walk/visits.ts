import { accountOf, totalOf } from './account.ts';
import { collectBlocked } from './blocked.ts';
import type { WalkContext } from './context.ts';
import { closeTree } from './finish.ts';
import { PLAIN_ITINERARY, type Errand, type Leg } from './itinerary.ts';
import type { CatalogWalkOptions } from './options.ts';
import { inPieces } from './side-by-side.ts';
import { expectationOf } from './tag-list.ts';
import { createVisit, goOn, wantOf, type TagChoice, type Visit } from './visit.ts';

/** The repositories that a walk looks at. */
export interface Visits {
  /** Asks for some names of a repository by themselves; the rest of it may follow. */
  run(errand: Errand): Promise<void>;
  /** Walks a repository, or parts of it; with it, what is to be asked there by itself. */
  walk(leg: Leg, errand: Errand | null): Promise<void>;
  /** Nothing more is asked for. */
  end(): void;
  /** Says what became of everything, once nothing is open; gives the repositories that the end of the run cut short. */
  settle(): Promise<ReadonlySet<string>>;
}

/** Visits of which none has begun. */
export function createVisits(
  context: WalkContext,
  options: CatalogWalkOptions,
  choice: TagChoice,
  isListed: (repository: string) => boolean,
): Visits {
  const itinerary = options.itinerary ?? PLAIN_ITINERARY;
  /** Begun by an errand: what is known of them serves whoever walks them later. */
  const begun = new Map<string, Visit>();
  /** Walked, and with something in them that is open. */
  const open = new Set<Visit>();
  const cutShort = new Set<string>();

  function visitOf(repository: string): Visit {
    const listed = isListed(repository);
    const expectation = listed ? expectationOf(repository, options) : null;
    return createVisit(context, repository, { listed, expectation });
  }

  function close(visit: Visit): void {
    closeTree(visit.context, visit.tree);
    if (visit.tree.openQuestions > 0 || context.trees.has(visit.tree)) open.add(visit);
    else tell(visit, { unknowns: [], unreached: [], blocked: [] });
  }

  function tell(visit: Visit, remainder: Parameters<typeof accountOf>[1]): void {
    const { leg, errand } = accountOf(visit, remainder);
    context.tally.add(totalOf(visit));
    if (errand !== null) itinerary.ran(errand);
    if (leg !== null) itinerary.walked(leg);
    if (leg?.cutShort === true || remainder.unreached.length > 0) cutShort.add(visit.repository);
  }

  return {
    async run(errand) {
      const { repository } = errand;
      const visit = begun.get(repository) ?? visitOf(repository);
      begun.set(repository, visit);
      wantOf(visit, errand);
      await goOn(visit, choice, itinerary);
    },
    async walk(leg, errand) {
      const visit = begun.get(leg.repository) ?? visitOf(leg.repository);
      begun.delete(leg.repository);
      visit.leg = leg;
      if (errand !== null) wantOf(visit, errand);
      await goOn(visit, choice, itinerary);
      close(visit);
    },
    end() {
      for (const visit of begun.values()) close(visit);
      begun.clear();
    },
    async settle() {
      const unknowns = Map.groupBy(context.unknowns, ({ repository }) => repository);
      const unreached = Map.groupBy(context.unreached, ({ repository }) => repository);
      const blocked = Map.groupBy(collectBlocked(context.blocked, context.trees), ({ repository }) => repository);
      // Where a registry lets all wait for something, each of ten thousands of repositories is open.
      await inPieces([...open], context.deps.clock, (visit) => {
        const { repository, tree } = visit;
        visit.context.tally.addTree(tree);
        tell(visit, {
          unknowns: unknowns.get(repository) ?? [],
          unreached: unreached.get(repository) ?? [],
          blocked: blocked.get(repository) ?? [],
        });
      });
      return cutShort;
    },
  };
}
