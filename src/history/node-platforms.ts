import type { State } from './state.ts';

/** A node that is gone may come back, and with it who needs its images; in milliseconds. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Clusters have a handful; what is more is no platform. */
const MAX_PLATFORMS = 100;

/** Platforms that any node has, or had in the last 30 days, sorted. */
export function knownPlatforms(
  known: State['nodePlatforms'] | undefined,
  seen: readonly string[],
  now: number,
): readonly string[] {
  const renewed = renewPlatforms(known ?? null, seen, now) ?? [];
  return renewed.map(({ platform }) => platform);
}

/** What is kept of them after a run that has seen these; null stays null where none was seen. */
export function renewPlatforms(
  known: State['nodePlatforms'],
  seen: readonly string[] | null,
  now: number,
): State['nodePlatforms'] {
  if (seen === null) return known;
  const times = new Map((known ?? []).map(({ platform, lastSeenAt }) => [platform, lastSeenAt]));
  for (const platform of seen) times.set(platform, now);
  return [...times]
    .filter(([, lastSeenAt]) => now - lastSeenAt < KEPT_MS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_PLATFORMS)
    .map(([platform, lastSeenAt]) => ({ platform, lastSeenAt }));
}
