import { execFile } from 'node:child_process';
import { join } from 'node:path';

import type { V1EnvVar, V1Pod } from '@kubernetes/client-node';

import { expandVariables } from '../expand-variables.ts';
import type { Cluster } from '../servers/kubernetes.ts';
import { mount, readSecret } from './mounts.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'src', 'main.ts');

/** What the probe's container did. */
export interface PodRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of its log from `warn` up, as their messages. */
  readonly warnings: readonly string[];
}

/** How a pod is run. */
export interface PodOptions {
  /** The program, in place of the image's. */
  readonly program?: string;
  /** Beside what the pod gives. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the API server is said to be, in place of where it is. */
  readonly server?: string;
}

/** A pod that the chart has made is never wrong about how the probe is called. */
const USAGE_ERROR = 2;

/** As pino numbers them. */
const WARN = 40;

/**
 * Does the kubelet's part for a pod of the probe: runs its first container as a process, with its arguments, its
 * environment, its mounts and its service account's token and nothing else, and tells the API server how it ended.
 * Throws where the probe says that it was called wrongly.
 */
export async function runPod(
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { program = MAIN, env: further = {}, server }: PodOptions = {},
): Promise<PodRun> {
  const pod = await cluster.get<V1Pod>('pod', name, namespace);
  const mounts = await mount(cluster, pod);
  try {
    const args = pod.spec?.containers[0]?.args ?? [];
    const run = await execute([program, ...args.map(mounts.translate)], {
      PATH: process.env['PATH'] ?? '',
      ...(await environment(cluster, pod)),
      ...(mounts.token === null ? {} : { KUBECONFIG: await cluster.kubeconfigFor(namespace, mounts.token, server) }),
      ...further,
    });
    await finish(cluster, namespace, name, run.code);
    if (run.code === USAGE_ERROR) throw new Error(`the probe did not accept what the chart gave it: ${run.stderr}`);
    return { ...run, warnings: warningsOf(run.stderr) };
  } finally {
    await mounts.remove();
  }
}

function execute(args: readonly string[], env: Readonly<Record<string, string>>) {
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, { env, maxBuffer: 1 << 26 }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function environment(cluster: Cluster, pod: V1Pod): Promise<Readonly<Record<string, string>>> {
  const written = pod.spec?.containers[0]?.env ?? [];
  const entries = await Promise.all(written.map(async (one) => [one.name, await valueOf(cluster, pod, one)] as const));
  return expandVariables(entries);
}

async function valueOf(cluster: Cluster, { metadata }: V1Pod, { name, value, valueFrom }: V1EnvVar): Promise<string> {
  if (valueFrom === undefined) return value ?? '';
  const { secretKeyRef, fieldRef } = valueFrom;
  if (secretKeyRef !== undefined) {
    const content = await readSecret(cluster, metadata?.namespace ?? '', secretKeyRef.name ?? '');
    return content[secretKeyRef.key]?.toString('utf8') ?? '';
  }
  const [, map, key = ''] = /^metadata\.(annotations|labels)\['([^']+)'\]$/.exec(fieldRef?.fieldPath ?? '') ?? [];
  if (map === 'annotations') return metadata?.annotations?.[key] ?? '';
  if (map === 'labels') return metadata?.labels?.[key] ?? '';
  throw new Error(`the value of ${name} comes from ${JSON.stringify(valueFrom)}, which is not known here`);
}

/** What the job controller waits for, and helm for its hooks. */
async function finish(cluster: Cluster, namespace: string, name: string, exitCode: number): Promise<void> {
  const at = new Date().toISOString();
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: at, finishedAt: at };
  const container = {
    name: 'probe',
    image: 'probe',
    imageID: '',
    ready: false,
    restartCount: 0,
    state: { terminated },
  };
  const status = { phase: exitCode === 0 ? 'Succeeded' : 'Failed', startTime: at, containerStatuses: [container] };
  const patch = ['--subresource', 'status', '--type', 'merge', '--patch', JSON.stringify({ status })];
  await cluster.kubectl(['patch', 'pod', name, '--namespace', namespace, ...patch]);
}

function warningsOf(stderr: string): readonly string[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { readonly level: number | string; readonly msg: string })
    .filter(({ level }) => level === 'warn' || level === 'error' || Number(level) >= WARN)
    .map(({ msg }) => msg);
}
