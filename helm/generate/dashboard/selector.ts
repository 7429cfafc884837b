import type { MetricName } from '../../../src/metrics/definitions.ts';

/** What the variables of the dashboard let through, as matchers. */
export const CHOSEN = 'job=~"$job",registry=~"$registry"';

/** Findings of complete walks and of incomplete ones. */
export const FAILURES = /registry_integrity_(partial_)?failures/;
export const TAG_FAILURES = /registry_integrity_(partial_)?tag_failures/;

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
  return `sum by (${['job', 'registry', ...labels].join(', ')}) (${chosen(name)})`;
}

/** The largest value of the shards of a registry. */
export function maxOf(name: MetricName): string {
  return `max by (job, registry) (${chosen(name)})`;
}

/** The smallest value of the shards of a registry: for a time, that of the shard which is furthest behind. */
export function minOf(name: MetricName): string {
  return `min by (job, registry) (${chosen(name)})`;
}
