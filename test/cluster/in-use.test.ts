import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { Report, type ReportedRegistry } from '../../src/report/schema.ts';
import { damageOf } from '../real/damage.ts';
import type { Values } from '../support/chart.ts';
import type { PodOptions } from '../support/cluster/kubelet.ts';
import { createNamespace, install, type Release, RESTRICTED } from '../support/cluster/release.ts';
import { addEphemeralContainer, ran, type Kind, workload } from '../support/cluster/workloads.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { freePort } from '../support/servers/free-port.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

const NAMESPACE = 'probe';
const shop = 'shop';
const WORKLOADS = `${NAMESPACE}:lab-registry-integrity-probe-workloads`;
const CHILD = app.arm64.manifest.digest;
/** An image that no tag leads to any more. */
const untagged = { repository: 'untagged', tag: null, content: buildImage({ seed: 'cluster/untagged' }) };
const LAYER = untagged.content.layers[0]?.digest ?? '';

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
let release: Release;
beforeAll(async () => {
  const stock = [app, single, untagged];
  [cluster, registry, gateway] = await Promise.all([startCluster(), startStocked(stock), startPushgateway()]);
  const damage = await damageOf(registry);
  await damage.remove(damage.revision('app', CHILD));
  await damage.remove(damage.blob(LAYER));
  await createNamespace(cluster, NAMESPACE, RESTRICTED);
  await createNamespace(cluster, shop);
  release = await install(cluster, { name: 'lab', namespace: NAMESPACE, values: values() });
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

beforeEach(async () => {
  const kinds = 'deployments,statefulsets,daemonsets,cronjobs,jobs,pods';
  await cluster.kubectl(['delete', kinds, '--all', '--cascade=foreground', '--namespace', shop]);
});

function values(kubernetes: Values = {}): Values {
  return {
    output: 'json',
    registries: { prod: { url: registry.url.href, hosts: ['registry.example.com'] } },
    pushgateway: { url: gateway.url.href },
    kubernetes,
  };
}

async function walk(options?: PodOptions) {
  const run = await release.walk('prod', options);
  const registryOf = (): ReportedRegistry => {
    const [only] = Report.parse(JSON.parse(run.stdout)).registries;
    if (only === undefined) throw new Error(`no registry in ${run.stdout}`);
    return only;
  };
  return { ...run, report: registryOf() };
}

/** Who uses what is broken, by repository. */
function users({ findings }: ReportedRegistry): Readonly<Record<string, readonly string[] | undefined>> {
  return Object.fromEntries(findings.map(({ repository, inUseBy }) => [repository, inUseBy]));
}

const image = 'registry.example.com/app:v1';
const healthy = 'registry.example.com/single:v1';

describe('what uses a broken image is named', () => {
  test('whatever kind of workload it is, with nothing of it running', async () => {
    const kinds: readonly Kind[] = ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'StatefulSet'];
    await cluster.apply(...kinds.map((kind) => workload(kind, { namespace: shop, name: 'web', image })));

    const { report, code, warnings } = await walk();

    expect(users(report)).toEqual({ app: kinds.map((kind) => `${shop}/${kind}/web`) });
    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBe(1);
  });

  test('by an init container, by a container that was added to a running pod, by the index and by its child', async () => {
    const initContainers = [{ name: 'before', image }];
    const pinned = 'registry.example.com/app@';
    await cluster.apply(
      workload('Deployment', { namespace: shop, name: 'a-init', image: healthy, pod: { initContainers } }),
      workload('Pod', { namespace: shop, name: 'b-debug', image: healthy }),
      workload('Deployment', { namespace: shop, name: 'c-index', image: pinned + app.content.manifest.digest }),
      workload('Deployment', { namespace: shop, name: 'd-child', image: pinned + CHILD }),
      workload('Deployment', { namespace: shop, name: 'e-other', image: pinned + app.amd64.manifest.digest }),
      workload('Deployment', { namespace: shop, name: 'f-elsewhere', image: 'registry.invalid/app:v1' }),
      workload('Deployment', { namespace: shop, name: 'g-whole', image: healthy }),
    );
    await addEphemeralContainer(cluster, { namespace: shop, name: 'b-debug', image });

    const { report } = await walk();

    const names = report.findings.flatMap(({ inUseBy = [] }) => inUseBy);
    expect([...new Set(names)].toSorted()).toEqual([
      `${shop}/Deployment/a-init`,
      `${shop}/Deployment/c-index`,
      `${shop}/Deployment/d-child`,
      `${shop}/Pod/b-debug`,
    ]);
  });

  test('a Deployment that runs stands for its pods', async () => {
    await cluster.apply(workload('Deployment', { namespace: shop, name: 'web', image }));
    await cluster.kubectl(['scale', 'deployment', 'web', '--replicas', '3', '--namespace', shop]);
    await cluster.kubectl(['wait', '--for=create', 'pod', '--selector', 'app=web', '--namespace', shop]);

    const { report } = await walk();

    expect(users(report)).toEqual({ app: [`${shop}/Deployment/web`] });
  });

  test('nobody, where nothing uses it', async () => {
    await cluster.apply(workload('Deployment', { namespace: shop, name: 'web', image: healthy }));

    const { report } = await walk();

    expect(users(report)).toEqual({ app: [] });
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBe(0);
  });
});

describe('an image that no tag reaches', () => {
  const { digest } = untagged.content.manifest;

  test.each([
    ['by its digest', `registry.example.com/untagged@${digest}`],
    ['by its digest with a tag that leads elsewhere', `registry.example.com/untagged:v1@${digest}`],
  ])('is walked when a workload names it %s, and its loss is found', async (_, pinned) => {
    await cluster.apply(workload('Deployment', { namespace: shop, name: 'web', image: pinned }));

    const { report } = await walk();

    const found = report.findings.filter(({ repository }) => repository === 'untagged');
    expect(found).toMatchObject([
      { object: 'layer', tags: [], digest: LAYER, path: [digest, LAYER], inUseBy: [`${shop}/Deployment/web`] },
    ]);
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBe(1);
  });

  test('is a finding of its own when it is gone as a whole', async () => {
    const gone = `sha256:${'0'.repeat(64)}`;
    const pinned = `registry.example.com/single@${gone}`;
    await cluster.apply(
      workload('CronJob', { namespace: shop, name: 'nightly', image: pinned }),
      workload('Pod', { namespace: shop, name: 'last-night', image: pinned }),
    );
    await ran(cluster, { namespace: shop, name: 'last-night', image: pinned });

    const { report } = await walk();

    expect(report.findings).toContainEqual(
      expect.objectContaining({
        repository: 'single',
        object: 'manifest',
        fault: 'missing',
        digest: gone,
        inUseBy: [`${shop}/CronJob/nightly`],
      }),
    );
  });

  test('is counted, and no finding, where no pod says that it was ever there', async () => {
    // One that the state does not know.
    const pinned = `registry.example.com/single@sha256:${'1'.repeat(64)}`;
    await cluster.apply(workload('CronJob', { namespace: shop, name: 'nightly', image: pinned }));

    const { report } = await walk();

    expect(report.findings.filter(({ repository }) => repository === 'single')).toEqual([]);
    expect(report.counts.neverSeen).toBe(1);
  });

  test('is not looked at while nobody names it', async () => {
    const { report } = await walk();

    expect(users(report)).toEqual({ app: [] });
  });
});

describe('without the right to read workloads', () => {
  test('a run is complete, tells it in one warning, and says nothing of who uses what', async () => {
    await cluster.apply(workload('Deployment', { namespace: shop, name: 'web', image }));
    await cluster.kubectl(['delete', 'clusterrolebinding', WORKLOADS]);

    const { code, report, warnings } = await walk();
    await release.upgrade(values());

    expect({ code, complete: report.complete }).toEqual({ code: 0, complete: true });
    expect(users(report)).toEqual({ app: undefined });
    expect(warnings).toHaveLength(1);
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBeNull();
    expect((await scrape(gateway, 'prod')).value('last_run_success')).toBe(1);
  });

  test('of one kind, those of the others are named, and the number is left out', async () => {
    await cluster.apply(workload('Deployment', { namespace: shop, name: 'web', image }));
    const rules = [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['list'] }];
    const patch = JSON.stringify({ rules: [...rules, { apiGroups: [''], resources: ['pods'], verbs: ['list'] }] });
    await cluster.kubectl(['patch', 'clusterrole', WORKLOADS, '--type', 'merge', '--patch', patch]);

    const { code, report, warnings } = await walk();
    await release.upgrade(values());

    expect(code).toBe(0);
    expect(users(report)).toEqual({ app: [`${shop}/Deployment/web`] });
    expect(warnings.length).toBeGreaterThan(0);
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBeNull();
  });

  test('with an API server that is gone, a run is complete all the same', async () => {
    const port = await freePort();

    const { code, report, warnings } = await walk({ server: `https://127.0.0.1:${port}` });

    expect({ code, complete: report.complete }).toEqual({ code: 0, complete: true });
    expect(warnings.length).toBeGreaterThan(0);
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBeNull();
  });

  test('because it is switched off, a run does not speak of it', async () => {
    await release.upgrade(values({ inUse: false, report: false, state: false }));

    const { code, report, warnings } = await walk();
    await release.upgrade(values());

    expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
    expect(users(report)).toEqual({ app: undefined });
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBeNull();
  });
});
