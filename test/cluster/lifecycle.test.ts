import type { V1ConfigMap, V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { templateText, type Values } from '../support/chart.ts';
import { untilCluster } from '../support/cluster/clients.ts';
import { type PodRun, runPod } from '../support/cluster/kubelet.ts';
import { createNamespace, install, type Release, RESTRICTED } from '../support/cluster/release.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

/** Everything of the chart that can be there, in a namespace and without one. */
const KINDS =
  'configmaps,secrets,serviceaccounts,cronjobs,jobs,pods,roles,rolebindings,clusterroles,clusterrolebindings,networkpolicies';

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
beforeAll(async () => {
  [cluster, registry, gateway] = await Promise.all([startCluster(), startStocked([app, single]), startPushgateway()]);
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

let release: Release;
let count = 0;
beforeEach(async () => {
  count += 1;
  const name = `release-${count}`;
  await createNamespace(cluster, name, RESTRICTED);
  release = await install(cluster, { name, namespace: name, values: values(['prod', 'mirror']) });
});

function values(registries: readonly string[], settings: Values = {}, shards: number = 1): Values {
  const one = { url: registry.url.href, ...(shards === 1 ? {} : { shards }) };
  return {
    registries: Object.fromEntries(registries.map((name) => [name, one])),
    // Nobody is walking when these are uninstalled.
    pushgateway: { url: gateway.url.href, cleanup: { wait: '1s' } },
    ...settings,
  };
}

function job(): string {
  return `${release.name}-registry-integrity-probe`;
}

/** The groups of a release in the Pushgateway: `prod`, `prod/1`. */
async function groups(ofJob: string = job()): Promise<readonly string[]> {
  const response = await fetch(new URL('api/v1/metrics', gateway.url));
  const { data } = (await response.json()) as { readonly data: readonly { readonly labels: Record<string, string> }[] };
  return data
    .filter(({ labels }) => labels['job'] === ofJob)
    .map(({ labels }) => [labels['registry'], labels['shard']].filter((part) => part !== undefined).join('/'))
    .toSorted();
}

/** Ends with the release's uninstallation, for which the pod of its hook has to run. */
async function uninstall(): Promise<PodRun> {
  const { namespace, selector } = release;
  const done = release.uninstall();
  let pods: readonly V1Pod[] = [];
  const hook = untilCluster(async () => {
    pods = await cluster.list<V1Pod>('pods', namespace, `${selector},app.kubernetes.io/component=cleanup`);
    return pods.length > 0;
  }, 'the hook has its pod');
  await Promise.race([hook, done.then(() => hook)]);
  const run = await runPod(cluster, { namespace, name: pods[0]?.metadata?.name ?? '' });
  await done;
  return run;
}

function expectKept(after: V1ConfigMap, before: V1ConfigMap): void {
  expect(before.data?.['prod.yaml']).toContain('registry: prod');
  expect(after.data).toEqual(before.data);
}

describe('an upgrade', () => {
  test('keeps the report and the state, when helm makes it', async () => {
    await release.walk('prod');
    const before = await release.report('prod');
    const state = await release.state('prod');

    await release.upgrade(values(['prod', 'mirror'], { commonLabels: { team: 'platform' } }));

    const after = await release.report('prod');
    expect(after.metadata?.labels?.['team']).toBe('platform');
    expectKept(after, before);
    expect(state.binaryData).toHaveProperty(['prod.state']);
    expect((await release.state('prod')).binaryData).toEqual(state.binaryData);
  });

  test('keeps the report and the state, when it is applied on the server', async () => {
    await release.walk('prod');
    const before = await release.report('prod');
    const state = await release.state('prod');
    const { name, namespace } = release;
    const args = ['--kube-version', '1.35.0'];
    const objects = templateText(values(['prod', 'mirror'], { commonLabels: { team: 'platform' } }), {
      release: name,
      namespace,
      args,
    });

    const apply = ['apply', '--server-side', '--force-conflicts', '--field-manager', 'gitops', '--filename', '-'];
    await cluster.kubectl([...apply, '--selector', release.selector], objects);

    const after = await release.report('prod');
    expect(after.metadata?.labels?.['team']).toBe('platform');
    expectKept(after, before);
    expect(state.binaryData).toHaveProperty(['prod.state']);
    expect((await release.state('prod')).binaryData).toEqual(state.binaryData);
  });

  test('keeps the report and the state over a rollback', async () => {
    await release.upgrade(values(['prod', 'mirror'], { commonLabels: { team: 'platform' } }));
    await release.walk('prod');
    const before = await release.report('prod');
    const state = await release.state('prod');

    await cluster.helm(['rollback', release.name, '1', '--namespace', release.namespace]);

    const after = await release.report('prod');
    expect(after.metadata?.labels?.['team']).toBeUndefined();
    expectKept(after, before);
    expect(state.binaryData).toHaveProperty(['prod.state']);
    expect((await release.state('prod')).binaryData).toEqual(state.binaryData);
  });
});

describe('a registry that is taken out of the values', () => {
  test('loses its ConfigMap and its CronJob at once, and its group with the next run', async () => {
    await release.walk('prod');
    await release.walk('mirror');
    expect(await groups()).toEqual(['mirror', 'prod']);

    await release.upgrade(values(['prod']));
    const names = await ofRelease('configmaps,cronjobs');
    const before = await groups();
    await release.walk('prod');

    expect(names.filter((name) => name.includes('mirror'))).toEqual([]);
    expect(names.filter((name) => name.includes('prod'))).not.toEqual([]);
    expect(before).toEqual(['mirror', 'prod']);
    expect(await groups()).toEqual(['prod']);
  });

  test('leaves the groups of another release alone', async () => {
    await release.walk('prod');
    const first = job();
    const name = `other-${count}`;
    await createNamespace(cluster, name, RESTRICTED);
    release = await install(cluster, { name, namespace: name, values: values(['mirror']) });

    await release.walk('mirror');

    expect(await groups()).toEqual(['mirror']);
    expect(await groups(first)).toEqual(['prod']);
  });
});

describe('a divided registry', () => {
  test('is walked by its pods together, each repository once, and each keeps its part of the report and a state', async () => {
    await release.upgrade(values(['prod'], {}, 3));

    const runs = await walkShards(3);

    const checked = await Promise.all(['0', '1', '2'].map((shard) => value('repositories_checked', shard)));
    expect(runs).toMatchObject([{ code: 0 }, { code: 0 }, { code: 0 }]);
    expect(await groups()).toEqual(['prod/0', 'prod/1', 'prod/2']);
    expect(checked.reduce((sum, one) => sum + one, 0)).toBe(2);
    const { data = {} } = await release.report('prod');
    expect(Object.keys(data).toSorted()).toEqual([0, 1, 2].map((shard) => `prod.shard-${shard}.yaml`));
    const states = await Promise.all([0, 1, 2].map((shard) => release.state('prod', `-${shard}`)));
    expect(states.map(({ binaryData = {} }) => Object.keys(binaryData))).toEqual(
      [0, 1, 2].map((shard) => [`prod.shard-${shard}.state`]),
    );
  });

  test('loses the groups of the shards that are no more with the next run', async () => {
    await release.upgrade(values(['prod'], {}, 3));
    await walkShards(3);

    await release.upgrade(values(['prod'], {}, 2));
    await walkShards(2);

    expect(await groups()).toEqual(['prod/0', 'prod/1']);
  });

  async function walkShards(shards: number): Promise<readonly PodRun[]> {
    const pods = await release.start('prod');
    expect(pods).toHaveLength(shards);
    const { namespace } = release;
    return Promise.all(pods.map(({ metadata }) => runPod(cluster, { namespace, name: metadata?.name ?? '' })));
  }

  async function value(metric: string, shard: string): Promise<number> {
    const text = await gateway.metrics();
    const lines = text.split('\n').filter((line) => line.startsWith(`registry_integrity_${metric}{`));
    const line = lines.find((one) => one.includes(`job="${job()}"`) && one.includes(`shard="${shard}"`));
    return Number(line?.split(' ').at(-1));
  }
});

describe('helm uninstall', () => {
  test('leaves nothing in the cluster, and no group on the Pushgateway', async () => {
    await release.walk('prod');
    await release.walk('mirror');
    const other = await install(cluster, {
      name: 'stays',
      namespace: release.namespace,
      values: values(['prod']),
    });
    await other.walk('prod');

    const run = await uninstall();

    expect(run.code).toBe(0);
    expect(await groups()).toEqual([]);
    expect(await groups('stays-registry-integrity-probe')).toEqual(['prod']);
    await untilCluster(async () => (await ofRelease(KINDS)).length === 0, 'nothing of the release is there');
  });
});

async function ofRelease(kinds: string): Promise<readonly string[]> {
  const found = await cluster.list<V1ConfigMap>(kinds, release.namespace, release.selector);
  return found.map(({ metadata }) => metadata?.name ?? '');
}
