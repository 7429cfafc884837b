import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

import { stringify } from 'yaml';

import { untilCluster } from '../cluster/clients.ts';
import { pushContents } from '../pullers/contents.ts';
import { type DockerRegistry, startRegistry } from '../servers/docker-registry.ts';
import { type Cluster, startCluster } from '../servers/kubernetes.ts';
import { type RunningProcess, startProcess } from '../servers/process.ts';
import { toolPath } from '../tools/tools.ts';
import { whyNoNode } from './possible.ts';
import { pauseImage, probeImage } from './images.ts';
import { containerdSettings, kubeletSettings, networkSettings } from './settings.ts';

/** A cluster with a node that pulls and runs. */
export interface NodeCluster extends Cluster {
  /** What its containers, and the probe's pods, are pulled from. */
  readonly platform: DockerRegistry;
  /** Lets the node pull from a registry by plain HTTP; returns its host, as the node and its pods know it. */
  trust(registry: DockerRegistry): Promise<string>;
}

/** The machine, as the pods on it know it, and what they know the API server as: the first address of the services. */
const ADDRESS = '172.30.0.1';
const SERVICE_ADDRESS = '10.0.0.1';
const NODE = 'node1';
const SOCKET = '/run/containerd/containerd.sock';
const READY_MS = 120_000;

const execute = promisify(execFile);

/**
 * Starts a node of this machine: kubelet, containerd, a bridge for the pods, and a control plane with a scheduler.
 * Works in the namespaces of `inside.ts` alone, for it takes the usual folders and addresses. Stop it when the tests
 * are over.
 */
export async function startNode(): Promise<NodeCluster> {
  const problem = whyNoNode();
  if (problem !== null) throw new Error(`a real node cannot be started here: ${problem}`);
  await bridge();
  const running: RunningProcess[] = [];
  const cluster = await startCluster({ address: ADDRESS });
  const platform = await startRegistry({ address: '0.0.0.0' });
  const log = (): string => running.map((process) => process.log()).join('');
  const stop = async (): Promise<void> => {
    for (const process of running.toReversed()) await process.stop();
    await platform.stop();
    await cluster.stop();
  };
  try {
    await pushContents(platform.url, 'pause', 'v1', await pauseImage());
    await pushContents(platform.url, 'probe', 'v1', await probeImage());
    running.push(await startContainerd(`${await trust(platform)}/pause:v1`));
    running.push(await startScheduler(cluster), await startKubelet(cluster));
    await untilCluster(() => isReady(cluster), 'the node is ready', READY_MS);
  } catch (error) {
    const printed = log();
    await stop();
    throw new Error(`the node did not start; it printed:\n${printed}`, { cause: error });
  }
  return { ...cluster, platform, trust, stop, log: () => `${cluster.log()}${log()}` };
}

/** Pods reach the machine by its address on a bridge that has no other end. */
async function bridge(): Promise<void> {
  const ip = (...args: readonly string[]) => execute('ip', args);
  await ip('link', 'add', 'node0', 'type', 'bridge');
  await ip('link', 'add', 'node1', 'type', 'veth', 'peer', 'name', 'node2');
  await ip('link', 'set', 'node1', 'master', 'node0');
  for (const name of ['node1', 'node2', 'node0']) await ip('link', 'set', name, 'up');
  await ip('address', 'add', `${ADDRESS}/24`, 'dev', 'node0');
  await ip('address', 'add', `${SERVICE_ADDRESS}/32`, 'dev', 'node0');
  await ip('route', 'add', 'default', 'dev', 'node0');
}

/** containerd looks there at each pull. */
async function trust({ url }: DockerRegistry): Promise<string> {
  const host = `${ADDRESS}:${url.port}`;
  const folder = `/run/node/certs.d/${host}`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}/hosts.toml`,
    `server = "http://${host}"\n[host."http://${host}"]\ncapabilities = ["pull", "resolve"]\n`,
  );
  return host;
}

async function startContainerd(pause: string): Promise<RunningProcess> {
  await mkdir('/run/node/net.d', { recursive: true });
  await writeFile('/run/node/net.d/10-bridge.conflist', JSON.stringify(networkSettings()));
  await writeFile('/run/node/containerd.toml', containerdSettings(SOCKET, pause));
  const running = await startProcess({
    command: toolPath('containerd'),
    args: ['--config', '/run/node/containerd.toml'],
    readyUrl: null,
  });
  await untilCluster(() => answers(), 'containerd answers');
  return running;
}

async function answers(): Promise<boolean> {
  try {
    await execute(toolPath('ctr'), ['--address', SOCKET, 'version']);
    return true;
  } catch {
    return false;
  }
}

function startScheduler({ adminConfig }: Cluster): Promise<RunningProcess> {
  const args = [`--kubeconfig=${adminConfig}`, '--leader-elect=false', '--secure-port=0'];
  return startProcess({ command: toolPath('kube-scheduler'), args, readyUrl: null });
}

async function startKubelet({ adminConfig }: Cluster): Promise<RunningProcess> {
  await writeFile('/run/node/resolv.conf', '');
  await writeFile('/run/node/kubelet.yaml', stringify(kubeletSettings(SOCKET)));
  const args = [
    '--config=/run/node/kubelet.yaml',
    `--kubeconfig=${adminConfig}`,
    `--hostname-override=${NODE}`,
    `--node-ip=${ADDRESS}`,
  ];
  return startProcess({ command: toolPath('kubelet'), args, readyUrl: null });
}

async function isReady(cluster: Cluster): Promise<boolean> {
  const ready = '{.items[*].status.conditions[?(@.type=="Ready")].status}{.items[*].spec.taints}';
  return (await cluster.kubectl(['get', 'nodes', '--output', `jsonpath=${ready}`])) === 'True';
}
