import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Agent, request } from 'undici';
import { stringify } from 'yaml';

import { type ClusterClients, createClients, untilCluster } from '../cluster/clients.ts';
import { toolPath } from '../tools/tools.ts';
import { until } from '../until.ts';
import { freePort } from './free-port.ts';
import { type RunningProcess, startProcess } from './process.ts';

/** A real Kubernetes control plane. Without nodes, pods are admitted and made, and stay pending. */
export interface Cluster extends ClusterClients {
  readonly url: URL;
  /** The certificate to trust, as PEM. */
  readonly ca: string;
  /** May do everything. */
  readonly adminToken: string;
  /** The path of the kubeconfig of that token. */
  readonly adminConfig: string;
  /**
   * Writes a kubeconfig for a token, with a namespace as the default one, and returns its path. With an `address`, it
   * leads there instead of here.
   */
  kubeconfigFor(namespace: string, token: string, address?: string): Promise<string>;
  stop(): Promise<void>;
  /** All that its programs printed so far. */
  log(): string;
}

/** Where etcd's fsync costs nothing; its data goes with the cluster. */
const MEMORY = '/dev/shm';
const READY_MS = 60_000;
/** What the tests need, so that nothing else takes up the machine. */
const CONTROLLERS = [
  'cronjob-controller',
  'daemonset-controller',
  'deployment-controller',
  'garbage-collector-controller',
  'job-controller',
  'namespace-controller',
  'node-lifecycle-controller',
  'replicaset-controller',
  'root-ca-certificate-publisher-controller',
  'serviceaccount-controller',
  'statefulset-controller',
];

/** How a cluster differs from one that only this process talks to. */
export interface ClusterOptions {
  /** Default true. */
  readonly controllers?: boolean;
  /** Where the API server is for the pods of nodes; default: on a free port of 127.0.0.1, where no pod is. */
  readonly address?: string;
}

/** The port of the API server where it has an address of its own. */
const HTTPS_PORT = 443;

/** The first of them is the API server's, as pods know it. */
export const SERVICE_RANGE = '10.0.0.0/24';

/**
 * Starts etcd, the API server and, unless told otherwise, the controller manager, and waits until a service account can
 * be used. Stop it when the tests are over.
 */
export async function startCluster({ controllers = true, address }: ClusterOptions = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'cluster-'));
  const running: RunningProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const process of running.toReversed()) await process.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const etcd = await startEtcd(folder);
    running.push(etcd.process);
    const adminToken = randomUUID();
    const server = await startApiServer(folder, etcd.url, adminToken, address);
    running.push(server.process);
    const url = server.url;
    const ca = await readFile(server.certificate, 'utf8');
    const kubeconfig = await writeKubeconfig(folder, { url, ca, token: adminToken, namespace: 'default' });
    const log = (): string => running.map((process) => process.log()).join('');
    await untilReady(url, ca, adminToken, log);
    if (controllers) running.push(await startControllerManager(folder, kubeconfig, server.certificate));

    const clients = createClients(kubeconfig);
    if (controllers)
      await untilCluster(() => clients.exists('serviceaccount', 'default', 'default'), 'there are accounts');
    return {
      ...clients,
      url,
      ca,
      adminToken,
      adminConfig: kubeconfig,
      kubeconfigFor: (namespace, token, elsewhere = url.origin) =>
        writeKubeconfig(folder, { url: new URL(elsewhere), ca, token, namespace }),
      stop,
      log,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startEtcd(folder: string): Promise<{ readonly process: RunningProcess; readonly url: URL }> {
  const url = new URL(`http://127.0.0.1:${await freePort()}/`);
  const peers = `http://127.0.0.1:${await freePort()}`;
  const process = await startProcess({
    command: toolPath('etcd'),
    args: [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url.origin}`,
      `--advertise-client-urls=${url.origin}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      '--log-level=error',
      '--logger=zap',
    ],
    readyUrl: new URL('health', url),
  });
  return { process, url };
}

async function startApiServer(folder: string, etcd: URL, adminToken: string, address: string | undefined) {
  const port = address === undefined ? await freePort() : HTTPS_PORT;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signing = join(folder, 'service-accounts.key');
  const verifying = join(folder, 'service-accounts.pub');
  const tokens = join(folder, 'tokens.csv');
  await writeFile(signing, privateKey.export({ type: 'sec1', format: 'pem' }));
  await writeFile(verifying, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(tokens, `${adminToken},admin,admin,system:masters\n`);
  const process = await startProcess({
    command: toolPath('kube-apiserver'),
    args: [
      `--etcd-servers=${etcd.origin}`,
      ...(address === undefined ? ['--bind-address=127.0.0.1'] : [`--advertise-address=${address}`]),
      `--secure-port=${port}`,
      `--cert-dir=${join(folder, 'certificates')}`,
      `--service-account-signing-key-file=${signing}`,
      `--service-account-key-file=${verifying}`,
      '--service-account-issuer=https://kubernetes.default.svc',
      `--token-auth-file=${tokens}`,
      '--authorization-mode=RBAC',
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      // By name, it would ask a DNS server about a node.
      '--kubelet-preferred-address-types=InternalIP',
      '--profiling=false',
    ],
    // It answers a plain request on its TLS port, and says that it is one.
    readyUrl: new URL(`http://127.0.0.1:${port}/`),
  });
  const url = new URL(`https://${address ?? '127.0.0.1'}:${port}/`);
  return { process, url, certificate: join(folder, 'certificates', 'apiserver.crt') };
}

function startControllerManager(folder: string, kubeconfig: string, certificate: string): Promise<RunningProcess> {
  return startProcess({
    command: toolPath('kube-controller-manager'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--service-account-private-key-file=${join(folder, 'service-accounts.key')}`,
      `--root-ca-file=${certificate}`,
      `--controllers=${CONTROLLERS.join(',')}`,
      '--leader-elect=false',
      '--secure-port=0',
    ],
    readyUrl: null,
  });
}

async function untilReady(url: URL, ca: string, token: string, log: () => string): Promise<void> {
  const dispatcher = new Agent({ connect: { ca } });
  const isReady = async (): Promise<boolean> => {
    const { statusCode, body } = await request(new URL('readyz', url), {
      dispatcher,
      headers: { authorization: `Bearer ${token}` },
    });
    await body.dump();
    return statusCode === 200;
  };
  try {
    await until(isReady, 'the API server is ready', READY_MS);
  } catch (error) {
    throw new Error(`the API server did not get ready; it printed:\n${log()}`, { cause: error });
  } finally {
    await dispatcher.close();
  }
}

interface Access {
  readonly url: URL;
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

async function writeKubeconfig(folder: string, { url, ca, token, namespace }: Access): Promise<string> {
  const path = join(folder, `kubeconfig-${randomUUID()}`);
  const name = 'test';
  const cluster = { server: url.origin, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
  await writeFile(path, stringify(config), { mode: 0o600 });
  return path;
}
