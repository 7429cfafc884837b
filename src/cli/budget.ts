import type { Clock } from '../util/clock.ts';
import { unknown, type Lookup } from '../walk/lookup.ts';
import type { WalkDeps } from '../walk/options.ts';
import type { Ask, ContentSource } from '../walk/source.ts';

/** What is kept back for each thing that looks broken: it is asked for again so often, and so is what it is compared with. */
const REQUESTS_PER_SUSPECT = 4;

/** How much a run may ask, and how long. */
export interface BudgetOptions {
  /** Null where there is no limit. */
  readonly requestsPerRun: number | null;
  /** How long, in milliseconds, from now on. */
  readonly deadline: number;
  /** Ends the run, whatever is left. */
  readonly stop: AbortSignal;
  /** How many requests were sent so far. */
  readonly sent: () => number;
}

/** What a walk is given of it. */
export interface Budget extends Required<Pick<WalkDeps, 'source' | 'stop' | 'spent'>> {
  /** How many things look broken: to ask for them again, something has to be left. */
  tellSuspects(suspects: number): void;
}

/**
 * Counts what is asked of a source, and lets nothing new be asked once the requests of the run are spent; what is under
 * way then comes to its end, and what looks broken is asked again.
 */
export function createBudget(source: ContentSource, options: BudgetOptions, clock: Clock): Budget {
  const { requestsPerRun, deadline, stop, sent } = options;
  const began = clock.elapsed();
  const controller = new AbortController();
  const both = AbortSignal.any([stop, controller.signal]);
  let kept = 0;

  function isSpent(): boolean {
    if (requestsPerRun !== null && sent() + kept >= requestsPerRun) controller.abort();
    return controller.signal.aborted;
  }

  function limited<T>(ask: Ask, question: (ask: Ask) => Promise<Lookup<T>>): Promise<Lookup<T>> {
    if (ask.again || ask.signal !== both) return question(ask);
    if (isSpent()) return Promise.resolve(unknown('deadline', 'the requests of this run are spent'));
    return question({ ...ask, signal: stop });
  }

  return {
    source: {
      ...(source.guard === undefined ? {} : { guard: source.guard }),
      repositories: (ask) => limited(ask, (one) => source.repositories(one)),
      tags: (repository, ask) => limited(ask, (one) => source.tags(repository, one)),
      resolve: (repository, reference, ask) => limited(ask, (one) => source.resolve(repository, reference, one)),
      manifest: (repository, digest, ask) => limited(ask, (one) => source.manifest(repository, digest, one)),
      manifestByTag: (repository, tag, ask) => limited(ask, (one) => source.manifestByTag(repository, tag, one)),
      blob: (repository, descriptor, check, ask) =>
        limited(ask, (one) => source.blob(repository, descriptor, check, one)),
      referrers: (repository, digest, ask) => limited(ask, (one) => source.referrers(repository, digest, one)),
      blobBytes: (repository, descriptor, ask) => limited(ask, (one) => source.blobBytes(repository, descriptor, one)),
    },
    stop: both,
    spent: () => Math.max(requestsPerRun === null ? 0 : sent() / requestsPerRun, (clock.elapsed() - began) / deadline),
    tellSuspects: (suspects) => void (kept = suspects * REQUESTS_PER_SUSPECT),
  };
}
