import type { Settings } from '../config/settings.ts';
import { isComplete, recordRun, type RecordOptions } from '../metrics/record.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Shard } from '../walk/shard.ts';
import { removeLeftovers } from './leftovers.ts';
import { openOutlets } from './outlets.ts';
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
  const { pushgateway, staleAfterSeconds, findings } = settings;
  const { clock, log } = deps;
  const since = clock.now();
  const outlets = openOutlets(settings, pushgateway.job, deps);
  const shards: ReadonlyMap<string, Shard | null> = new Map(
    settings.registries.map((registry) => [registry.name, shardOfProcess(registry, settings.shard)]),
  );

  return {
    async deliver(outcome, giveUp, use = {}) {
      const count = shards.get(outcome.name)?.count ?? 1;
      const { maxSeries } = findings;
      const options = { staleAfterSeconds, shards: count, version: VERSION, maxSeries, ...use };
      const families = recordRun(outcome, options);
      const shard = shards.get(outcome.name)?.index ?? null;
      return outlets.send({ registry: outcome.name, shard, complete: isComplete(outcome), families }, giveUp);
    },
    async removeLeftovers(giveUp) {
      const { gateway } = outlets;
      if (gateway !== null) await removeLeftovers(settings, { gateway, log, since }, giveUp);
    },
    async close() {
      await outlets.close();
    },
  };
}
