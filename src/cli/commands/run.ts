import type { Settings } from '../../config/settings.ts';
import { isComplete } from '../../metrics/record.ts';
import { createBugTrap } from '../bug.ts';
import { checkAccess } from '../check-access.ts';
import { openCluster, readHoldersOf, readNodesOf, readUsageOf, type Cluster } from '../cluster.ts';
import { createClusterReport } from '../cluster-report.ts';
import { copySourcesOf } from '../copies.ts';
import { createDelivery, type Delivery } from '../deliver.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { watchLimits } from '../limits.ts';
import { findLogin } from '../login.ts';
import { checkOutputFiles, type OutputFile } from '../output-files.ts';
import { checkCacheFolder, openManifestCache } from '../manifest-cache.ts';
import { present } from '../present.ts';
import { needsPullSecret } from '../pull-secrets.ts';
import { runRegistry, type RegistryRun, type RunContext } from '../run-registry.ts';
import type { CommandDeps } from '../session.ts';
import { checkState, createRunState } from '../state.ts';
import type { Watch } from '../watch.ts';
import { createWorkloadEvents } from '../workload-events.ts';

/**
 * The main job: one pass over every configured registry. Each registry's numbers are delivered as soon as it is done,
 * so that no registry waits for another, or is lost with it. The cluster is read before, and written to after that;
 * what is printed comes last, for nobody waits for it.
 */
export async function run(all: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const settings = { ...all, registries: all.registries.filter(({ onlyForCopies }) => !onlyForCopies) };
  const delivery = createDelivery(settings, deps);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const trap = createBugTrap(deps.log);
  let cluster: Cluster | null = null;
  try {
    await checkState(settings);
    await checkCacheFolder(settings);
    await checkOutputFiles(outputFilesOf(settings));
    cluster = isClusterNeeded(all) ? await openCluster(settings.kubernetes.namespace, deps) : null;
    const done = await runAll(settings, { all, cluster, delivery, limits, trap, watch, deps });
    const reports = done.map(({ described }) => described.report);
    const delivered = done.every((one) => one.delivered);
    if (delivered && done.every(({ described }) => isComplete(described.outcome))) {
      await trap.guard({}, () => delivery.removeLeftovers(limits.giveUp), nothing);
    }
    watch.clear();
    if (settings.check && settings.output === 'text') return await checkAccess(settings, reports, deps, limits.giveUp);
    const isWritten = await trap.guard(
      {},
      () => present(deps, settings, 'run', reports),
      () => true,
    );
    const { failOnFindings, failOnUnknown } = settings;
    const results = done.map(({ described }) => described.outcome.result);
    return exitCodeOf({
      results,
      delivered: delivered && isWritten,
      failOnFindings,
      failOnUnknown,
      bug: trap.sprung,
    });
  } finally {
    limits.release();
    await trap.guard({}, () => delivery.close(), nothing);
    await trap.guard({}, () => cluster?.close(), nothing);
  }
}

type Surroundings = Pick<RunContext, 'limits' | 'trap' | 'watch' | 'deps'> & {
  /** With the registries that are here for copies alone. */
  readonly all: Settings;
  readonly cluster: Cluster | null;
  readonly delivery: Delivery;
};

async function runAll(settings: Settings, surroundings: Surroundings): Promise<readonly RegistryRun[]> {
  const { all, cluster, limits, deps } = surroundings;
  const login = { cluster, stop: limits.stop, deps };
  // Whatever is wrong with how it was configured is told before anything is asked of any registry.
  const registries = await Promise.all(
    settings.registries.map(async (registry) => {
      const credentials = await findLogin(new URL(registry.url), registry, login);
      return { registry, credentials, copies: await copySourcesOf(registry, all, login) };
    }),
  );
  const { namespaces } = settings.kubernetes;
  const { deadline } = settings;
  const readUsage = () =>
    readUsageOf(cluster, { registries: settings.registries, namespaces, deadline }, deps, limits.stop);
  const context: RunContext = {
    ...surroundings,
    shard: settings.shard,
    output: settings.output,
    deadline,
    usage: settings.kubernetes.inUse ? await readUsage() : null,
    readUsage,
    nodes: settings.kubernetes.nodes ? await readNodesOf(cluster, { deadline }, deps, limits.stop) : null,
    readHolders:
      cluster === null || !settings.kubernetes.nodes
        ? null
        : (digests) => readHoldersOf(cluster, digests, deps, limits.stop),
    cacheOf: (registry, state) => openManifestCache(settings, registry, state, deps),
    state: createRunState(settings, cluster, deps),
    report: createClusterReport(settings, cluster, deps),
    tellWorkloads: createWorkloadEvents(settings, cluster, deps),
  };
  return Promise.all(registries.map((registry) => runRegistry(registry, context)));
}

/** A dry run writes nothing. */
function outputFilesOf({ metricsFile, dryRun }: Settings): readonly OutputFile[] {
  return metricsFile === null || dryRun ? [] : [{ setting: 'metricsFile', path: metricsFile }];
}

function isClusterNeeded({ kubernetes, registries }: Settings): boolean {
  const { inUse, nodes, configMap, state, events } = kubernetes;
  return inUse || nodes || configMap !== null || state !== null || events || registries.some(needsPullSecret);
}

function nothing(): null {
  return null;
}
