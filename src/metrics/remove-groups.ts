import type { PushedGroup } from './group-list.ts';
import type { Pushgateway } from './pushgateway.ts';

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

/** A group as Prometheus writes its labels, `job` first. */
export function describeGroup({ labels: { job = '', ...labels } }: PushedGroup): string {
  const pairs = Object.entries({ job, ...labels }).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(',')}}`;
}
