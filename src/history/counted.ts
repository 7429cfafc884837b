import type { LegCounts } from '../walk/itinerary.ts';
import { SKIP_REASONS, type SkipReason } from '../walk/result.ts';

/** What is counted, of which sums make sense, under the names that the state has for it. */
const COUNTED = [
  'repositories',
  'repositoriesEmpty',
  'tagsListed',
  'tags',
  'manifests',
  'indexes',
  'blobs',
  'weak',
  'blocked',
  'orphanedReferrers',
] as const;

/** Counts in the order of their names. */
export type Counted = number[];

/**
 * The names of counts in a state. A number is kept under its name and never by its place among others: another version
 * may count other things.
 */
export const COUNT_NAMES: readonly string[] = [...COUNTED, ...SKIP_REASONS.map((reason) => `skipped.${reason}`)];

/** Counts under their names, without those that are 0. */
export function toNamed(counted: Counted): Record<string, number> {
  const named = COUNT_NAMES.map((name, index) => [name, counted[index] ?? 0] as const);
  return Object.fromEntries(named.filter(([, number]) => number > 0));
}

/** The other way around; what has another name is counted no more. */
export function fromNamed(named: Readonly<Record<string, number>>): Counted {
  return COUNT_NAMES.map((name) => named[name] ?? 0);
}

/** Nothing counted. */
export function noCounts(): Counted {
  return COUNT_NAMES.map(() => 0);
}

/** The counts of a leg as numbers in order. */
export function toCounted(counts: LegCounts): Counted {
  return [...COUNTED.map((name) => counts[name]), ...SKIP_REASONS.map((reason) => counts.skipped[reason])];
}

/** The other way around. */
export function fromCounted(counted: Counted): LegCounts {
  const at = (index: number): number => counted[index] ?? 0;
  const named = Object.fromEntries(COUNTED.map((name, index) => [name, at(index)]));
  const skipped = Object.fromEntries(SKIP_REASONS.map((reason, index) => [reason, at(COUNTED.length + index)]));
  return { ...(named as Omit<LegCounts, 'skipped'>), skipped: skipped as Record<SkipReason, number> };
}

/** Adds to the first. */
export function addCounts(to: Counted, more: Counted): Counted {
  for (const [index, count] of more.entries()) to[index] = (to[index] ?? 0) + count;
  return to;
}
