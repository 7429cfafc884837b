import { concludeOutcome } from '../../src/cli/conclude.ts';
import { createBudget } from '../../src/cli/budget.ts';
import { exitCodeOf, type ExitCode } from '../../src/cli/exit-codes.ts';
import { planRun } from '../../src/cli/run-plan.ts';
import { catalogWalkOptions, repositoriesAtOnce } from '../../src/cli/walk-options.ts';
import type { RegistrySettings } from '../../src/config/settings.ts';
import { knownBroken } from '../../src/history/known-broken.ts';
import { seenWithTags } from '../../src/history/known-repositories.ts';
import { keep, remember } from '../../src/history/remember.ts';
import type { StateStore } from '../../src/history/store.ts';
import type { Family } from '../../src/metrics/exposition.ts';
import { isComplete, recordRun } from '../../src/metrics/record.ts';
import { silentLog } from '../../src/util/log.ts';
import { walkCatalog } from '../../src/walk/catalog-walk.ts';
import type { CatalogWalkOptions } from '../../src/walk/options.ts';
import type { RegistryOutcome } from '../../src/walk/result.ts';
import type { Shard } from '../../src/walk/shard.ts';
import type { TestClock } from './clock.ts';
import type { MapSource } from './map-source.ts';
import { walkDeps } from './walk.ts';

/** A run as it ended, and what a Pushgateway has after it. */
export interface SimulatedRun {
  readonly startedAt: number;
  readonly outcome: RegistryOutcome;
  readonly code: ExitCode;
  readonly pushed: 'PUT' | 'POST';
  readonly asked: number;
  /** The value that a metric has on the Pushgateway now; undefined where it has none. Several series are summed up. */
  metric(name: string): number | undefined;
}

/** A registry, how it is walked, and where its state is kept. */
export interface Simulation {
  readonly source: MapSource;
  readonly registry: RegistrySettings;
  readonly store: StateStore;
  readonly clock: TestClock;
  readonly shard?: Shard | null;
  readonly used?: Pick<CatalogWalkOptions, 'usedTags' | 'pinned' | 'inUse'>;
  /** How long a question takes, in milliseconds, and the run may. */
  readonly questionMs?: number;
  readonly deadline?: number;
}

const NEVER = new AbortController().signal;

/** Runs as the command does, over a source in memory and by a clock that is told what time it is. */
export function createRuns(): (simulation: Simulation) => Promise<SimulatedRun> {
  const gateway = new Map<string, Family>();

  return async (simulation) => {
    const { source, registry, store, clock, shard = null, used = {}, questionMs = 0, deadline = 780_000 } = simulation;
    const owner = { registry: registry.name, shard: shard?.index ?? null, url: 'registry.example.com/', part: shard };
    const remembered = await remember(owner, { store, log: silentLog }, NEVER);
    const startedAt = clock.now();
    const plan = planRun(registry, remembered, startedAt);
    const { state } = remembered;
    const before = source.questions.length;
    const sent = (): number => source.questions.length - before;
    const stop = new AbortController();
    const limits = {
      requestsPerRun: registry.requestsPerRun,
      startedAt: clock.elapsed(),
      deadline,
      stop: stop.signal,
      sent,
    };
    const timed = slowed(source, () => {
      clock.advance(questionMs);
      if (clock.now() - startedAt >= deadline) stop.abort();
    });
    const { tellSuspects, ...budget } = createBudget(timed, limits, clock);
    const deps = { ...walkDeps(source), ...budget, clock };
    const seen = state === null ? null : seenWithTags(state);
    const result = await walkCatalog(
      { ...deps, onProgress: ({ suspects }) => tellSuspects(suspects) },
      {
        ...catalogWalkOptions(registry, shard),
        ...repositoriesAtOnce(registry),
        ...used,
        ...(state === null ? {} : { knownBroken: knownBroken(state) }),
        ...(seen === null ? {} : { seenWithTags: seen }),
        itinerary: plan.itinerary,
        isPartEnough: registry.fullWalkEvery !== null,
      },
    );
    const walked: RegistryOutcome = {
      name: registry.name,
      url: registry.url,
      startedAt,
      finishedAt: clock.now(),
      result,
      requests: { GET: sent() },
    };
    const { outcome, run } = concludeOutcome(registry, owner, walked, { remembered, plan });
    await keep(run, remembered, { store, log: silentLog }, NEVER);

    const families = recordRun(outcome, { staleAfterSeconds: 3600, shards: 1, version: 'x', maxSeries: 50 });
    if (isComplete(outcome)) gateway.clear();
    for (const family of families) gateway.set(family.name, family);
    const asked = sent();
    const now = new Map(gateway);
    return {
      startedAt,
      outcome,
      code: exitCodeOf({ results: [outcome.result], delivered: true, failOnFindings: false }),
      pushed: isComplete(outcome) ? 'PUT' : 'POST',
      asked,
      metric: (name) =>
        now.get(`registry_integrity_${name}`)?.samples.reduce<number>((sum, { value }) => sum + value, 0),
    };
  };
}

/** A source of which each question takes its time. */
function slowed(source: MapSource, pass: () => void): MapSource {
  const waiting =
    <A extends readonly unknown[], R>(question: (...args: A) => R) =>
    (...args: A): R => {
      pass();
      return question(...args);
    };
  return {
    ...source,
    repositories: waiting(source.repositories),
    tags: waiting(source.tags),
    resolve: waiting(source.resolve),
    manifest: waiting(source.manifest),
    blob: waiting(source.blob),
  };
}
