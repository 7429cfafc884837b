import type { Cluster } from '../servers/kubernetes.ts';

/** The name of a workload with its image, made by `workload`. */
export interface WorkloadOptions {
  readonly namespace: string;
  readonly name: string;
  readonly image: string;
  /** Further fields of its pods. */
  readonly pod?: object;
}

/** Kinds of workloads. */
export type Kind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob' | 'Pod';

/** An object of a kind that runs an image, none of its pods running: scaled to zero, or suspended. */
export function workload(kind: Kind, { namespace, name, image, pod = {} }: WorkloadOptions): object {
  const metadata = { name, namespace };
  const labels = { app: name };
  const containers = [{ name: 'main', image }];
  const selector = { matchLabels: labels };
  const template = { metadata: { labels }, spec: { containers, ...pod } };
  const job = { suspend: true, template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
  switch (kind) {
    case 'Deployment':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 0, selector, template } };
    case 'StatefulSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { replicas: 0, serviceName: name, selector, template } };
    case 'DaemonSet':
      return { apiVersion: 'apps/v1', kind, metadata, spec: { selector, template } };
    case 'Job':
      return { apiVersion: 'batch/v1', kind, metadata, spec: job };
    case 'CronJob':
      return {
        apiVersion: 'batch/v1',
        kind,
        metadata,
        spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: { spec: { ...job, suspend: false } } },
      };
    case 'Pod':
      return { apiVersion: 'v1', kind, metadata, spec: template.spec };
  }
}

/** Puts a container into a running pod, as `kubectl debug` does. */
export async function addEphemeralContainer(
  cluster: Cluster,
  { namespace, name, image }: WorkloadOptions,
): Promise<void> {
  const patch = { spec: { ephemeralContainers: [{ name: 'debug', image, targetContainerName: 'main' }] } };
  const args = ['--subresource', 'ephemeralcontainers', '--type', 'strategic', '--patch', JSON.stringify(patch)];
  await cluster.kubectl(['patch', 'pod', name, '--namespace', namespace, ...args]);
}

/** Says of a pod what a kubelet says once its image was pulled by its digest, and ran. */
export async function ran(cluster: Cluster, { namespace, name, image }: WorkloadOptions): Promise<void> {
  const at = new Date().toISOString();
  const state = { terminated: { exitCode: 0, reason: 'Completed', startedAt: at, finishedAt: at } };
  const container = { name: 'main', image, imageID: image, ready: false, restartCount: 0, state };
  const status = { phase: 'Succeeded', startTime: at, containerStatuses: [container] };
  const patch = ['--subresource', 'status', '--type', 'merge', '--patch', JSON.stringify({ status })];
  await cluster.kubectl(['patch', 'pod', name, '--namespace', namespace, ...patch]);
}
