import type { Settings } from '../config/settings.ts';
import { type Family, formatExposition } from '../metrics/exposition.ts';
import { checkGrouping } from '../metrics/grouping.ts';
import { isComplete, recordRun, type RecordOptions } from '../metrics/record.ts';
import { writeMetricsFile } from '../metrics/textfile.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Shard } from '../walk/shard.ts';
import { openGateway } from './gateway.ts';
import { removeLeftovers } from './leftovers.ts';
import type { CommandDeps } from './session.ts';
import { VERSION } from './version.ts';
import { shardOfProcess } from './walk-options.ts';

/** What is known of findings from elsewhere than the walk. */
export type KnownUse = Pick<RecordOptions, 'failuresInUse' | 'known'>;

/** Hands the numbers of one registry on. */
export interface Delivery {
  /** False when something that was to be pushed or written was not; the log says why. */
  deliver(outcome: RegistryOutcome, giveUp: AbortSignal, use?: KnownUse): Promise<boolean>;
  /** Deletes what registries and shards that are no more have left on the Pushgateway: after a complete run alone. */
  removeLeftovers(giveUp: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * A delivery as the settings want it: to the Pushgateway, into the metrics file, to both, or nowhere.
 * Throws a `GroupingError` or a `PushgatewayError` for settings that cannot work.
 */
export function createDelivery(settings: Settings, deps: CommandDeps): Delivery {
  const { pushgateway, metricsFile, dryRun, staleAfterSeconds, findings } = settings;
  const { clock, log } = deps;
  const since = clock.now();
  const group = { job: pushgateway.job, groupingLabels: pushgateway.groupingLabels };
  checkGrouping(group.job, group.groupingLabels);
  const gateway = pushgateway.url === null || dryRun ? null : openGateway(pushgateway.url, pushgateway, deps);
  const shards: ReadonlyMap<string, Shard | null> = new Map(
    settings.registries.map((registry) => [registry.name, shardOfProcess(registry, settings.shard)]),
  );
  const shardIndex = ({ name }: RegistryOutcome): number | null => shards.get(name)?.index ?? null;
  // Each write reads the file, adds to it and replaces it, so one waits for the other.
  let written: Promise<boolean> = Promise.resolve(true);

  async function writeFile(outcome: RegistryOutcome, families: readonly Family[]): Promise<boolean> {
    if (metricsFile === null || dryRun) return true;
    const options = { ...group, registry: outcome.name, shard: shardIndex(outcome), complete: isComplete(outcome) };
    const answer = await writeMetricsFile(metricsFile, families, options);
    if (answer.kind === 'failed') log.error({ registry: outcome.name, detail: answer.detail }, 'Metrics not written');
    return answer.kind === 'written';
  }

  async function push(outcome: RegistryOutcome, families: readonly Family[], giveUp: AbortSignal): Promise<boolean> {
    if (gateway === null) return true;
    const mode = isComplete(outcome) ? 'replace' : 'add';
    const text = await formatExposition(families);
    const answer = await gateway.push(outcome.name, shardIndex(outcome), text, mode, giveUp);
    if (answer.kind === 'failed') log.error({ registry: outcome.name, detail: answer.detail }, 'Metrics not pushed');
    return answer.kind === 'pushed';
  }

  return {
    async deliver(outcome, giveUp, use = {}) {
      const count = shards.get(outcome.name)?.count ?? 1;
      const { maxSeries } = findings;
      const options = { staleAfterSeconds, shards: count, version: VERSION, maxSeries, ...use };
      const families = recordRun(outcome, options);
      const writing = written.then(() => writeFile(outcome, families));
      // What goes wrong with one registry's numbers is no matter of the next one's.
      written = writing.catch(() => false);
      // Neither of them is left behind because the other one fails.
      const both = await Promise.allSettled([writing, push(outcome, families, giveUp)]);
      for (const one of both) if (one.status === 'rejected') throw one.reason;
      return both.every((one) => one.status === 'fulfilled' && one.value);
    },
    async removeLeftovers(giveUp) {
      if (gateway !== null) await removeLeftovers(settings, { gateway, log, since }, giveUp);
    },
    async close() {
      await gateway?.close();
    },
  };
}
