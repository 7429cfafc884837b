import type { V1Job, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KubernetesObject, Values } from '../support/chart.ts';
import { untilCluster } from '../support/cluster/clients.ts';
import { runPod } from '../support/cluster/kubelet.ts';
import { createNamespace, install, podsOf, RESTRICTED } from '../support/cluster/release.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** A Job's pod is named after it and its index, and that is its host's name. */
const MAX_HOST_NAME = 63;

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
beforeAll(async () => {
  cluster = await startCluster();
  registry = await startStocked([app, single]);
  gateway = await startPushgateway();
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

describe('a namespace that enforces Pod Security restricted', () => {
  test('takes the default installation, and its CronJob makes a Job and a pod when it is due', async () => {
    await createNamespace(cluster, 'due', RESTRICTED);

    const release = await install(cluster, {
      name: 'due',
      namespace: 'due',
      values: {
        registries: { prod: { url: registry.url.href } },
        pushgateway: { url: gateway.url.href },
        ...dueSoon(),
      },
    });

    expect(release.printed.stderr).not.toContain('violate');
    await untilCluster(async () => (await jobsOf('due')).length > 0, 'the CronJob has made a Job', 90_000);
    const [job] = await jobsOf('due');
    expect(job?.metadata?.ownerReferences).toMatchObject([
      { kind: 'CronJob', name: 'due-registry-integrity-probe-prod' },
    ]);
    expect(await podsOf(cluster, 'due', job?.metadata?.name ?? '')).toHaveLength(1);
  });

  test('takes every feature of the chart', async () => {
    await createNamespace(cluster, 'all', RESTRICTED);

    const release = await install(cluster, { name: 'all', namespace: 'all', values: everything() });

    expect(release.printed.stderr).not.toContain('violate');
    expect(await release.start('prod')).toHaveLength(1);
    expect(await release.start('divided')).toHaveLength(12);
    await untilCluster(async () => (await pushgatewayPods()).length === 1, 'the Pushgateway has its pod');
  });

  test('takes the pods of helm test, which list each catalog and walk nothing', async () => {
    await createNamespace(cluster, 'tried', RESTRICTED);
    const registries = { prod: { url: registry.url.href } };
    const values = { registries, pushgateway: { url: gateway.url.href } };
    await install(cluster, { name: 'tried', namespace: 'tried', values });

    const done = cluster.helm(['test', 'tried', '--namespace', 'tried']);
    const pod = { namespace: 'tried', name: 'tried-registry-integrity-probe-prod-test' };
    await untilCluster(() => cluster.exists('pod', pod.name, pod.namespace), 'the pod of the test is there');
    const run = await runPod(cluster, pod);

    expect((await done).stdout).toContain('Succeeded');
    expect(run).toMatchObject({ code: 0, warnings: [] });
    expect(run.stdout).toContain('its catalog can be listed; no image was looked at');
    expect(run.stdout).toContain('Pushgateway: takes a push, and takes it back');
  });

  test('refuses a pod that may run as root, and the events say so', async () => {
    await createNamespace(cluster, 'root', RESTRICTED);
    const values = { ...everything(), podSecurityContext: null };

    const release = await install(cluster, { name: 'root', namespace: 'root', values });

    expect(release.printed.stderr).toContain('would violate PodSecurity');
    await cluster.kubectl([
      'create',
      'job',
      'refused',
      '--from',
      'cronjob/root-registry-integrity-probe-prod',
      '-n',
      'root',
    ]);
    await untilCluster(
      async () => (await cluster.kubectl(['get', 'events', '-n', 'root'])).includes('violates PodSecurity'),
      'the pod is refused',
    );
  });
});

describe('a divided registry', () => {
  test.each([
    { name: 'short', shards: 3 },
    { name: 'a-release-name-of-fifty-three-characters-is-the-limit', shards: 12 },
  ])('of $shards shards in release $name has a pod for each, whose host name fits', async ({ name, shards }) => {
    const namespace = `shards-${shards}`;
    await createNamespace(cluster, namespace, RESTRICTED);
    const release = await install(cluster, {
      name,
      namespace,
      values: {
        registries: { 'a-registry-name-of-forty-characters-long': { url: registry.url.href, shards } },
        pushgateway: { url: gateway.url.href },
      },
    });

    const pods = await release.start('a-registry-name-of-forty-characters-long');

    expect(pods.map(indexOf).toSorted()).toEqual([...Array(shards).keys()].map(String).toSorted());
    for (const { spec, metadata } of pods) {
      expect((spec?.hostname ?? '').length).toBeGreaterThan(0);
      expect((spec?.hostname ?? '').length).toBeLessThanOrEqual(MAX_HOST_NAME);
      expect((metadata?.name ?? '').length).toBeLessThanOrEqual(MAX_HOST_NAME);
    }
  });
});

/** As much at once as goes together; Secrets and the resources of operators are not there. */
function everything(): Values {
  return {
    registries: {
      prod: { url: registry.url.href, hosts: ['registry.example.com'], auth: { pullSecret: 'pull' } },
      divided: { url: registry.url.href, shards: 12, auth: { username: 'probe', password: 'secret' } },
    },
    pushgateway: { enabled: true, groupingLabels: { cluster: 'test' } },
    kubernetes: { inUse: true, report: true, state: true, events: true },
    prometheusRule: { configMap: { enabled: true } },
    networkPolicy: { enabled: true },
    commonLabels: { team: 'platform' },
    commonAnnotations: { 'example.com/contact': 'platform' },
  };
}

/** Once an hour, for the first time within 70 seconds. */
function dueSoon(): Values {
  const soon = new Date(Date.now() + 10_000);
  return { cronJob: { schedule: `${(soon.getUTCMinutes() + 1) % 60} * * * *` }, staleAfterSeconds: 7200 };
}

function jobsOf(namespace: string): Promise<readonly V1Job[]> {
  return cluster.list<V1Job>('jobs', namespace);
}

function pushgatewayPods(): Promise<readonly KubernetesObject[]> {
  return cluster.list<KubernetesObject>('pods', 'all', 'app.kubernetes.io/component=pushgateway');
}

function indexOf({ metadata }: V1Pod): string {
  return metadata?.annotations?.['batch.kubernetes.io/job-completion-index'] ?? '';
}
