import { stringify } from 'yaml';

import { createTransport } from '../../src/http/transport.ts';
import { formatExposition } from '../../src/metrics/exposition.ts';
import { createPushgateway, type Pushgateway } from '../../src/metrics/pushgateway.ts';
import { isComplete, recordRun } from '../../src/metrics/record.ts';
import { recordStorage, storageJob } from '../../src/metrics/record-storage.ts';
import { silentLog } from '../../src/util/log.ts';
import type { RegistryOutcome, WalkResult } from '../../src/walk/result.ts';
import { counts, finding, outcome } from '../metrics/outcomes.ts';
import { createRealClock } from '../support/clock.ts';
import { type RunningPrometheus, startPrometheus } from '../support/servers/prometheus.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';

/** The job of the probe, and that of the scrape, which counts where labels are not honored. */
export const JOB = 'probe';
export const SCRAPE_JOB = 'pushgateway';

/** All registries of the scene, with what the dashboard has to say about them. */
export const VERDICT_OF = {
  broken: 'BROKEN',
  sound: 'SOUND',
  divided: 'BROKEN',
  patchy: 'BROKEN',
  never: 'UNKNOWN',
  headless: 'BROKEN',
  outage: 'SUSPECT',
  late: 'OVERDUE',
  half: 'OVERDUE',
  twin: 'SOUND',
} as const;
export type RegistryName = keyof typeof VERDICT_OF;

/** The cluster of all of them, and one more that has a registry of the same name, which is not sound. */
export const CLUSTER_NAME = 'eu-1';
export const OTHER_CLUSTER = 'us-1';

export const STALE_AFTER_SECONDS = 3600;
const MINUTE_MS = 60_000;

const LOST_CHILD = finding({ repository: 'team/app', tags: ['v1', '1.10'], digest: `sha256:${'a'.repeat(64)}` });
const LOST_LAYER = finding({
  repository: 'team/web',
  tags: ['v2'],
  object: 'layer',
  digest: `sha256:${'b'.repeat(64)}`,
});
const CUT_LAYER = finding({
  repository: 'team/web',
  tags: ['v2'],
  object: 'layer',
  fault: 'unreadable',
  digest: `sha256:${'c'.repeat(64)}`,
});

/** One alert is enough for the panels that show alerts. */
const RULES = stringify({
  groups: [
    {
      name: 'dashboard',
      rules: [
        {
          alert: 'RegistryManifestIntegrityFailure',
          expr: 'sum by (job, registry) (registry_integrity_failures) > 0',
          labels: { severity: 'critical' },
        },
      ],
    },
  ],
});

/** What a cluster would tell about the CronJobs of this scene. */
const CLUSTER = `
kube_cronjob_info{namespace="monitoring",cronjob="registry-integrity-probe-broken"} 1
kube_cronjob_status_last_schedule_time{namespace="monitoring",cronjob="registry-integrity-probe-broken"} ${Math.floor(Date.now() / 1000) - 60}
kube_cronjob_spec_suspend{namespace="monitoring",cronjob="registry-integrity-probe-broken"} 0
kube_job_status_failed{namespace="monitoring",job_name="registry-integrity-probe-broken-29000000",reason="BackoffLimitExceeded"} 1
container_memory_working_set_bytes{namespace="monitoring",pod="registry-integrity-probe-broken-29000000-x7x7x",container="probe"} 9e7
`.trimStart();

/** Everything that the dashboard needs, running. */
export interface DashboardScene {
  readonly pushgateway: RunningPushgateway;
  readonly prometheus: RunningPrometheus;
  stop(): Promise<void>;
}

/** Registries in every condition, pushed to a real Pushgateway, scraped by a real Prometheus. */
export async function startScene(honorLabels: boolean): Promise<DashboardScene> {
  const pushgateway = await startPushgateway();
  try {
    await pushAll(pushgateway);
    const url = new URL('metrics', pushgateway.url);
    const prometheus = await startPrometheus({ targets: [{ job: SCRAPE_JOB, url, honorLabels }], rules: [RULES] });
    const stop = async (): Promise<void> => {
      await prometheus.stop();
      await pushgateway.stop();
    };
    return { pushgateway, prometheus, stop };
  } catch (error) {
    await pushgateway.stop();
    throw error;
  }
}

