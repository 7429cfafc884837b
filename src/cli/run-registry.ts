import type { RegistrySettings } from '../config/settings.ts';
import type { Usage } from '../kubernetes/usage.ts';
import type { CredentialsOf } from '../registry/auth/credentials.ts';
import { walkCatalog } from '../walk/catalog-walk.ts';
import { dropChurned } from '../walk/drop-churned.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { ClusterReport } from './cluster-report.ts';
import type { Delivery } from './deliver.ts';
import { describeOutcome, type DescribedOutcome } from './describe-outcome.ts';
import type { Limits } from './limits.ts';
import type { RunState } from './state.ts';
import { catalogWalkOptions, shardOfProcess } from './walk-options.ts';
import { walkRegistry, type WalkCircumstances } from './walk-registry.ts';
import { logRegistry } from './watch.ts';
import type { TellWorkloads } from './workload-events.ts';

/** A configured registry, and as whom it is asked. */
export interface RegistryWithLogin {
  readonly registry: RegistrySettings;
  readonly credentials: CredentialsOf;
}

/** What all registries of a run share. */
export interface RunContext extends WalkCircumstances {
  readonly limits: Limits;
  /** Of the process; null when it is for all of every registry. */
  readonly shard: number | null;
  /** Which workloads use what, as it was when the run began. */
  readonly usage: Usage | null;
  readonly readUsage: () => Promise<Usage | null>;
  readonly delivery: Pick<Delivery, 'deliver'>;
  readonly state: RunState;
  readonly report: ClusterReport;
  readonly tellWorkloads: TellWorkloads;
}

/** What came of one registry. */
export interface RegistryRun {
  readonly described: DescribedOutcome;
  readonly delivered: boolean;
}

/** One registry from its first request to the delivery of its numbers; no other one is waited for. */
export async function runRegistry(known: RegistryWithLogin, context: RunContext): Promise<RegistryRun> {
  const { registry } = known;
  const { usage, delivery, state, report, tellWorkloads, limits, deps } = context;
  // What earlier runs kept is read while the walk goes on.
  const reading = Promise.all([state.remember(registry, limits.giveUp), report.read(registry, limits.giveUp)]);
  const outcome = await walkConfigured(known, context);
  const [remembered, kept] = await reading;
  const described = describeOutcome(outcome, { usage, history: remembered?.history ?? null });
  logRegistry(deps.log, described.report);
  const [delivered] = await Promise.all([
    delivery.deliver(outcome, limits.giveUp, described.failuresInUse),
    state.keep(registry, outcome, remembered, limits.giveUp),
    report.write(registry, described, kept, limits.giveUp).then(() => tellWorkloads(described, limits.giveUp)),
  ]);
  return { described, delivered };
}

async function walkConfigured(known: RegistryWithLogin, context: RunContext): Promise<RegistryOutcome> {
  const { registry, credentials } = known;
  const { usage, readUsage, limits, deps } = context;
  const { name, expectAuth, schemeGiven } = registry;
  const shard = shardOfProcess(registry, context.shard);
  if (shard !== null) deps.log.info({ registry: name, shard: shard.index, shards: shard.count }, 'Walking one shard');
  const url = new URL(registry.url);
  const target = { name, url, schemeGiven, walk: registry, credentials, expectAuth, pastCaches: false };
  const options = catalogWalkOptions(registry, shard, usage?.pinned(name));
  const outcome = await walkRegistry(target, (walkDeps) => walkCatalog(walkDeps, options), context);
  const result = await dropChurned(outcome.result, async () => {
    const now = limits.stop.aborted ? null : await readUsage();
    return now?.complete === true ? now.pinned(name) : null;
  });
  return { ...outcome, result };
}
