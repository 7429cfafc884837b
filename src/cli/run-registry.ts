import type { RegistrySettings } from '../config/settings.ts';
import { knownBroken } from '../history/known-broken.ts';
import { knowsRepositories, seenWithTags } from '../history/known-repositories.ts';
import type { Plan } from '../history/plan.ts';
import { knownPlatforms } from '../history/node-platforms.ts';
import type { Remembered } from '../history/remember.ts';
import type { State } from '../history/state.ts';
import type { Usage } from '../kubernetes/usage.ts';
import type { CredentialsOf } from '../registry/auth/credentials.ts';
import type { ManifestCache } from '../registry/manifest-cache.ts';
import { neededBy } from '../walk/affects.ts';
import { walkCatalog } from '../walk/catalog-walk.ts';
import { dropChurned } from '../walk/drop-churned.ts';
import { lostWalk } from '../walk/lost-walk.ts';
import type { CatalogWalkOptions } from '../walk/options.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { createSightings, type Sightings } from '../walk/sightings.ts';
import type { BugTrap } from './bug.ts';
import { clusterPinsOf, usedOf } from './cluster-pins.ts';
import type { ClusterReport } from './cluster-report.ts';
import { ownSource, withCopies, type CopySource } from './copies.ts';
import { withNodeCopies, type ReadHolders } from './node-copies.ts';
import type { Delivery } from './deliver.ts';
import { describeOutcome, type DescribedOutcome } from './describe-outcome.ts';
import type { Limits } from './limits.ts';
import { openScrub, type RunScrub } from './scrub.ts';
import type { RunState } from './state.ts';
import { catalogWalkOptions, mostPinned, repositoriesAtOnce, shardOfProcess } from './walk-options.ts';
import { walkRegistry, type WalkCircumstances } from './walk-registry.ts';
import { logRegistry } from './watch.ts';
import type { TellWorkloads } from './workload-events.ts';

/** A configured registry, and as whom it is asked. */
export interface RegistryWithLogin {
  readonly registry: RegistrySettings;
  readonly credentials: CredentialsOf;
  /** Who else may have what is broken in it. */
  readonly copies: readonly CopySource[];
}

/** What all registries of a run share. */
export interface RunContext extends WalkCircumstances {
  readonly limits: Limits;
  /** Of the process; null when it is for all of every registry. */
  readonly shard: number | null;
  /** Which workloads use what, as it was when the run began. */
  readonly usage: Usage | null;
  readonly readUsage: () => Promise<Usage | null>;
  /** The platforms that the nodes of the cluster have; null where nobody has looked, or not all could be read. */
  readonly nodes: readonly string[] | null;
  /** Asks the nodes what they hold; null where they are not asked. */
  readonly readHolders: ReadHolders | null;
  readonly delivery: Pick<Delivery, 'deliver'>;
  readonly state: RunState;
  readonly report: ClusterReport;
  readonly tellWorkloads: TellWorkloads;
  readonly trap: BugTrap;
  /** How the report is printed. */
  readonly output: 'text' | 'json';
  /** Of the whole run, in milliseconds. */
  readonly deadline: number;
  readonly cacheOf: (registry: string, state: State | null) => ManifestCache | null;
}

/** What came of one registry. */
export interface RegistryRun {
  readonly described: DescribedOutcome;
  /** All that was to be pushed, or written into a file, was. */
  readonly delivered: boolean;
}

/**
 * One registry from its first request to the delivery of its numbers; no other one is waited for. A bug on the way costs
 * what it was in, and no more: what is known is delivered, and other registries have nothing to do with it.
 */
export async function runRegistry(known: RegistryWithLogin, surroundings: RunContext): Promise<RegistryRun> {
  const context = { ...surroundings, readUsage: once(surroundings.readUsage) };
  const { registry } = known;
  const { delivery, state, report, tellWorkloads, limits, trap, deps } = context;
  const about = { registry: registry.name };
  const { giveUp } = limits;
  const began = deps.clock.elapsed();
  const sightings = createSightings();
  // What is there for people is read while the walk goes on; what earlier runs kept says what is walked.
  const reading = trap.guard(about, () => report.read(registry, giveUp), nothing);
  const remembered = await trap.guard(about, () => state.remember(registry, giveUp), nothing);
  const plan = await trap.guard(about, () => state.plan(registry, remembered, deps.clock.now()), nothing);
  const scrub = openScrub(registry, remembered?.state ?? null, plan, {
    clock: deps.clock,
    stop: limits.stop,
    deadline: context.deadline,
  });
  const walked = await walkConfigured(known, { remembered, plan, scrub, sightings }, context);
  const concluded = await trap.guard(
    about,
    () => {
      const pins = clusterPinsOf(context.usage, registry.name);
      return state.conclude(registry, walked, { remembered, plan, scrub, nodes: context.nodes, pins });
    },
    nothing,
  );
  const told = concluded?.outcome ?? walked;
  const left = context.deadline - (deps.clock.elapsed() - began);
  const search = { sources: known.copies, own: ownSource(known, told, sightings), stop: limits.stop, left };
  const lookForCopies = async () => withNodeCopies(await withCopies(told, search, deps), context.readHolders);
  const outcome = await trap.guard(about, lookForCopies, () => ({ ...told, soughtCopies: false }));
  const kept = await reading;
  const usage = await trap.guard(
    about,
    () => usageAtTheEnd(outcome, context),
    () => context.usage,
  );
  const described = await trap.guard(
    about,
    () => describeOutcome(outcome, { usage, history: remembered?.history ?? null }),
    (bug) => describeOutcome({ ...outcome, result: lostWalk(bug) }),
  );
  const [delivered, isKept] = await Promise.all([
    trap.guard(
      about,
      () => delivery.deliver(described.outcome, giveUp, described),
      () => false,
    ),
    trap.guard(
      about,
      () => concluded === null || state.keep(registry, concluded, remembered, giveUp),
      () => true,
    ),
    trap
      .guard(about, () => report.write(registry, described, kept, giveUp), nothing)
      .then(() => trap.guard(about, () => tellWorkloads(described, giveUp), nothing)),
  ]);
  // Not before: to tell of thousands takes time and memory, and what is delivered is what wakes somebody.
  logRegistry(context.deps.log, described.report, context.output);
  return { described, delivered: delivered && isKept };
}