async function pushAll(server: RunningPushgateway): Promise<void> {
  const transport = createTransport(
    {
      timeoutMs: 10_000,
      retries: 0,
      concurrency: 1,
      ca: null,
      insecure: false,
      userAgent: 'test',
      proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
    },
    { clock: createRealClock(), log: silentLog, random: () => 0 },
  );
  const gatewayOf = (cluster: string, job = JOB): Pushgateway =>
    createPushgateway({ url: server.url.href, job, groupingLabels: { cluster } }, { transport, log: silentLog });
  const gateway = gatewayOf(CLUSTER_NAME);
  const run = (name: RegistryName, change: Partial<WalkResult>, when: When = {}): Promise<void> =>
    push(gateway, ended(name, change, when), when);
  try {
    await run('broken', { findings: [LOST_CHILD, LOST_LAYER, CUT_LAYER] });
    await add(
      gateway,
      'broken',
      '# TYPE registry_integrity_failures_in_use gauge\nregistry_integrity_failures_in_use 2\n',
    );
    await run('sound', {});

    await run('divided', {}, { shard: 0, shards: 2, minutesAgo: 20 });
    await run('divided', { findings: [LOST_LAYER] }, { shard: 1, shards: 2, minutesAgo: 5 });

    // The incomplete walk finds the child again, and the layer besides: two things are broken, not three.
    await run('patchy', { findings: [LOST_CHILD] }, { minutesAgo: 20 });
    await run('patchy', { complete: false, findings: [LOST_CHILD, LOST_LAYER] });

    await run('never', { complete: false, catalogAccessible: false });
    await run('headless', { complete: false, findings: [LOST_LAYER] });

    await run('outage', {}, { minutesAgo: 20 });
    await run('outage', { verdict: 'suspect', findings: [LOST_CHILD] });

    await run('late', {}, { minutesAgo: 120 });
    await run('half', {}, { shard: 0, shards: 2 });

    await run('twin', {});
    await push(gatewayOf(OTHER_CLUSTER), ended('twin', { findings: [LOST_LAYER] }, {}), {});

    // The files of one that is sound by its walks: the second scan saw one thing more, and not all.
    const scans = gatewayOf(CLUSTER_NAME, storageJob(JOB));
    await pushScan(scans, ended('sound', { findings: [LOST_CHILD] }, { minutesAgo: 120 }));
    await pushScan(scans, ended('sound', { complete: false, findings: [LOST_CHILD, LOST_LAYER] }, { minutesAgo: 60 }));

    // Refused, because it contradicts the type that is known; the numbers stay, and the Pushgateway remembers it.
    await refused(gateway, 'late', '# TYPE registry_integrity_suspect counter\nregistry_integrity_suspect 1\n');
    const cluster = await fetch(new URL('metrics/job/kube-state-metrics', server.url), {
      method: 'PUT',
      body: CLUSTER,
    });
    if (!cluster.ok) throw new Error(await cluster.text());
  } finally {
    await transport.close();
  }
}

interface When {
  readonly minutesAgo?: number;
  readonly shard?: number;
  readonly shards?: number;
}

function ended(name: RegistryName, change: Partial<WalkResult>, { minutesAgo = 1 }: When): RegistryOutcome {
  const finishedAt = Date.now() - minutesAgo * MINUTE_MS;
  return outcome(
    {
      counts: counts({ unknown: { ...counts().unknown, timeout: change.complete === false ? 4 : 0 } }),
      ...(change.complete === false ? { untold: [{ repository: 'team/app', count: 4 }] } : {}),
      ...change,
    },
    { name, startedAt: finishedAt - 12_500, finishedAt },
  );
}

/** As `run` does it: complete walks replace, all others add. */
async function push(gateway: Pushgateway, result: RegistryOutcome, { shard, shards = 1 }: When): Promise<void> {
  const options = { staleAfterSeconds: STALE_AFTER_SECONDS, shards, version: '1.2.3', maxSeries: 50 };
  const mode = isComplete(result) ? 'replace' : 'add';
  const text = await formatExposition(recordRun(result, options));
  const delivery = await gateway.push(result.name, shard ?? null, text, mode, new AbortController().signal);
  if (delivery.kind === 'failed') throw new Error(delivery.detail);
}

async function pushScan(gateway: Pushgateway, result: RegistryOutcome): Promise<void> {
  const { complete } = result.result;
  const numbers = complete ? { unreachableBytes: 5e6, uploadsAbandoned: 3 } : null;
  const text = await formatExposition(recordStorage(result, numbers));
  const mode = complete ? 'replace' : 'add';
  const delivery = await gateway.push(result.name, null, text, mode, new AbortController().signal);
  if (delivery.kind === 'failed') throw new Error(delivery.detail);
}

async function add(gateway: Pushgateway, registry: RegistryName, text: string): Promise<void> {
  const delivery = await gateway.push(registry, null, text, 'add', new AbortController().signal);
  if (delivery.kind === 'failed') throw new Error(delivery.detail);
}

async function refused(gateway: Pushgateway, registry: RegistryName, text: string): Promise<void> {
  const delivery = await gateway.push(registry, null, text, 'add', new AbortController().signal);
  if (delivery.kind === 'pushed') throw new Error('the Pushgateway took what it should refuse');
}
