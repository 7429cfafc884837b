import { COVERAGE_METRICS } from './coverage-metrics.ts';
import { LEFT_OUT_METRICS } from './left-out-metrics.ts';
import { UNKNOWN_METRICS } from './unknown-metrics.ts';

/** What every name of ours begins with. */
export const METRIC_PREFIX = 'registry_integrity_';

/**
 * After which runs a metric is sent. A walk is complete when it read everything and was not suspect; it is partial
 * when it was incomplete, not suspect, and confirmed at least one finding all the same.
 */
export type WhenSent = 'every-run' | 'complete' | 'complete-or-partial' | 'partial';

/** One metric. All are gauges: they tell of one run that is over. */
export interface MetricDefinition {
  readonly name: string;
  readonly sent: WhenSent;
  readonly labels: readonly string[];
  readonly help: string;
}

const KIND = ['object', 'fault'] as const;
const TAG_AND_KIND = ['repository', 'tag', ...KIND] as const;
const TAG_FAILURE = [...TAG_AND_KIND, 'used', 'affects'] as const;
const TAG_INFO = [...TAG_AND_KIND, 'platform', 'used_by', 'copies'] as const;

/** Every metric there is: what is sent, what is documented and what a metrics file is ordered by. */
export const METRICS = [
  {
    name: 'registry_integrity_last_run_timestamp_seconds',
    sent: 'every-run',
    labels: [],
    help: 'When the last run ended, whatever came of it, in seconds since the Unix epoch.',
  },
  {
    name: 'registry_integrity_last_run_duration_seconds',
    sent: 'every-run',
    labels: [],
    help: 'How long the last run took, in seconds.',
  },
  {
    name: 'registry_integrity_last_run_success',
    sent: 'every-run',
    labels: [],
    help: 'Whether the last run walked the registry completely (1, with or without findings) or not (0).',
  },
  {
    name: 'registry_integrity_catalog_accessible',
    sent: 'every-run',
    labels: [],
    help: 'Whether the catalog could be listed in the last run (1) or not (0).',
  },
  {
    name: 'registry_integrity_catalog_lost',
    sent: 'every-run',
    labels: [],
    help: 'Whether the catalog was empty or gone in the last run, asked more than once, where earlier runs saw repositories (1), or not (0).',
  },
  {
    name: 'registry_integrity_suspect',
    sent: 'every-run',
    labels: [],
    help: 'Whether nearly everything was missing, so that the findings of the last run were held back (1), or not (0).',
  },
  {
    name: 'registry_integrity_unknown',
    sent: 'every-run',
    labels: ['reason'],
    help: 'Number of answers that could not be had in the last run, by reason.',
  },
  ...UNKNOWN_METRICS,
  {
    name: 'registry_integrity_churned',
    sent: 'every-run',
    labels: [],
    help: 'Number of tags and manifests that were deleted or moved while the last run was under way.',
  },
  {
    name: 'registry_integrity_cleared',
    sent: 'every-run',
    labels: [],
    help: 'Number of things that looked broken in the last run and that the confirmation cleared.',
  },
  ...COVERAGE_METRICS,
  {
    name: 'registry_integrity_requests',
    sent: 'every-run',
    labels: ['method'],
    help: 'Number of requests that the last run sent, retries and redirects included, by HTTP method.',
  },
  {
    name: 'registry_integrity_stale_after_seconds',
    sent: 'every-run',
    labels: [],
    help: 'The configured age, in seconds, after which the last complete walk is too old to be trusted.',
  },
  {
    name: 'registry_integrity_shards',
    sent: 'every-run',
    labels: [],
    help: 'The configured number of shards that the walk is divided into.',
  },
  {
    name: 'registry_integrity_build_info',
    sent: 'every-run',
    labels: ['version'],
    help: 'Always 1; the label names the version of the probe.',
  },
  {
    name: 'registry_integrity_last_success_timestamp_seconds',
    sent: 'complete',
    labels: [],
    help: 'When the last complete walk ended, in seconds since the Unix epoch.',
  },
  {
    name: 'registry_integrity_failures',
    sent: 'complete',
    labels: KIND,
    help: 'Number of confirmed findings of the last complete walk, by what is broken and how.',
  },
  {
    name: 'registry_integrity_partial_failures',
    sent: 'complete-or-partial',
    labels: KIND,
    help: 'Number of findings confirmed by the last incomplete walk that confirmed any; 0 after a complete walk.',
  },
  {
    name: 'registry_integrity_failures_in_use',
    sent: 'complete',
    labels: [],
    help: 'Number of findings of the last complete walk that at least one workload uses; absent unless the whole cluster was read.',
  },
  {
    name: 'registry_integrity_tag_failures',
    sent: 'complete',
    labels: TAG_FAILURE,
    help: 'Number of confirmed findings of the last complete walk that reach this tag, or, without a tag, that only pinned digests reach.',
  },
  {
    name: 'registry_integrity_partial_tag_failures',
    sent: 'partial',
    labels: TAG_FAILURE,
    help: 'The same of the last incomplete walk that confirmed any.',
  },
  {
    name: 'registry_integrity_tag_finding_info',
    sent: 'complete',
    labels: TAG_INFO,
    help: 'When what tag_failures counts was seen first, in seconds since the Unix epoch; 0 where nobody knows.',
  },
  {
    name: 'registry_integrity_partial_tag_finding_info',
    sent: 'partial',
    labels: TAG_INFO,
    help: 'The same of what partial_tag_failures counts.',
  },
  {
    name: 'registry_integrity_tag_failures_truncated',
    sent: 'complete',
    labels: [],
    help: 'Number of tag_failures series of the last complete walk that were not sent, because they were too many.',
  },
  {
    name: 'registry_integrity_unnamed_failures',
    sent: 'complete',
    labels: [],
    help: 'Number of broken repositories of the last complete walk that have no tag_failures series, and of findings of the whole registry.',
  },
  {
    name: 'registry_integrity_partial_unnamed_failures',
    sent: 'complete-or-partial',
    labels: [],
    help: 'The same of the last incomplete walk that confirmed any; 0 after a complete walk.',
  },
  {
    name: 'registry_integrity_failures_acknowledged',
    sent: 'complete',
    labels: [],
    help: 'Number of findings of the last complete walk that are acknowledged until a day; they are in no other number of findings.',
  },
  {
    name: 'registry_integrity_failures_recoverable',
    sent: 'complete',
    labels: [],
    help: 'Number of findings of the last complete walk of which a whole copy was found, in another repository or in another registry; not sent where nobody could look for them.',
  },
  {
    name: 'registry_integrity_repositories_listed',
    sent: 'complete',
    labels: [],
    help: 'Number of repositories that the registry listed in the last complete walk.',
  },
  {
    name: 'registry_integrity_tags_listed',
    sent: 'complete',
    labels: [],
    help: 'Number of tags that the registry listed in the last complete walk.',
  },
  {
    name: 'registry_integrity_repositories_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of repositories that the last complete walk looked at.',
  },
  {
    name: 'registry_integrity_tags_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of tags that the last complete walk looked at.',
  },
  {
    name: 'registry_integrity_manifests_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of image manifests that the last complete walk looked at, each once per repository.',
  },
  {
    name: 'registry_integrity_indexes_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of image indexes and manifest lists that the last complete walk looked at, each once per repository.',
  },
  {
    name: 'registry_integrity_blobs_checked',
    sent: 'complete',
    labels: [],
    help: 'Number of configs and layers that the last complete walk looked at, each once per repository.',
  },
  ...LEFT_OUT_METRICS,
] as const satisfies readonly MetricDefinition[];

export type MetricName = (typeof METRICS)[number]['name'];
