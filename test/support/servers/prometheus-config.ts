import { stringify } from 'yaml';

/** Something that Prometheus asks for metrics. */
export interface ScrapeTarget {
  /** The name of the scrape, which becomes the label `job` where the labels of the target are not honored. */
  readonly job: string;
  /** Up to and including the path of the metrics. */
  readonly url: URL;
  /** Whether labels that the target shows win over those of the scrape: what a Pushgateway needs. */
  readonly honorLabels?: boolean;
}

/** What a Prometheus of a test does. */
export interface PrometheusOptions {
  readonly targets: readonly ScrapeTarget[];
  /** Texts of rule files, in YAML. */
  readonly rules?: readonly string[];
  readonly alertmanagers?: readonly URL[];
  /** Such as `200ms`; how often it scrapes. */
  readonly scrapeInterval?: string;
  /** How often it evaluates rules whose group has no interval of its own. */
  readonly evaluationInterval?: string;
  readonly externalLabels?: Readonly<Record<string, string>>;
  /** Further arguments, such as `--rules.alert.resend-delay=1s`. */
  readonly args?: readonly string[];
}

/** A second is a long time in a test. */
const DEFAULT_INTERVAL = '200ms';

/** The configuration file of a Prometheus, whose rule files have these names. */
export function prometheusConfig(options: PrometheusOptions, ruleFiles: readonly string[]): string {
  const { targets, alertmanagers = [], externalLabels = {} } = options;
  const { scrapeInterval = DEFAULT_INTERVAL, evaluationInterval = DEFAULT_INTERVAL } = options;
  return stringify({
    global: {
      scrape_interval: scrapeInterval,
      scrape_timeout: scrapeInterval,
      evaluation_interval: evaluationInterval,
      external_labels: externalLabels,
    },
    rule_files: ruleFiles,
    scrape_configs: targets.map(({ job, url, honorLabels = false }) => ({
      job_name: job,
      honor_labels: honorLabels,
      metrics_path: url.pathname,
      ...addressOf(url),
    })),
    alerting: {
      alertmanagers: alertmanagers.map((url) => ({ api_version: 'v2', path_prefix: url.pathname, ...addressOf(url) })),
    },
  });
}

function addressOf(url: URL): Readonly<Record<string, unknown>> {
  return { scheme: url.protocol.slice(0, -1), static_configs: [{ targets: [url.host] }] };
}
