import * as z from 'zod';

import { NoProxy, ProxyUrl, SidecarUrl } from './schema/address.ts';
import { Duration, PositiveDuration } from './schema/duration.ts';
import { ConfigMapOrNone, Kubernetes } from './schema/kubernetes.ts';
import { listOf, mapping, oneOf, path, toggle, wholeNumber } from './schema/leaves.ts';
import { ImageReference, PlatformName } from './schema/patterns.ts';
import { Pushgateway } from './schema/pushgateway.ts';
import { FlagRegistry, MAX_SHARDS, Registry, RegistryName } from './schema/registry.ts';
import { Scan } from './schema/scan.ts';
import { WALK_SHAPE } from './schema/walk.ts';

/** The names are those of the config file; the environment, the flags and the documentation follow them. */
const RUN_SHAPE = {
  output: oneOf(['text', 'json']).default('text').describe('How the report is written.'),
  hintsFor: oneOf(['command', 'chart'])
    .default('command')
    .describe('Whose settings the hints of a text name: those of the command line, or the values of the chart.'),
  dryRun: toggle
    .default(false)
    .describe('Do everything but push, write or delete metrics, and keep nothing for the next run.'),
  failOnFindings: toggle.default(false).describe('Exit with 1 when a run has confirmed findings.'),
  failOnUnknown: toggle
    .default(true)
    .describe('Exit with 3 when a run could not tell everything, or held its findings back, and has delivered that.'),
  logLevel: oneOf(['debug', 'info', 'warn', 'error']).default('info').describe('How much is logged.'),
  deadline: PositiveDuration.prefault('13m').describe(
    'When a run stops asking, confirms what it has, and delivers an incomplete result.',
  ),
  metricsFile: path
    .nullable()
    .default(null)
    .describe("A file to write the metrics to, for the node exporter's textfile collector."),
  stateFile: path
    .nullable()
    .default(null)
    .describe('A file that keeps what a run knows for the next one, such as since when something is broken.'),
  htmlFile: path.nullable().default(null).describe('A file for the report as one page to look at in a browser.'),
  junitFile: path
    .nullable()
    .default(null)
    .describe('A file for the report as JUnit XML, for pipelines that show tests.'),
  markdownFile: path
    .nullable()
    .default(null)
    .describe('A file for the report as Markdown, for summaries of pipelines.'),
  annotationsFile: path
    .nullable()
    .default(null)
    .describe('A file for the report as workflow commands of GitHub, which act where somebody prints them.'),
  cacheDirectory: path
    .nullable()
    .default(null)
    .describe(
      'A folder that keeps manifests for the next runs: what is kept there is asked for by HEAD, and by GET once a day.',
    ),
  staleAfterSeconds: wholeNumber(1)
    .default(3600)
    .describe('How old the last complete walk may be, in seconds; published for alerts and the dashboard.'),
  shard: wholeNumber(0, MAX_SHARDS - 1)
    .nullable()
    .default(null)
    .describe('Which shard of a divided registry this process walks, counted from 0.'),
  check: toggle
    .default(false)
    .describe(
      'For `run`: say whether the catalogs can be listed, send the Pushgateway a push under a job of its own (`…-test`) and take it back; with `--dry-run` and `--repository "!**"` nothing is walked.',
    ),
  quitUrl: SidecarUrl.prefault('').describe(
    'What to POST to at the end, so that a service mesh ends its container beside this one: `http://127.0.0.1:15020/quitquitquit` for Istio, `http://127.0.0.1:4191/shutdown` for Linkerd.',
  ),
  findings: mapping({
    maxSeries: wholeNumber(0)
      .default(50)
      .describe('How many broken tags are published as series of their own; 0 publishes the numbers alone.'),
  }).prefault({}),
  proxy: mapping({
    http: ProxyUrl.prefault('').meta({
      description: 'The proxy for http URLs; unset, HTTP_PROXY is taken.',
      secret: true,
    }),
    https: ProxyUrl.prefault('').meta({
      description: 'The proxy for https URLs; unset, HTTPS_PROXY is taken.',
      secret: true,
    }),
    no: NoProxy.default('').describe(
      'Hosts, domains and networks (`10.0.0.0/8`) that are asked directly, separated by commas; unset, NO_PROXY is taken.',
    ),
  }).prefault({}),
  pushgateway: Pushgateway.prefault({}),
  kubernetes: Kubernetes.prefault({}),
  verify: mapping({
    platforms: listOf(PlatformName, 'platforms')
      .default([])
      .describe('Platforms that a verified image must have, such as `linux/arm64`.'),
    wait: Duration.prefault('0s').describe('How long to go on asking for an image that is not there yet.'),
    copyOf: ImageReference.nullable()
      .default(null)
      .describe('Another reference that the given one has to be the same image as, whole in both places.'),
  }).prefault({}),
  demo: mapping({
    storage: path
      .nullable()
      .default(null)
      .describe(
        'A directory that is empty or not there: the files of a registry are written into it, damaged and scanned.',
      ),
  }).prefault({}),
  scan: Scan.prefault({}),
  forget: mapping({
    wait: Duration.prefault('0s').describe(
      'How long nothing may have appeared on the Pushgateway before `forget` ends: what is still walking pushes once more.',
    ),
    witness: ConfigMapOrNone.default('').describe(
      'A ConfigMap that is there as long as the installation is, as `NAMESPACE/NAME`: while it can be read, or when that cannot be told, `forget` deletes nothing; empty, nothing is read.',
    ),
  }).prefault({}),
};

/** What is given once for a whole run. */
export const Run = mapping(RUN_SHAPE);

/** How a registry is walked, by itself. */
export const Walk = mapping(WALK_SHAPE);

/** Everything that is given once, from wherever it comes: the config file's top level and the registry of the flags. */
export const TopLevel = mapping({ ...RUN_SHAPE, ...WALK_SHAPE, registry: FlagRegistry.prefault({}) });

/** The config file. */
export const ConfigurationFile = mapping({
  ...RUN_SHAPE,
  ...WALK_SHAPE,
  registries: z.record(RegistryName, Registry, { error: 'expected a mapping of names to registries' }).default({}),
});
