/**
 * How much memory it takes to read which images a cluster of 20,000 pods uses, and how long:
 *
 *     npx node --expose-gc test/bench/cluster-memory.ts [PODS]
 *
 * The API is a process of its own, so that its memory is not counted.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connect } from '../../src/kubernetes/client.ts';
import { readUsage } from '../../src/kubernetes/read-usage.ts';
import { silentLog } from '../../src/util/log.ts';
import { ownedBy, pod, templated } from '../kubernetes/objects.ts';
import { startKubeApi, type ApiObject } from '../support/servers/kube-api.ts';

const HOST = 'registry.example.com';
const REPLICAS = 4;
/** What real pods have besides: environment, volumes, managed fields, conditions. */
const BALLAST = Array.from({ length: 60 }, (_, index) => ({ name: `VARIABLE_${index}`, value: 'x'.repeat(100) }));

async function serve(pods: number): Promise<void> {
  const api = await startKubeApi();
  const deployments = Array.from(
    { length: Math.ceil(pods / REPLICAS) },
    (_, index) => `team-${index % 50}/web-${index}`,
  );
  api.objects.set(
    'deployments.apps',
    deployments.map((name, index) => templated(name, [`${HOST}/team/app-${index}:v1`, 'sidecar:1'])),
  );
  api.objects.set(
    'pods',
    Array.from({ length: pods }, (_, index) => fatPod(deployments, index)),
  );
  process.on('message', () => process.exit(0));
  process.send?.(await api.kubeconfig(process.argv[4] ?? tmpdir()));
}

function fatPod(deployments: readonly string[], index: number): ApiObject {
  const owner = deployments[Math.floor(index / REPLICAS)] ?? '';
  const name = owner.split('/')[1] ?? '';
  const labels = { 'pod-template-hash': 'abc' };
  // Every tenth pod runs what its Deployment does not name any more.
  const image = `${HOST}/team/app-${Math.floor(index / REPLICAS)}:${index % 10 === 0 ? 'v0' : 'v1'}`;
  const one = pod(`${owner}-${index}`, [image, 'sidecar:1'], ownedBy('ReplicaSet', `${name}-abc`, labels));
  return { ...one, spec: { ...(one['spec'] as object), containers: [{ name: 'a', image, env: BALLAST }] } };
}

async function measure(pods: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  const server = fork(import.meta.filename, ['serve', String(pods), folder]);
  const kubeconfig = await new Promise<string>((resolve) => {
    server.once('message', (message) => resolve(typeof message === 'string' ? message : ''));
  });
  const { api } = await connect({ kind: 'kubeconfig', files: [kubeconfig] }, 'bench');
  const megabytes = (): string => {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    return `${Math.round(rss / 2 ** 20)} MiB resident, ${Math.round(heapUsed / 2 ** 20)} MiB of heap`;
  };
  let peak = 0;
  const timer = setInterval(() => void (peak = Math.max(peak, process.memoryUsage().rss)), 20);

  process.stdout.write(`before: ${megabytes()}\n`);
  const begin = performance.now();
  const registries = [{ name: 'prod', url: `https://${HOST}`, hosts: [] }];
  const usage = await readUsage(registries, { api, log: silentLog }, new AbortController().signal);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  clearInterval(timer);

  process.stdout.write(`read ${pods} pods in ${seconds} s, all of them: ${usage.complete}\n`);
  process.stdout.write(`after:  ${megabytes()}, at most ${Math.round(peak / 2 ** 20)} MiB resident\n`);
  await api.close();
  server.send('done');
  await rm(folder, { recursive: true });
}

const [command = '', count = '20000'] = process.argv.slice(2);
await (command === 'serve' ? serve(Number(count)) : measure(Number(command === '' ? '20000' : command)));
