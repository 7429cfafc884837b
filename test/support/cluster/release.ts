import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { V1ConfigMap, V1CronJob, V1Job, V1Pod } from '@kubernetes/client-node';
import { stringify } from 'yaml';

import { CHART, type Values } from '../chart.ts';
import type { Cluster } from '../servers/kubernetes.ts';
import { type Printed, untilCluster } from './clients.ts';
import { type PodOptions, type PodRun, runPod } from './kubelet.ts';

/** The chart, installed. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** Selects everything of the release. */
  readonly selector: string;
  upgrade(values: Values, args?: readonly string[]): Promise<Printed>;
  uninstall(): Promise<Printed>;
  cronJob(registry: string): Promise<V1CronJob>;
  /** Makes a Job of a registry's CronJob, as the runbook does, and waits for its pods. */
  start(registry: string): Promise<readonly V1Pod[]>;
  /** The same, and runs the only pod. */
  walk(registry: string, options?: PodOptions): Promise<PodRun>;
  /** The ConfigMap that a registry's report is kept in. */
  report(registry: string): Promise<V1ConfigMap>;
  /** The ConfigMap that its state is kept in; `suffix` is that of a shard, such as `-0`. */
  state(registry: string, suffix?: string): Promise<V1ConfigMap>;
}

/** What every namespace of a careful cluster has. */
export const RESTRICTED = {
  'pod-security.kubernetes.io/enforce': 'restricted',
  'pod-security.kubernetes.io/warn': 'restricted',
  'pod-security.kubernetes.io/audit': 'restricted',
};

/** Values that keep a test short without changing what is decided. */
const QUICK = { timeout: '10s', retries: 0, confirm: { delay: '20ms', rounds: 3 } };

/** Makes a namespace with these labels, and waits until pods can be made in it. */
export async function createNamespace(cluster: Cluster, name: string, labels: object = {}): Promise<void> {
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  await untilCluster(
    () => cluster.exists('serviceaccount', 'default', name),
    `namespace ${name} has its service account`,
  );
}

/** Installs the chart with `helm install`; throws with what helm said when it refused. */
export async function install(
  cluster: Cluster,
  { name, namespace, values }: { readonly name: string; readonly namespace: string; readonly values: Values },
): Promise<Release & { readonly printed: Printed }> {
  const printed = await helm('install', values);
  const selector = `app.kubernetes.io/instance=${name}`;

  async function helm(verb: 'install' | 'upgrade', given: Values, args: readonly string[] = []): Promise<Printed> {
    const file = join(tmpdir(), `values-${randomUUID()}.yaml`);
    await writeFile(file, stringify({ registryDefaults: QUICK, ...given }));
    try {
      return await cluster.helm([verb, name, CHART, '--namespace', namespace, '--values', file, ...args]);
    } finally {
      await rm(file);
    }
  }

  async function cronJob(registry: string): Promise<V1CronJob> {
    const found = await cluster.list<V1CronJob>(
      'cronjobs',
      namespace,
      `${selector},registry-integrity/registry=${registry}`,
    );
    const [only, ...others] = found;
    if (only === undefined || others.length > 0) throw new Error(`${found.length} CronJobs for ${registry}`);
    return only;
  }

  async function start(registry: string): Promise<readonly V1Pod[]> {
    const from = (await cronJob(registry)).metadata?.name ?? '';
    const job = `test-${randomUUID().slice(0, 8)}`;
    await cluster.kubectl(['create', 'job', job, '--from', `cronjob/${from}`, '--namespace', namespace]);
    return podsOf(cluster, namespace, job);
  }

  return {
    name,
    namespace,
    selector,
    printed,
    upgrade: (given, args) => helm('upgrade', given, args),
    uninstall: () => cluster.helm(['uninstall', name, '--namespace', namespace]),
    cronJob,
    start,
    async walk(registry, options) {
      const [only, ...others] = await start(registry);
      if (only === undefined || others.length > 0)
        throw new Error(`a walk of ${registry} has ${others.length + 1} pods`);
      return runPod(cluster, { namespace, name: only.metadata?.name ?? '' }, options);
    },
    async report(registry) {
      const { metadata } = await cronJob(registry);
      return cluster.get<V1ConfigMap>('configmap', `${metadata?.name}-report`, namespace);
    },
    async state(registry, suffix = '') {
      const { metadata } = await cronJob(registry);
      return cluster.get<V1ConfigMap>('configmap', `${metadata?.name}${suffix}-state`, namespace);
    },
  };
}

/** The pods of a Job, once the controller has made all of them; throws with the events where it cannot. */
export async function podsOf(cluster: Cluster, namespace: string, job: string): Promise<readonly V1Pod[]> {
  const { spec } = await cluster.get<V1Job>('job', job, namespace);
  let pods: readonly V1Pod[] = [];
  try {
    await untilCluster(async () => {
      pods = await cluster.list<V1Pod>('pods', namespace, `batch.kubernetes.io/job-name=${job}`);
      return pods.length === (spec?.parallelism ?? 1);
    }, `job ${job} has its pods`);
  } catch (error) {
    const events = await cluster.kubectl(['get', 'events', '--namespace', namespace]);
    throw new Error(`job ${job} did not get its pods:\n${events}`, { cause: error });
  }
  return pods;
}
