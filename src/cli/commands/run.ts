import type { RegistrySettings, Settings } from '../../config/settings.ts';
import type { Usage } from '../../kubernetes/usage.ts';
import { isComplete } from '../../metrics/record.ts';
import type { Credentials } from '../../registry/auth/credentials.ts';
import { walkCatalog } from '../../walk/catalog-walk.ts';
import type { RegistryOutcome } from '../../walk/result.ts';
import { createAftermath } from '../aftermath.ts';
import { openCluster, readUsageOf, type Cluster } from '../cluster.ts';
import { aliasesOf, findCredentials } from '../credentials.ts';
import { createDelivery } from '../deliver.ts';
import { dropChurned } from '../drop-churned.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { createKnowledge } from '../knowledge.ts';
import { watchLimits, type Limits } from '../limits.ts';
import { present } from '../present.ts';
import { needsPullSecret, readPullSecret } from '../pull-secrets.ts';
import type { CommandDeps } from '../session.ts';
import { catalogWalkOptions, shardOfProcess } from '../walk-options.ts';
import { walkRegistry, type WalkCircumstances } from '../walk-registry.ts';
import { logOutcome, type Watch } from '../watch.ts';

/**
 * The main job: one pass over every configured registry. Each registry's numbers are delivered as soon as it is done,
 * so that no registry waits for another, or is lost with it. The cluster is read before, and written to after that.
 */
export async function run(settings: Settings, watch: Watch, deps: CommandDeps): Promise<ExitCode> {
  const delivery = createDelivery(settings, deps);
  const limits = watchLimits(deps.io, settings.deadline, deps);
  const cluster = isClusterNeeded(settings) ? await openCluster(settings.kubernetes.namespace, deps) : null;
  try {
    // Whatever is wrong with how it was configured is told before anything is asked of any registry.
    const registries = await Promise.all(
      settings.registries.map((registry) => withCredentials(registry, cluster, limits, deps)),
    );
    const aftermath = createAftermath(settings, cluster, deps);
    const usage = settings.kubernetes.inUse ? await readUsageOf(cluster, settings.registries, deps, limits.stop) : null;
    const done = await Promise.all(
      registries.map(async (known) => {
        const { registry } = known;
        // An earlier report is read while the walk goes on.
        const remembered = aftermath.remember(registry, limits.giveUp);
        const walked = await walkConfigured(known, settings.shard, usage, { watch, limits, deps });
        const outcome = await dropChurned(walked, async () =>
          limits.stop.aborted ? null : readUsageOf(cluster, settings.registries, deps, limits.stop),
        );
        const state = await remembered;
        const knowledge = createKnowledge(outcome, usage, state?.history ?? null);
        logOutcome(deps.log, outcome, knowledge.annotate);
        const [delivered] = await Promise.all([
          delivery.deliver(outcome, limits.giveUp, knowledge.inUse),
          aftermath.leave(registry, outcome, knowledge, state, limits.giveUp),
        ]);
        return { outcome, knowledge, delivered };
      }),
    );
    const outcomes = done.map(({ outcome }) => outcome);
    watch.clear();
    const knowledgeOf = new Map(done.map(({ outcome, knowledge }) => [outcome.name, knowledge]));
    present(
      deps.io,
      settings.output,
      'run',
      outcomes,
      (name, finding) => knowledgeOf.get(name)?.annotate(finding) ?? {},
    );
    const delivered = done.every((one) => one.delivered);
    if (delivered && outcomes.every(isComplete)) await delivery.removeLeftovers(limits.giveUp);
    return exitCodeOf({
      results: outcomes.map(({ result }) => result),
      delivered,
      failOnFindings: settings.failOnFindings,
    });
  } finally {
    limits.release();
    await delivery.close();
    await cluster?.close();
  }
}

/** A configured registry, and as whom it is asked. */
interface KnownRegistry {
  readonly registry: RegistrySettings;
  readonly credentials: Credentials;
}

function isClusterNeeded({ kubernetes, registries }: Settings): boolean {
  const { inUse, configMap, events } = kubernetes;
  return inUse || configMap !== null || events || registries.some(needsPullSecret);
}

async function withCredentials(
  registry: RegistrySettings,
  cluster: Cluster | null,
  { stop }: Limits,
  deps: CommandDeps,
): Promise<KnownRegistry> {
  const auth = await readPullSecret(registry, cluster, deps, stop);
  const { host } = new URL(registry.url);
  return { registry, credentials: await findCredentials(host, auth, deps, aliasesOf(registry)) };
}

async function walkConfigured(
  { registry, credentials }: KnownRegistry,
  index: number | null,
  usage: Usage | null,
  circumstances: WalkCircumstances,
): Promise<RegistryOutcome> {
  const { name, expectAuth, schemeGiven } = registry;
  const { log } = circumstances.deps;
  const shard = shardOfProcess(registry, index);
  if (shard !== null) log.info({ registry: name, shard: shard.index, shards: shard.count }, 'Walking one shard');
  const url = new URL(registry.url);
  const target = { name, url, schemeGiven, walk: registry, credentials, expectAuth, pastCaches: false };
  const options = catalogWalkOptions(registry, shard, usage?.pinned(name));
  return walkRegistry(target, (walkDeps) => walkCatalog(walkDeps, options), circumstances);
}