/**
 * Who uses what is broken is asked once more where something is: what was installed while the walk went on would be said
 * to be used by nothing. What cannot be read to its end now is as it was when the run began.
 */
async function usageAtTheEnd(
  { result }: RegistryOutcome,
  { usage, readUsage, limits }: RunContext,
): Promise<Usage | null> {
  if (usage?.complete !== true || result.findings.length === 0 || limits.stop.aborted) return usage;
  const now = await readUsage();
  return now?.complete === true ? now : usage;
}

/** What is known before a walk. */
interface Known {
  readonly remembered: Remembered | null;
  readonly plan: Plan | null;
  readonly scrub: RunScrub | null;
  /** Takes note of where things are found good. */
  readonly sightings: Sightings;
}

async function walkConfigured(
  known: RegistryWithLogin,
  { remembered, plan, scrub, sightings }: Known,
  context: RunContext,
): Promise<RegistryOutcome> {
  const { registry, credentials } = known;
  const { usage, readUsage, limits, trap, deps } = context;
  const { name, expectAuth, schemeGiven } = registry;
  const state = remembered?.state ?? null;
  const shard = shardOfProcess(registry, context.shard);
  if (shard !== null) deps.log.info({ registry: name, shard: shard.index, shards: shard.count }, 'Walking one shard');
  const url = new URL(registry.url);
  const cache = context.cacheOf(name, state);
  const kept = cache === null ? {} : { cache };
  const { requestsPerRun, acknowledged } = registry;
  const auth = { credentials, expectAuth, tokenHosts: registry.auth.tokenHosts };
  const asking = { walk: registry, ...auth, pastCaches: false, ...kept };
  const target = { name, url, schemeGiven, ...asking, requestsPerRun, deadline: context.deadline };
  const goesOn = {
    acknowledged,
    sightings,
    ...(scrub === null ? {} : { scrub: scrub.part }),
    ...repositoriesAtOnce(registry),
    mostPinned: mostPinned(registry),
    ...(plan === null ? {} : { itinerary: plan.itinerary, isPartEnough: registry.fullWalkEvery !== null }),
  };
  if (plan === null && (registry.fullWalkEvery !== null || registry.scrub.every !== null)) {
    deps.log.warn(
      { registry: name },
      'Nothing is kept from run to run, so that each has to walk everything, and nothing is hashed by turns: give a state',
    );
  }
  const needsPlatform = platformsNeeded(registry, context.nodes, state, deps.clock.now());
  const options = {
    ...catalogWalkOptions(registry, shard, usedOf(usage, name, remembered), knownFrom(state)),
    ...goesOn,
    ...needsPlatform,
  };
  const outcome = await walkRegistry(target, (walkDeps) => walkCatalog(walkDeps, options), context);
  const nameAgain = async () => {
    const now = limits.stop.aborted ? null : await readUsage();
    return now?.complete === true ? now.pinned(name) : null;
  };
  const result = await trap.guard(
    { registry: name },
    () => dropChurned(outcome.result, nameAgain),
    () => outcome.result,
  );
  return { ...outcome, result };
}

/** The cluster is read once more, and not for each of those who want to know. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () => (reading ??= read());
}

function nothing(): null {
  return null;
}

/** Whose images are pulled here, where somebody wants to know and it is known; else those of every platform. */
function platformsNeeded(
  { platforms }: RegistrySettings,
  nodes: readonly string[] | null,
  state: State | null,
  now: number,
): Pick<CatalogWalkOptions, 'needsPlatform'> {
  if (platforms === 'all' || nodes === null || nodes.length === 0) return {};
  return { needsPlatform: neededBy(knownPlatforms(state?.nodePlatforms, nodes, now)) };
}

/** What earlier runs know; nothing where they know nothing. */
function knownFrom(
  state: State | null,
): Pick<CatalogWalkOptions, 'knownBroken' | 'seenWithTags' | 'knowsRepositories'> {
  const seen = state === null ? null : seenWithTags(state);
  return {
    ...(state === null ? {} : { knownBroken: knownBroken(state), knowsRepositories: knowsRepositories(state) }),
    ...(seen === null ? {} : { seenWithTags: seen }),
  };
}
