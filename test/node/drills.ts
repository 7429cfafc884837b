import { dirname } from 'node:path';

import type { V1ContainerStateTerminated, V1Job, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Values } from '../support/chart.ts';
import { untilCluster } from '../support/cluster/clients.ts';
import { createNamespace, install, podsOf, type Release, RESTRICTED } from '../support/cluster/release.ts';
import type { NodeCluster } from '../support/node/start-node.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** A pod that is pulled, starts and ends may take this long on a busy machine. */
const PATIENCE_MS = 120_000;
/** Keeps a pod that is evicted until its last words are read. */
const KEPT = 'drills.example.com/kept';
/** More than the program needs to be read, and less than it needs to walk. */
const TOO_SMALL = { requests: { memory: '16Mi' }, limits: { memory: '32Mi' } };

const LAST_RUN = 'registry_integrity_last_run_timestamp_seconds';
const SUCCESS = 'registry_integrity_last_run_success';

/** What goes wrong with a pod on a node: what is seen of it, what is pushed, and how it goes on. */
export function describeDrills(nodeOf: () => NodeCluster): void {
  describe('the chart on a node where something goes wrong', () => {
    let node: NodeCluster;
    let registry: DockerRegistry;
    let gateway: RunningPushgateway;
    beforeAll(async () => {
      node = nodeOf();
      registry = await startStocked([app, single], { address: '0.0.0.0' });
      gateway = await startPushgateway({ address: '0.0.0.0' });
    });
    afterAll(async () => {
      await gateway.stop();
      await registry.stop();
    });

    async function installed(namespace: string, prod: Values = {}, values: Values = {}): Promise<Release> {
      const host = await node.trust(registry);
      // A directory of the node is more than a restricted pod may have.
      await createNamespace(node, namespace, 'storage' in prod ? {} : RESTRICTED);
      const url = `http://${machineOf(host)}:${gateway.url.port}`;
      return install(node, {
        name: 'lab',
        namespace,
        values: {
          image: { registry: await node.trust(node.platform), repository: 'probe', tag: 'v1' },
          registries: { prod: { url: `http://${host}`, ...prod } },
          pushgateway: { url, groupingLabels: { namespace } },
          ...values,
        },
      });
    }

    /** What the Pushgateway has of a release under the name of one metric. */
    async function pushed(namespace: string, metric: string): Promise<readonly string[]> {
      const lines = (await gateway.metrics()).split('\n');
      return lines
        .filter((line) => line.startsWith(`${metric}{`) && line.includes(`namespace="${namespace}"`))
        .map((line) => line.slice(line.lastIndexOf(' ') + 1));
    }

    test('a walk that is drained away pushes what it has, and its Job goes on when there is a node', async () => {
      // So slow that it still walks when the node is drained; the next one is not.
      const release = await installed('drained', {}, { registryDefaults: { requestsPerSecond: 0.2 } });
      const [pod] = await release.start('prod');
      // Its first words: a signal that comes before is lost, for nobody listens to it yet.
      await untilCluster(
        async () => (await logOf(node, pod)).includes('No state is kept yet'),
        'it walks',
        PATIENCE_MS,
      );
      const { metadata } = await podOf(node, pod);
      await finalize(node, pod, [KEPT, ...(metadata?.finalizers ?? [])]);

      await node.kubectl(['cordon', 'node1']);
      await evict(node, pod);
      const ended = await endOf(node, pod);
      const [success] = await pushed('drained', SUCCESS);
      const evicted = await podOf(node, pod);
      await release.upgrade({}, ['--reuse-values', '--set', 'registryDefaults.requestsPerSecond=100']);
      await node.kubectl(['uncordon', 'node1']);
      await finalize(node, pod, []);
      const over = await overJob(node, 'drained', jobOf(pod));

      expect(ended.exitCode).toBe(3);
      expect(success).toBe('0');
      expect(evicted.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')?.status).toBe('True');
      expect(over.status?.succeeded).toBe(1);
      expect(await pushed('drained', SUCCESS)).toEqual(['1']);
    });

    test('a walk without enough memory is OOMKilled, with 137, and pushes nothing', async () => {
      const release = await installed('small', {}, { resources: TOO_SMALL });
      const [pod] = await release.start('prod');

      const ended = await endOf(node, pod);
      const over = await overJob(node, 'small', jobOf(pod));

      expect(ended).toMatchObject({ reason: 'OOMKilled', exitCode: 137 });
      expect(over.status?.failed).toBe(1);
      expect(await pushed('small', LAST_RUN)).toEqual([]);
    });

    test('an image that is not there keeps the pod pending, until the deadline takes it away without a log', async () => {
      const image = { registry: await node.trust(node.platform), repository: 'probe', tag: 'v2' };
      const release = await installed('imageless', {}, { image, job: { activeDeadlineSeconds: 61 } });
      const [pod] = await release.start('prod');

      let seen = await podOf(node, pod);
      await untilCluster(
        async () => /^(?:ErrImagePull|ImagePullBackOff)$/.test(waitsFor((seen = await podOf(node, pod)))),
        'its image is not pulled',
        PATIENCE_MS,
      );
      const over = await overJob(node, 'imageless', jobOf(pod));

      // What RegistryIntegrityProbeNotStarting asks for.
      expect(seen.status?.phase).toBe('Pending');
      expect(over.status?.conditions?.find(({ type }) => type === 'Failed')?.reason).toBe('DeadlineExceeded');
      expect(await node.list('pods', 'imageless', `batch.kubernetes.io/job-name=${jobOf(pod)}`)).toEqual([]);
    });

    test('an upgrade with the values of before walks on, with its state', async () => {
      const release = await installed('reused');
      const [before] = await release.start('prod');
      const first = await endOf(node, before);
      const state = await release.state('prod');

      await release.upgrade({ logLevel: 'debug' }, ['--reuse-values']);
      const kept = await release.state('prod');
      const [after] = await release.start('prod');
      const second = await endOf(node, after);

      expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
      expect(state.binaryData).toHaveProperty(['prod.state']);
      expect(kept.binaryData).toEqual(state.binaryData);
      expect(await pushed('reused', SUCCESS)).toEqual(['1']);
    });

    test('a scan reads the files of the registry from a directory of the node', async () => {
      const hostPath = dirname(dirname(dirname(registry.storageRoot)));
      await installed('scanned', { storage: { hostPath, podSecurityContext: { runAsNonRoot: false, runAsUser: 0 } } });
      const from = 'cronjob/lab-registry-integrity-probe-prod-storage';

      await node.kubectl(['create', 'job', 'by-hand', '--from', from, '--namespace', 'scanned']);
      const [pod] = await podsOf(node, 'scanned', 'by-hand');
      const ended = await endOf(node, pod);

      expect(ended.exitCode).toBe(0);
      expect(await pushed('scanned', 'registry_integrity_storage_last_success_timestamp_seconds')).toHaveLength(1);
    });
  });
}

/** An uninstall whose hook never reaches the Pushgateway: what Helm said, what is left, and what the hook's pods said. */
export interface Undelivered {
  readonly said: string;
  readonly left: readonly string[];
  readonly log: string;
}

/** Installs a release whose Pushgateway is not there, and uninstalls it, which takes nearly five minutes. */
export async function uninstallUndelivered(node: NodeCluster): Promise<Undelivered> {
  const [name, namespace] = ['lab', 'undelivered'];
  const host = await node.trust(node.platform);
  await createNamespace(node, namespace, RESTRICTED);
  const release = await install(node, {
    name,
    namespace,
    values: {
      image: { registry: host, repository: 'probe', tag: 'v1' },
      registries: { prod: { url: `http://${host}` } },
      // Nobody listens there.
      pushgateway: { url: `http://${machineOf(host)}:1` },
    },
  });
  let said = '';
  await release.uninstall().catch((error: unknown) => (said = String(error)));
  const left = await node.list<V1Job>('cronjobs,configmaps,serviceaccounts,jobs,roles', namespace, release.selector);
  const cleanup = `${release.selector},app.kubernetes.io/component=cleanup`;
  const log = await node.kubectl(['logs', '--namespace', namespace, '--selector', cleanup, '--tail', '-1']);
  return { said, left: left.map(({ kind = '', metadata }) => `${kind} ${metadata?.name}`), log };
}

function machineOf(host: string): string {
  return host.split(':')[0] ?? '';
}

function jobOf(pod: V1Pod | undefined): string {
  return pod?.metadata?.labels?.['batch.kubernetes.io/job-name'] ?? '';
}

function podOf(node: NodeCluster, pod: V1Pod | undefined): Promise<V1Pod> {
  return node.get<V1Pod>('pod', pod?.metadata?.name ?? '', pod?.metadata?.namespace ?? '');
}

/** What the container has said so far; nothing before it runs. */
async function logOf(node: NodeCluster, pod: V1Pod | undefined): Promise<string> {
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  return node.kubectl(['logs', name, '--namespace', namespace]).catch(() => '');
}

function waitsFor({ status }: V1Pod): string {
  return status?.containerStatuses?.[0]?.state?.waiting?.reason ?? '';
}

async function finalize(node: NodeCluster, pod: V1Pod | undefined, finalizers: readonly string[]): Promise<void> {
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  const patch = JSON.stringify({ metadata: { finalizers } });
  await node.kubectl(['patch', 'pod', name, '--namespace', namespace, '--type', 'merge', '--patch', patch]);
}

/** Asks for an eviction, as a drain does of each pod. */
async function evict(node: NodeCluster, pod: V1Pod | undefined): Promise<void> {
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
  await node.kubectl(['create', '--raw', path, '--filename', '-'], eviction);
}

/** How the only container of a pod ended. */
async function endOf(node: NodeCluster, pod: V1Pod | undefined): Promise<V1ContainerStateTerminated> {
  let ended: V1ContainerStateTerminated | undefined;
  await untilCluster(
    async () => {
      ended = (await podOf(node, pod)).status?.containerStatuses?.[0]?.state?.terminated;
      return ended !== undefined;
    },
    `${pod?.metadata?.name} has ended`,
    PATIENCE_MS,
  );
  return ended ?? { exitCode: -1 };
}

/** A Job that is over, however it ended. */
async function overJob(node: NodeCluster, namespace: string, name: string): Promise<V1Job> {
  const isOver = ({ status }: V1Job): boolean =>
    (status?.conditions ?? []).some(({ type, status: is }) => is === 'True' && /^(?:Complete|Failed)$/.test(type));
  let job = await node.get<V1Job>('job', name, namespace);
  await untilCluster(
    async () => isOver((job = await node.get<V1Job>('job', name, namespace))),
    `${name} is over`,
    PATIENCE_MS,
  );
  return job;
}
