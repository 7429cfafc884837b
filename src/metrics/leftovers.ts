import { seriesKey } from './exposition.ts';
import type { Group } from './grouping.ts';
import type { PushedGroup } from './group-list.ts';
import { storageJob } from './record-storage.ts';

/** Whose groups these are: the labels that all groups of one installation have in common. */
export type Installation = Pick<Group, 'job' | 'groupingLabels'>;

/** All registries of an installation, with the number of shards of each. */
export type RegistryShards = Readonly<Record<string, number>>;

/**
 * True for a group of the installation: its labels are exactly the common ones, `registry` and perhaps `shard`.
 * A group with one more label or one less is somebody else's.
 */
export function isOwnGroup({ labels }: PushedGroup, { job, groupingLabels }: Installation): boolean {
  const { registry, shard: _shard, ...common } = labels;
  return registry !== undefined && seriesKey(common) === seriesKey({ job, ...groupingLabels });
}

/** All groups that an installation pushes to: those of its runs, and those of its scans under a job of their own. */
export function isOfInstallation(group: PushedGroup, installation: Installation): boolean {
  return isOwnGroup(group, installation) || isOwnGroup(group, ofStorages(installation));
}

/** The groups of an installation's scans of storages that are not scanned any more; as above what is new is left alone. */
export function leftoverStorages(
  groups: readonly PushedGroup[],
  installation: Installation,
  storages: readonly string[],
  since: number,
): readonly PushedGroup[] {
  const expected = Object.fromEntries(storages.map((name) => [name, 1]));
  return leftoverGroups(groups, ofStorages(installation), expected, since);
}

function ofStorages({ job, groupingLabels }: Installation): Installation {
  return { job: storageJob(job), groupingLabels };
}

/**
 * The groups of an installation that no process of it pushes any more: of a registry that is gone, of a shard beyond the
 * count, of a shard where the registry is not divided any more, or of the whole where it is now.
 * What was pushed after `since` (milliseconds since the Unix epoch) is left alone: somebody who is told otherwise is at
 * work, and the next run will know.
 */
export function leftoverGroups(
  groups: readonly PushedGroup[],
  installation: Installation,
  registries: RegistryShards,
  since: number,
): readonly PushedGroup[] {
  return groups.filter((group) => {
    const isOld = group.pushedAt === null || group.pushedAt < since;
    return isOld && isOwnGroup(group, installation) && !isExpected(group, registries);
  });
}

function isExpected({ labels: { registry = '', shard } }: PushedGroup, registries: RegistryShards): boolean {
  const count = Object.hasOwn(registries, registry) ? (registries[registry] ?? 0) : 0;
  if (count <= 1) return count === 1 && shard === undefined;
  return shard !== undefined && /^(?:0|[1-9][0-9]*)$/.test(shard) && Number(shard) < count;
}
