import { ProbeError } from '../util/errors.ts';
import { METRICS } from './definitions.ts';

/** A grouping label that cannot be used. */
export class GroupingError extends ProbeError<'grouping'> {
  override readonly name = 'GroupingError';
}

/** https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Set by the probe itself, or by whoever scrapes. */
const RESERVED = ['job', 'registry', 'shard', 'instance'];

/** Labels of our own metrics: a receiver would write the grouping label over them. */
const OWN_LABELS: ReadonlySet<string> = new Set(METRICS.flatMap(({ labels }): readonly string[] => labels));

/** Whose numbers these are. */
export interface Group {
  readonly job: string;
  readonly registry: string;
  /** Null when the walk is not sharded. */
  readonly shard: number | null;
  /** The user's constant labels. */
  readonly groupingLabels: Readonly<Record<string, string>>;
}

/** The labels that make up a group's key, in the order in which they are written: `job` first. */
export function groupLabels({ job, registry, shard, groupingLabels }: Group): Readonly<Record<string, string>> {
  return { job, registry, ...(shard === null ? {} : { shard: String(shard) }), ...groupingLabels };
}

/** Throws a `GroupingError` for an empty job, and for a grouping label that is misspelled, reserved or our own. */
export function checkGrouping(job: string, groupingLabels: Readonly<Record<string, string>>): void {
  if (job === '') throw new GroupingError('grouping', 'the job of the metrics must not be empty');
  for (const name of Object.keys(groupingLabels)) {
    const problem = problemOf(name);
    if (problem !== null) throw new GroupingError('grouping', `the grouping label '${name}' ${problem}`);
  }
}

/** The labels of a series that belong to its group's key: all but those of our own metrics. */
export function keyLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWN_LABELS.has(name)));
}

function problemOf(name: string): string | null {
  if (!LABEL_NAME.test(name)) return 'is no label name: letters, digits and underscores, not beginning with a digit';
  if (name.startsWith('__')) return 'begins with two underscores, which is reserved for internal use';
  if (RESERVED.includes(name)) return 'is set by the probe or by the scrape';
  if (OWN_LABELS.has(name)) return "is a label of the probe's own metrics";
  return null;
}
