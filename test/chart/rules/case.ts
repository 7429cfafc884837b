import { EVALUATION_INTERVAL, type FiringAlert, type InputSeries, type RuleTest } from '../../support/promtool.ts';
import { RELEASE } from './installation.ts';
import { type PushedGroup, scraped, type Timeline } from './pushed-group.ts';
import { complete, every15 } from './runs.ts';

export type AlertName =
  | 'RegistryManifestIntegrityFailure'
  | 'RegistryManifestIntegrityFailureUnused'
  | 'RegistryManifestIntegrityFailurePartial'
  | 'RegistryIntegritySuspect'
  | 'RegistryIntegrityProbeStale'
  | 'RegistryIntegrityProbeNotStarting'
  | 'RegistryCatalogInaccessible'
  | 'RegistryIntegrityNothingChecked'
  | 'RegistryIntegrityPushRejected'
  | 'RegistryIntegrityCoverageOverdue'
  | 'RegistryIntegrityCoverageDropped'
  | 'RegistryStorageIntegrityFailure'
  | 'RegistryStorageScanStale';

export type Labels = Readonly<Record<string, string>>;

/** What fires, under one name, at a minute. */
export interface Expectation {
  readonly minute: number;
  readonly alert: AlertName;
  readonly firing: readonly FiringAlert[];
}

/** Groups in a Pushgateway, and what fires because of them. */
export interface RuleCase {
  readonly title: string;
  readonly groups: readonly PushedGroup[];
  /** Series that do not come from a Pushgateway. */
  readonly others?: readonly InputSeries[];
  readonly expected: readonly Expectation[];
}

/** The labels of a group of the installation under test. */
export function groupLabels(registry: string, shard?: number): Labels {
  return { job: RELEASE, registry, cluster: 'eu-1', ...(shard === undefined ? {} : { shard: String(shard) }) };
}

/** The four groups of the installation, walked soundly every 15 minutes where nothing else is said of them. */
export function groups(
  own: Partial<Readonly<Record<'prod' | 'stage' | 'big0' | 'big1', Timeline>>> = {},
): readonly PushedGroup[] {
  const sound = every15(complete());
  return [
    { labels: groupLabels('prod'), timeline: own.prod ?? sound },
    { labels: groupLabels('stage'), timeline: own.stage ?? sound },
    { labels: groupLabels('big', 0), timeline: own.big0 ?? sound },
    { labels: groupLabels('big', 1), timeline: own.big1 ?? sound },
  ];
}

/**
 * Groups beside those of the installation that are none of its business: another release, another cluster, a registry
 * that is no longer installed, and what is left of other layouts of shards.
 */
export function strangers(timeline: Timeline): readonly PushedGroup[] {
  const labels: readonly Labels[] = [
    { ...groupLabels('prod'), job: 'other' },
    { ...groupLabels('prod'), cluster: 'us-1' },
    groupLabels('old'),
    groupLabels('prod', 0),
    { ...groupLabels('big', 0), job: 'other' },
    { ...groupLabels('big', 1), job: 'other' },
    { ...groupLabels('big', 0), cluster: 'us-1' },
    { ...groupLabels('big', 1), cluster: 'us-1' },
    groupLabels('old', 0),
    groupLabels('old', 1),
    groupLabels('big'),
    groupLabels('big', 2),
    // Of these there is one shard alone.
    { ...groupLabels('big', 0), job: 'third' },
    { ...groupLabels('big', 1), cluster: 'ap-1' },
  ];
  return labels.map((one) => ({ labels: one, timeline }));
}

/** The same groups, each scraped from two targets, as while a Pushgateway moves to another pod. */
export function scrapedTwice(once: readonly PushedGroup[], pods = ['a', 'b']): readonly PushedGroup[] {
  return pods.flatMap((pod) => once.map(({ labels, timeline }) => ({ labels: { ...labels, pod }, timeline })));
}

/** An alert of the installation, by its labels; `name` is not among them. */
export function alert(registry: string, severity: string, more: Labels = {}): FiringAlert {
  return { exp_labels: { job: RELEASE, registry, cluster: 'eu-1', namespace: 'monitoring', severity, ...more } };
}

/** The alert on a repository of the installation, whose name is that of most cases unless it is said. */
export function failing(registry: string, more: Labels = {}): FiringAlert {
  return alert(registry, 'critical', { repository: 'team/app', ...more });
}

/** The same groups, with scrapes at some minutes that failed. */
export function missing(minutes: readonly number[], all: readonly PushedGroup[]): readonly PushedGroup[] {
  return all.map((group) => ({ ...group, missed: minutes }));
}

/** What fires under one name, minute by minute. */
export function fires(
  name: AlertName,
  byMinute: Readonly<Record<number, readonly FiringAlert[]>>,
): readonly Expectation[] {
  return Object.entries(byMinute).map(([minute, firing]) => ({ minute: Number(minute), alert: name, firing }));
}

/** The case as a test of promtool. */
export function ruleTest({ title, groups: pushed, others = [], expected }: RuleCase): RuleTest {
  const until = Math.max(...expected.map(({ minute }) => minute));
  return {
    name: title,
    interval: EVALUATION_INTERVAL,
    input_series: [...pushed.flatMap((group) => scraped(group, until)), ...others],
    alert_rule_test: expected.map(({ minute, alert: alertname, firing }) => ({
      eval_time: `${minute}m`,
      alertname,
      exp_alerts: firing,
    })),
  };
}
