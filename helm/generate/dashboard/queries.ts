import { by, chosen, CHOSEN, chosenBoth, FAILURES, maxOf, minOf, REGISTRY, sumOf, UNNAMED } from './selector.ts';

const LAST_RUN = 'registry_integrity_last_run_timestamp_seconds';
const LAST_SUCCESS = 'registry_integrity_last_success_timestamp_seconds';
const STALE_AFTER = 'registry_integrity_stale_after_seconds';
const ON_REGISTRY = `on (${REGISTRY.join(', ')})`;

/** Seconds since the last complete walk; of a divided registry, since that of the shard which is furthest behind. */
export const RESULT_AGE = `time() - ${minOf(LAST_SUCCESS)}`;

/** The same as a part of what is allowed. */
export const RESULT_AGE_OF_LIMIT = `(${RESULT_AGE}) / ${ON_REGISTRY} ${maxOf(STALE_AFTER)}`;

/** The part of the shards that have ever walked completely. */
export const SHARDS_REPORTING = `count ${by()} (${chosen(LAST_SUCCESS)}) / ${ON_REGISTRY} ${maxOf('registry_integrity_shards')}`;

/**
 * Registries of which every shard has walked completely, not too long ago, and that are not suspect since then: the
 * values tell nothing.
 */
const MEASURED = [
  `(${RESULT_AGE_OF_LIMIT} < 1)`,
  `and ${ON_REGISTRY} (${SHARDS_REPORTING} >= 1)`,
  `unless ${ON_REGISTRY} (${maxOf('registry_integrity_suspect')} == 1)`,
].join(' ');

/** Registries of which every shard has run not too long ago, however that ended: the values tell nothing. */
const RUNNING = `(time() - ${minOf(LAST_RUN)} < ${ON_REGISTRY} ${maxOf(STALE_AFTER)})`;

/** NaN for each registry that ever ran, which the panels show in words. */
const NOT_MEASURED = `${maxOf(LAST_RUN)} * NaN`;

/** Adds the registries that ran and have no such number, so that none is silently left out. */
export function orNotMeasured(query: string): string {
  return `${query} or ${NOT_MEASURED}`;
}

/** A number of complete walks in which bad news stands, while a 0 that is old, lacks a shard or is in doubt is none. */
export function believable(query: string): string {
  return orNotMeasured(`${query} > 0 or ${query} and ${ON_REGISTRY} (${MEASURED})`);
}

/** What the last run said, while there are runs: a probe that is dead says nothing. */
export function whileRunning(query: string): string {
  return `${query} and ${ON_REGISTRY} ${RUNNING}`;
}

/**
 * How many things are broken at least, with these labels kept. What a complete walk found and an incomplete one
 * confirmed again is in both families: so the larger of the two counts, for each shard and kind by itself.
 */
export function broken(...labels: readonly string[]): string {
  return `sum ${by(...labels)} (max without () (${chosenBoth(FAILURES)}))`;
}

/** The verdicts, as the numbers that the query gives; the numbers are names and in no order. */
export const VERDICTS = { sound: 0, unknown: 1, overdue: 2, broken: 3, suspect: 4 } as const;

/** One verdict per registry that ever ran: the first line that has an answer gives it. */
export const VERDICT = [
  as(VERDICTS.suspect, `${maxOf('registry_integrity_suspect')} == 1`),
  as(VERDICTS.broken, `${broken()} > 0`),
  as(VERDICTS.unknown, `${minOf('registry_integrity_last_run_success')} == 0`),
  as(VERDICTS.sound, MEASURED),
  as(VERDICTS.overdue, maxOf(LAST_RUN)),
].join('\nor ');

/** How many registries have this verdict; 0 where none has it. */
export function countOf(verdict: number): string {
  return `count((${VERDICT}) == ${verdict}) or vector(0)`;
}

/** Broken repositories, at least, of which no tag is named; the larger of both kinds of walks, as with what is broken. */
export const UNNAMED_NOW = `sum ${by()} (max without () (${chosenBoth(UNNAMED)}))`;

/** Whether the catalog can be listed: 1, or 0, or -1 where all that earlier runs saw in it is lost. */
export const CATALOG = `-1 * (${maxOf('registry_integrity_catalog_lost')} == 1) or ${minOf('registry_integrity_catalog_accessible')}`;

/** The Pushgateway's own times, of walks and not of scans; its clock may differ from the probe's. */
export const SINCE_PUSH = `time() - min ${by()} (push_time_seconds{${CHOSEN}} and ${chosen(LAST_RUN)})`;

/** What became of the last run, as the numbers that the query gives. */
export const OUTCOMES = { incomplete: 0, complete: 1, suspect: 2, noRun: 3 } as const;

/** One outcome per registry at any time: the first line that has an answer gives it. */
export const OUTCOME = [
  as(OUTCOMES.suspect, whileRunning(`${maxOf('registry_integrity_suspect')} == 1`)),
  whileRunning(minOf('registry_integrity_last_run_success')),
  as(OUTCOMES.noRun, maxOf(LAST_RUN)),
].join('\nor ');

/** Seconds since the last run, whatever came of it; of a divided registry, since that of the shard furthest behind. */
export const RUN_AGE = `time() - ${minOf(LAST_RUN)}`;

/** The part of the listed tags that was looked at. */
export const TAG_COVERAGE = `${sumOf('registry_integrity_tags_checked')} / ${sumOf('registry_integrity_tags_listed')}`;

/** The same labels with another value. */
function as(value: number, query: string): string {
  return `(${query}) * 0 + ${value}`;
}
