import type { Settings } from '../../config/settings.ts';
import { isComplete } from '../../metrics/record.ts';
import { openCluster, readUsageOf } from '../cluster.ts';
import { createClusterReport } from '../cluster-report.ts';
import { createDelivery } from '../deliver.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { watchLimits } from '../limits.ts';
import { findLogin } from '../login.ts';
import { present } from '../present.ts';
import { needsPullSecret } from '../pull-secrets.ts';
import { runRegistry } from '../run-registry.ts';
import type { CommandDeps } from '../session.ts';
import { checkState, createRunState } from '../state.ts';
import type { Watch } from '../watch.ts';
import { createWorkloadEvents } from '../workload-events.ts';

/**
 * The main job: one pass over every configured registry. Each registry's numbers are delivered as soon as it is done,
 * so that no registry waits for another, or is lost with it. The cluster is read before, and written to after that.
 */
export async function run(settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const delivery = createDelivery(settings, deps);
  await checkState(settings);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const cluster = isClusterNeeded(settings) ? await openCluster(settings.kubernetes.namespace, deps) : null;
  try {
    // Whatever is wrong with how it was configured is told before anything is asked of any registry.
    const registries = await Promise.all(
      settings.registries.map(async (registry) => {
        const address = new URL(registry.url);
        return { registry, credentials: await findLogin(address, registry, { cluster, stop: limits.stop, deps }) };
      }),
    );
    const readUsage = () => readUsageOf(cluster, settings.registries, deps, limits.stop);
    const usage = settings.kubernetes.inUse ? await readUsage() : null;
    const report = createClusterReport(settings, cluster, deps);
    const state = createRunState(settings, cluster, deps);
    const tellWorkloads = createWorkloadEvents(settings, cluster, deps);
    const outlets = { delivery, state, report, tellWorkloads };
    const context = { shard: settings.shard, usage, readUsage, ...outlets, watch, limits, deps };
    const done = await Promise.all(registries.map((registry) => runRegistry(registry, context)));
    watch.clear();
    const reports = done.map(({ described }) => described.report);
    present(deps.io, settings.output, 'run', reports);
    const delivered = done.every((one) => one.delivered);
    if (delivered && done.every(({ described }) => isComplete(described.outcome))) {
      await delivery.removeLeftovers(limits.giveUp);
    }
    return exitCodeOf({ results: reports, delivered, failOnFindings: settings.failOnFindings });
  } finally {
    limits.release();
    await delivery.close();
    await cluster?.close();
  }
}

function isClusterNeeded({ kubernetes, registries }: Settings): boolean {
  const { inUse, configMap, state, events } = kubernetes;
  return inUse || configMap !== null || state !== null || events || registries.some(needsPullSecret);
}
