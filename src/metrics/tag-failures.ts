import type { Finding } from '../walk/finding.ts';

/** How many findings of one kind reach one tag. */
export interface TagFailure {
  readonly repository: string;
  readonly tag: string;
  readonly object: string;
  readonly fault: string;
  readonly count: number;
}

/** The tag failures that are sent, and how many are not. */
export interface TagFailures {
  readonly sent: readonly TagFailure[];
  readonly truncated: number;
}

/**
 * Counts findings by tag and kind, at most `maxSeries` of them.
 * A finding that many tags reach counts in each; one that only a pinned digest reaches, or that is of the whole registry,
 * counts in none.
 * The order is always the same, so the same findings make the same series run after run.
 */
export function tagFailures(findings: readonly Finding[], maxSeries: number): TagFailures {
  const byKey = new Map<string, TagFailure>();
  for (const { repository, tags, object, fault } of findings) {
    if (repository === null) continue;
    for (const tag of new Set(tags)) {
      const key = JSON.stringify([repository, tag, object, fault]);
      byKey.set(key, { repository, tag, object, fault, count: (byKey.get(key)?.count ?? 0) + 1 });
    }
  }
  const all = [...byKey.values()].toSorted(compare);
  return { sent: all.slice(0, maxSeries), truncated: Math.max(0, all.length - maxSeries) };
}

/** By code unit, never by locale: the order must not depend on the machine. */
function compare(a: TagFailure, b: TagFailure): number {
  for (const field of ['repository', 'tag', 'object', 'fault'] as const) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return 0;
}
