import type { Clock } from '../util/clock.ts';
import type { PushedGroup } from './group-list.ts';
import type { Pushgateway } from './pushgateway.ts';

/** Between two looks at what a Pushgateway holds, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** Which of all groups that a Pushgateway holds are to go. */
export type Choice = (groups: readonly PushedGroup[]) => readonly PushedGroup[];

/** What became of them. */
export interface Removal {
  readonly removed: readonly PushedGroup[];
  /** Why others were not removed, or not even listed: a line each. */
  readonly failures: readonly string[];
}

/** Deletes the groups that are chosen of those that a Pushgateway holds, and goes on after one that it keeps. */
export async function removeGroups(
  gateway: Pick<Pushgateway, 'groups' | 'remove'>,
  choose: Choice,
  signal: AbortSignal,
): Promise<Removal> {
  const listing = await gateway.groups(signal);
  if (listing.kind === 'failed') return { removed: [], failures: [listing.detail] };
  const removed: PushedGroup[] = [];
  const failures: string[] = [];
  for (const group of choose(listing.groups)) {
    const answer = await gateway.remove(group, signal);
    if (answer.kind === 'removed') removed.push(group);
    else failures.push(`${describeGroup(group)}: ${answer.detail}`);
  }
  return { removed, failures };
}

/**
 * The same, again and again until nothing to remove has appeared for `quietMs`: whoever is still ending may push once
 * more. A look tells of the moment at which it began, however long it took. What failed is what the last look could
 * not do.
 */
export async function removeUntilQuiet(
  gateway: Pick<Pushgateway, 'groups' | 'remove'>,
  choose: Choice,
  { clock, quietMs }: { readonly clock: Clock; readonly quietMs: number },
  signal: AbortSignal,
): Promise<Removal> {
  const removed: PushedGroup[] = [];
  let quietSince = clock.elapsed();
  for (;;) {
    const beganAt = clock.elapsed();
    const look = await removeGroups(gateway, choose, signal);
    for (const group of look.removed) removed.push(group);
    if (look.removed.length > 0) quietSince = clock.elapsed();
    const quietAt = quietSince + quietMs;
    if (quietAt <= beganAt || quietMs === 0 || signal.aborted) return { removed, failures: look.failures };
    await clock.sleep(Math.min(LOOK_EVERY_MS, Math.max(quietAt - clock.elapsed(), 0)), signal);
  }
}

/** A group as Prometheus writes its labels, `job` first. */
export function describeGroup({ labels: { job = '', ...labels } }: PushedGroup): string {
  const pairs = Object.entries({ job, ...labels }).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(',')}}`;
}
