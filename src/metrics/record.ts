import type { Finding } from '../walk/finding.ts';
import { UNKNOWN_REASONS } from '../walk/lookup.ts';
import { type RegistryOutcome, SKIP_REASONS } from '../walk/result.ts';
import { measureCoverage } from './coverage-metrics.ts';
import { METRICS, type MetricName, type WhenSent } from './definitions.ts';
import type { Family, Sample } from './exposition.ts';
import { countByKind } from './failure-kinds.ts';
import { NO_KNOWLEDGE, tagFailures, type FindingKnowledge } from './tag-failures.ts';

/** What the metrics say beside the outcome. */
export interface RecordOptions {
  /** Seconds. */
  readonly staleAfterSeconds: number;
  readonly shards: number;
  /** The version of the probe. */
  readonly version: string;
  /** At most so many series that name a tag. */
  readonly maxSeries: number;
  /** Findings that at least one workload uses; null, or left out, when nobody can tell. */
  readonly failuresInUse?: number | null;
  /** Who uses what is broken, and since when it is; left out, nobody knows. */
  readonly known?: FindingKnowledge;
}

/** True for a walk whose numbers may replace the ones that are known: complete, and not suspect. */
export function isComplete({ result }: RegistryOutcome): boolean {
  return result.complete && result.verdict !== 'suspect';
}

/**
 * The metrics that this outcome sends, and no other, in the order of their definitions and without the group's labels.
 * A family without a series is left out: it would say nothing.
 */
export function recordRun(outcome: RegistryOutcome, options: RecordOptions): readonly Family[] {
  const measured = measure(outcome, options);
  const when = sentNow(outcome);
  return METRICS.filter(({ sent }) => when.has(sent))
    .map(({ name, help }) => ({ name, help, samples: measured[name] }))
    .filter(({ samples }) => samples.length > 0);
}

function sentNow(outcome: RegistryOutcome): ReadonlySet<WhenSent> {
  if (isComplete(outcome)) return new Set(['every-run', 'complete', 'complete-or-partial']);
  const { verdict, findings } = outcome.result;
  const partial = verdict !== 'suspect' && findings.length > 0;
  return new Set<WhenSent>(partial ? ['every-run', 'complete-or-partial', 'partial'] : ['every-run']);
}

/** The values of all metrics; which of them are sent is another question. */
function measure(outcome: RegistryOutcome, options: RecordOptions): Readonly<Record<MetricName, readonly Sample[]>> {
  const { result, startedAt, finishedAt, durationMs = finishedAt - startedAt, requests, coverage, scrub } = outcome;
  const { counts, findings } = result;
  const kinds = countByKind(findings, counts).map(({ count, ...labels }) => ({ labels, value: count }));
  const tags = tagFailures(findings, options.maxSeries, options.known ?? NO_KNOWLEDGE);
  const tagSamples = tags.sent.map(({ count, ...labels }) => ({ labels, value: count }));
  const tagInfo = tags.info.map(({ firstSeen, ...labels }) => ({ labels, value: firstSeen }));
  const finished = one(finishedAt / 1000);
  return {
    registry_integrity_last_run_timestamp_seconds: finished,
    registry_integrity_last_run_duration_seconds: one(Math.max(0, Math.round(durationMs)) / 1000),
    registry_integrity_last_run_success: one(Number(isComplete(outcome))),
    registry_integrity_catalog_accessible: one(Number(result.catalogAccessible)),
    registry_integrity_catalog_lost: one(Number(result.catalogLost === true)),
    registry_integrity_suspect: one(Number(result.verdict === 'suspect')),
    registry_integrity_unknown: UNKNOWN_REASONS.map((reason) => ({
      labels: { reason },
      value: counts.unknown[reason],
    })),
    // Never without a series: what is not sent would stay as it was.
    registry_integrity_unknown_in_repository: [
      { labels: { repository: '' }, value: 0 },
      ...(result.untold ?? []).map(({ repository, count }) => ({ labels: { repository }, value: count })),
    ],
    registry_integrity_churned: one(counts.churned),
    registry_integrity_cleared: one(counts.cleared),
    // The two methods of a walk are always sent: a run that could not send one request must not leave an older number.
    registry_integrity_requests: Object.entries({ GET: 0, HEAD: 0, ...requests }).map(([method, value]) => ({
      labels: { method },
      value,
    })),
    ...measureCoverage(coverage, scrub),
    registry_integrity_stale_after_seconds: one(options.staleAfterSeconds),
    registry_integrity_shards: one(options.shards),
    registry_integrity_build_info: [{ labels: { version: options.version }, value: 1 }],
    registry_integrity_last_success_timestamp_seconds: finished,
    registry_integrity_failures: kinds,
    registry_integrity_partial_failures: isComplete(outcome)
      ? kinds.map(({ labels }) => ({ labels, value: 0 }))
      : kinds,
    registry_integrity_failures_in_use: typeof options.failuresInUse === 'number' ? one(options.failuresInUse) : [],
    registry_integrity_tag_failures: tagSamples,
    registry_integrity_partial_tag_failures: tagSamples,
    registry_integrity_tag_finding_info: tagInfo,
    registry_integrity_partial_tag_finding_info: tagInfo,
    registry_integrity_tag_failures_truncated: one(tags.truncated),
    registry_integrity_unnamed_failures: one(tags.unnamed),
    registry_integrity_partial_unnamed_failures: one(isComplete(outcome) ? 0 : tags.unnamed),
    registry_integrity_failures_acknowledged: one(result.acknowledged?.length ?? 0),
    registry_integrity_failures_recoverable: outcome.soughtCopies === false ? [] : one(findings.filter(hasCopy).length),
    registry_integrity_repositories_listed: one(counts.repositoriesListed),
    registry_integrity_tags_listed: one(counts.tagsListed),
    registry_integrity_repositories_checked: one(counts.repositories),
    registry_integrity_tags_checked: one(counts.tags),
    registry_integrity_manifests_checked: one(counts.manifests),
    registry_integrity_indexes_checked: one(counts.indexes),
    registry_integrity_blobs_checked: one(counts.blobs),
    registry_integrity_blocked: one(counts.blocked),
    registry_integrity_blobs_weakly_checked: one(counts.weak),
    registry_integrity_pinned_never_seen: one(counts.neverSeen),
    registry_integrity_repositories_empty: one(counts.repositoriesEmpty),
    registry_integrity_skipped: SKIP_REASONS.map((reason) => ({ labels: { reason }, value: counts.skipped[reason] })),
  };
}

/** What a node says that it holds, nobody has looked at. */
function hasCopy({ copies = [] }: Finding): boolean {
  return copies.some(({ kind }) => kind === 'registry');
}

/** The value of a metric without labels. */
function one(value: number): readonly Sample[] {
  return [{ labels: {}, value }];
}
