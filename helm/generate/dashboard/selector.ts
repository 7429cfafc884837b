import type { MetricName } from '../../../src/metrics/definitions.ts';
import type { StorageMetricName } from '../../../src/metrics/storage-definitions.ts';

/** What the variables of the dashboard let through, as matchers. */
export const CHOSEN = 'cluster=~"$cluster",job=~"$job",registry=~"$registry"';

/**
 * The same for scans of storages, which push under the job of the walks with an end of its own; it is that of the scrape
 * where that does not honor labels.
 */
export const CHOSEN_STORAGE = CHOSEN.replace('$job', '$job(-storage)?');

/**
 * What one registry is known by, where several clusters send their numbers to one place. The chart puts the labels of
 * `pushgateway.groupingLabels` behind the cluster, in every query.
 */
export const REGISTRY = ['cluster', 'job', 'registry'] as const;

/** How a series of a registry is called; nothing stands for a cluster that no label names. */
export const LEGEND = '{{cluster}} {{registry}}';

/** For labels that a query groups by. */
export function by(...labels: readonly string[]): string {
  return `by (${[...REGISTRY, ...labels].join(', ')})`;
}

/** Findings of complete walks and of incomplete ones. */
export const FAILURES = /registry_integrity_(partial_)?failures/;
export const FINDING_INFO = /registry_integrity_(partial_)?tag_finding_info/;
export const UNNAMED = /registry_integrity_(partial_)?unnamed_failures/;

/** A selector of one of the probe's metrics, for the registries that are chosen. */
export function chosen(name: MetricName): string {
  return `${name}{${CHOSEN}}`;
}

/** A selector of several metrics at once: it finds what is there, where `a + b` finds nothing if one is absent. */
export function chosenBoth(names: RegExp): string {
  return `{__name__=~"${names.source}",${CHOSEN}}`;
}

/** The sum over the shards of a registry. */
export function sumOf(name: MetricName, ...labels: readonly string[]): string {
  return `sum ${by(...labels)} (${chosen(name)})`;
}

/** The largest value of the shards of a registry. */
export function maxOf(name: MetricName): string {
  return `max ${by()} (${chosen(name)})`;
}

/** The smallest value of the shards of a registry: for a time, that of the shard which is furthest behind. */
export function minOf(name: MetricName): string {
  return `min ${by()} (${chosen(name)})`;
}

/** The value that the scan of a registry's storage pushed. */
export function maxOfStorage(name: StorageMetricName): string {
  return `max ${by()} (${name}{${CHOSEN_STORAGE}})`;
}

/** Instead of a number that only complete walks bring. */
export const NEVER_COMPLETE = 'no complete walk is known';
