import type { Settings } from '../config/settings.ts';
import { leftoverGroups, leftoverStorages } from '../metrics/leftovers.ts';
import type { Pushgateway } from '../metrics/pushgateway.ts';
import { describeGroup, removeGroups } from '../metrics/remove-groups.ts';
import type { Log } from '../util/log.ts';

/** What a clean-up of the Pushgateway works with. */
export interface LeftoverDeps {
  readonly gateway: Pick<Pushgateway, 'groups' | 'remove'>;
  readonly log: Log;
  /** When this run began, in milliseconds since the Unix epoch. */
  readonly since: number;
}

/**
 * Deletes what registries and shards that are no more have left on the Pushgateway. Nothing is deleted unless the
 * settings list all that there are, and of several shards only the first one looks. A failure is logged, and no more:
 * the next run tries again.
 */
export async function removeLeftovers(settings: Settings, deps: LeftoverDeps, signal: AbortSignal): Promise<void> {
  const { pushgateway, shard } = settings;
  const { registries, storages } = pushgateway;
  if ((registries === null && storages === null) || (shard ?? 0) > 0) return;
  const { gateway, log, since } = deps;
  const choose = (groups: Parameters<typeof leftoverGroups>[0]) => [
    ...(registries === null ? [] : leftoverGroups(groups, pushgateway, registries, since)),
    ...(storages === null ? [] : leftoverStorages(groups, pushgateway, storages, since)),
  ];
  const { removed, failures } = await removeGroups(gateway, choose, signal);
  for (const group of removed) log.info({ group: describeGroup(group) }, 'Leftover group removed');
  for (const detail of failures) log.warn({ detail }, 'Leftover groups not removed');
}
