import { describe, expect, test } from 'vitest';

import { parseReport } from '../../../src/kubernetes/report-text.ts';
import { buildImage } from '../../../src/demo/content.ts';
import { cronJob, pod, podSpec, podThatRan, templated } from '../../kubernetes/objects.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { clusterScene, HOST, warnings } from './cluster-scene.ts';

const ARM64 = app.arm64.manifest.digest;
const RETIRED = buildImage({ seed: 'cluster/retired' });
const IN_USE_METRIC = 'registry_integrity_failures_in_use';

/** What is read at the same time fails in any order. */
function inOrder(lines: readonly unknown[]): readonly unknown[] {
  const message = (line: unknown): string => (line as { readonly msg: string }).msg;
  return lines.toSorted((one, other) => message(one).localeCompare(message(other)));
}

describe('run in a cluster', () => {
  test('tells which workloads use what is broken: in report, log, metric, ConfigMap and an event', async () => {
    const { registry, api, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    registry.store.removeBlob('single', single.content.config.digest);
    api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);
    api.objects.set('cronjobs.batch', [cronJob('shop/report', [`${HOST}/app:v1`], { suspend: true })]);

    const { code, registry: report, log, metrics } = await run();

    const inUseBy = ['shop/CronJob/report', 'shop/Deployment/web'];
    expect(code).toBe(0);
    expect(report()).toMatchObject({
      complete: true,
      findings: [
        { repository: 'app', object: 'child', fault: 'missing', inUseBy, inUseByCount: 2 },
        { repository: 'single', object: 'config', fault: 'missing', inUseBy: [], inUseByCount: 0 },
      ],
    });
    expect(log.filter(({ msg }) => msg === 'Broken')).toMatchObject([
      { repository: 'app', inUseBy, firstSeen: report().findings[0]?.firstSeen },
      { repository: 'single', inUseBy: [] },
    ]);
    expect(metrics).toMatch(new RegExp(`^${IN_USE_METRIC}\\{[^}]*\\} 1$`, 'm'));
    expect(parseReport(kept(), 'lab')?.findings).toMatchObject([
      { image: 'app:v1', digest: ARM64, platforms: ['linux/arm64'], inUseBy },
      { image: 'single:v1', inUseBy: [] },
    ]);
    expect(api.events).toMatchObject([
      {
        metadata: { namespace: 'shop' },
        involvedObject: { apiVersion: 'batch/v1', kind: 'CronJob', name: 'report', uid: 'uid-report' },
        type: 'Warning',
        reason: 'ImageBroken',
        message: expect.stringMatching(
          new RegExp(`^127\\.0\\.0\\.1:\\d+/app:v1: child missing \\(${ARM64}, linux/arm64\\)\\. Rebuild the image`),
        ),
      },
    ]);
  });

  test('says in text who uses it and since when', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    registry.store.removeBlob('single', single.content.config.digest);
    api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);

    const { stdout } = await run({ format: 'text' });

    expect(stdout).toMatch(/ since {6}20\d\d-.*Z\n {5}in use by {2}shop\/Deployment\/web\n/);
    expect(stdout).toMatch(/ in use by {2}nothing that this cluster runs\n/);
  });

  test('knows since when something is broken, from a state that outlives the run, and tells it in the report', async () => {
    const { registry, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);

    const first = await run();
    const second = await run();

    const [before, after] = [first.registry(), second.registry()];
    expect(after.findings[0]?.firstSeen).toBe(before.finishedAt);
    expect(parseReport(kept(), 'lab')?.findings).toMatchObject([
      { image: 'app:v1', firstSeen: before.finishedAt, lastSeen: after.finishedAt },
    ]);
    expect(kept()).toContain('image: app:v1');
    expect(kept()).toContain(ARM64);
    expect(kept()).toContain('linux/arm64');
  });

  test('a repaired image is gone from the report after a complete run', async () => {
    const { registry, kept, run } = await clusterScene();
    const repair = registry.store.removeManifest('app', ARM64);
    await run();
    repair();

    await run();

    expect(parseReport(kept(), 'lab')).toMatchObject({ broken: 0, findings: [], lastRun: { verdict: 'sound' } });
  });

  test('what an incomplete run does not see stays in the report as it was', async () => {
    const { registry, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    const before = (await run()).registry();
    registry.faults.add({ when: { kind: 'tags', repository: 'app' }, action: { kind: 'status', status: 503 } });

    const { code } = await run();

    expect(code).toBe(3);
    expect(parseReport(kept(), 'lab')).toMatchObject({
      lastRun: { verdict: 'unknown', complete: false },
      lastCompleteRun: before.finishedAt,
      findings: [{ image: 'app:v1', lastSeen: before.finishedAt }],
    });
  });

  test('what is acknowledged is in the report with its day and its reason, and not among what is broken', async () => {
    const { registry, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    await run();
    const acknowledged = [{ repository: 'app', until: '2999-01-31', reason: 'is rebuilt in January' }];

    const { code } = await run({ lab: { acknowledged } });

    expect(code).toBe(0);
    expect(parseReport(kept(), 'lab')).toMatchObject({
      lastRun: { verdict: 'sound' },
      broken: 0,
      findings: [],
      acknowledged: [{ image: 'app:v1', digest: ARM64, until: '2999-01-31', reason: 'is rebuilt in January' }],
    });
  });

  test('a registry that has lost everything changes no finding, and no workload is told', async () => {
    const { registry, api, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    await run();
    const known = parseReport(kept(), 'lab');
    api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/single:v1`])]);
    registry.store.removeManifest('app', app.content.manifest.digest);
    registry.store.removeManifest('single', single.content.manifest.digest);

    const { registry: report } = await run();

    expect(report().verdict).toBe('suspect');
    expect(report().findings.map(({ firstSeen }) => firstSeen)).toEqual([undefined, undefined]);
    expect(parseReport(kept(), 'lab')).toMatchObject({ lastRun: { verdict: 'suspect' }, findings: known?.findings });
    expect(api.events).toEqual([]);
  });

  test('finds a digest that a workload pins, that no tag reaches and that is gone', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.put('app', null, RETIRED);
    registry.store.removeManifest('app', RETIRED.manifest.digest);
    const { digest } = RETIRED.manifest;
    api.objects.set('statefulsets.apps', [templated('shop/db', [`${HOST}/app:retired@${digest}`])]);
    api.objects.set('pods', [podThatRan('shop/db-0', `docker-pullable://${HOST}/app@${digest}`)]);

    const { registry: report } = await run();

    expect(report()).toMatchObject({
      verdict: 'broken',
      complete: true,
      findings: [
        { repository: 'app', tags: [], object: 'manifest', fault: 'missing', digest, inUseBy: ['shop/StatefulSet/db'] },
      ],
    });
    expect(report().findings[0]).not.toHaveProperty('roots');
    expect(registry.requests.all.some(({ reference }) => reference === 'retired')).toBe(false);
  });

  test.each([
    ['drops a digest that was deleted once its workload had moved on', false, { verdict: 'sound', findings: [] }],
    ['keeps it where it cannot be told whether the workload has moved on', true, { verdict: 'broken' }],
  ])('%s', async (_, isDenied, expected) => {
    const { registry, api, kept, run } = await clusterScene();
    api.objects.set('statefulsets.apps', [templated('shop/db', [`${HOST}/app@${RETIRED.manifest.digest}`])]);
    api.objects.set('pods', [podThatRan('other/migrate', `${HOST}/app@${RETIRED.manifest.digest}`)]);
    let readings = 0;
    api.intercept = ({ verb, resource }) => {
      if (verb !== 'list' || resource !== 'deployments.apps') return false;
      readings += 1;
      if (readings === 2) api.objects.delete('statefulsets.apps');
      if (readings === 2 && isDenied) api.denied.add('list pods');
      return false;
    };

    const { registry: report } = await run();

    expect(readings).toBe(2);
    expect(report()).toMatchObject({ complete: true, counts: { churned: isDenied ? 0 : 1 }, ...expected });
    expect(parseReport(kept(), 'lab')?.findings).toHaveLength(isDenied ? 1 : 0);
    expect(registry.requests.all.some(({ reference }) => reference === RETIRED.manifest.digest)).toBe(true);
  });

  test('pinned and sound is sound', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.put('app', null, RETIRED);
    api.objects.set('pods', [pod('shop/shell', [`${HOST}/app@${RETIRED.manifest.digest}`])]);

    const { registry: report } = await run();

    expect(report()).toMatchObject({ verdict: 'sound', counts: { tags: 2, manifests: 5 } });
  });

  test('without any right is complete: a warning for each thing, and nothing is said about use', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    for (const resource of ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'])
      api.denied.add(`list ${resource}`);
    for (const resource of ['cronjobs.batch', 'jobs.batch', 'pods']) api.denied.add(`list ${resource}`);
    api.denied.add('get configmaps');

    const ran = await run();

    expect(ran.code).toBe(0);
    expect(ran.registry()).toMatchObject({ complete: true, verdict: 'broken' });
    expect(ran.registry().findings[0]).not.toHaveProperty('inUseBy');
    expect(ran.registry().findings[0]).not.toHaveProperty('firstSeen');
    expect(ran.metrics).not.toContain(IN_USE_METRIC);
    expect(inOrder(warnings(ran))).toMatchObject([
      {
        verb: 'list',
        resource: 'deployments.apps, statefulsets.apps, daemonsets.apps, cronjobs.batch, jobs.batch, pods',
        namespace: 'all namespaces',
      },
      { verb: 'get', resource: 'configmaps', namespace: 'probe', name: 'report' },
      { detail: expect.stringMatching(/^get configmaps probe\/state: HTTP 403/) },
    ]);
  });

  test('with a part of the rights names who was found, and publishes no number', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    registry.store.removeBlob('single', single.content.config.digest);
    api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);
    api.denied.add('list cronjobs.batch');

    const ran = await run();

    const [used, notKnown] = ran.registry().findings;
    expect(used?.inUseBy).toEqual(['shop/Deployment/web']);
    expect(used).not.toHaveProperty('inUseByCount');
    expect(notKnown).not.toHaveProperty('inUseBy');
    expect(ran.metrics).not.toContain(IN_USE_METRIC);
    expect(ran.metrics).toContain('registry_integrity_failures{');
  });

  test('without a cluster is as good as outside one, with one warning', async () => {
    const { registry, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);

    const ran = await run({ env: { KUBECONFIG: '' } });

    expect(ran.code).toBe(0);
    expect(ran.registry()).toMatchObject({ complete: true, findings: [{ object: 'child' }] });
    expect(warnings(ran)).toEqual([
      {
        detail: 'this is no pod of a cluster, and there is no kubeconfig',
        msg: 'The cluster is not asked for anything',
      },
    ]);
  });

  test('with a kubeconfig that cannot be read goes on, with one warning', async () => {
    const { run } = await clusterScene();

    const ran = await run({ env: { KUBECONFIG: '/nonexistent/kubeconfig' } });

    expect(ran.code).toBe(0);
    expect(warnings(ran)).toMatchObject([{ detail: expect.stringContaining('ENOENT') }]);
  });

  test('with an API that has gone away goes on, with a warning for each thing', async () => {
    const { api, run } = await clusterScene();
    await api.stop();

    const ran = await run();

    expect(ran.code).toBe(0);
    expect(ran.registry().complete).toBe(true);
    expect(inOrder(warnings(ran))).toMatchObject([
      { verb: 'list', resource: 'deployments.apps' },
      { verb: 'get', resource: 'configmaps' },
      { detail: expect.stringContaining('get configmaps probe/state') },
    ]);
  });

  test.each<[string, Readonly<Record<string, Readonly<Record<string, string>>>>]>([
    ['text', { data: { 'lab.state': '{' } }],
    ['a list', { data: { 'lab.state': '[]' } }],
    ['another version', { data: { 'lab.state': '{"version":99}' } }],
    ['bytes', { binaryData: { 'lab.state': 'AJ+Slg==' } }],
  ])('begins a state anew that is %s: one warning, and it is written again', async (_, content) => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    api.configMaps.set('probe/state', { ...content });

    const first = await run();
    const second = await run();

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(warnings(first)).toMatchObject([{ registry: 'lab', msg: expect.stringContaining('begins anew') }]);
    expect(warnings(second)).toEqual([]);
    expect(second.registry().findings[0]?.firstSeen).toBe(first.registry().finishedAt);
    expect(api.configMaps.get('probe/state')?.data).toEqual({});
  });

  test('keeps a state without a report, and says in a report without a state nothing about since when', async () => {
    const { registry, kept, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);

    const first = await run({ kubernetes: { state: 'state' } });
    const second = await run({ kubernetes: { state: 'state' } });
    const third = await run({ kubernetes: { configMap: 'report' } });

    expect(second.registry().findings[0]?.firstSeen).toBe(first.registry().finishedAt);
    expect(third.registry().findings[0]).not.toHaveProperty('firstSeen');
    expect(kept()).toContain('image: app:v1');
    expect(kept()).not.toContain('firstSeen');
  });

  test('a dry run reads the cluster, and writes nothing to it', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);

    const { registry: report } = await run({ flags: ['--dry-run'] });

    expect(report().findings[0]).toMatchObject({ inUseBy: ['shop/Deployment/web'], firstSeen: report().finishedAt });
    expect(new Set(api.calls.map(({ verb }) => verb))).toEqual(new Set(['list', 'get']));
  });

  test('asks for nothing that is not wanted', async () => {
    const { api, run } = await clusterScene();

    await run({ kubernetes: { inUse: false, configMap: null, events: false } });

    expect(api.calls).toEqual([]);
  });

  test.each([
    ['who uses what', { inUse: true }, ['list']],
    ['the report', { configMap: 'report' }, ['get', 'patch']],
  ])('asks for %s alone', async (_, kubernetes, verbs) => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);

    await run({ kubernetes });

    expect([...new Set(api.calls.map(({ verb }) => verb))]).toEqual(verbs);
  });

  test('keeps the report of a shard under a key of its own', async () => {
    const { api, run } = await clusterScene();

    await run({ lab: { shards: 2 }, top: { shard: 1 } });

    expect(Object.keys(api.configMaps.get('probe/report')?.data ?? {})).toEqual(['lab.shard-1.yaml']);
  });

  test('keeps the report where the settings say', async () => {
    const { api, run } = await clusterScene();
    api.configMaps.set('tools/report', {});

    await run({ kubernetes: { configMap: 'report', namespace: 'tools' } });

    expect(Object.keys(api.configMaps.get('tools/report')?.data ?? {})).toEqual(['lab.yaml']);
  });

  test('counts the ephemeral containers and image volumes of a pod', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    const spec = {
      ...podSpec('other:1'),
      ephemeralContainers: [{ name: 'debug', image: `${HOST}/app:v1` }],
      volumes: [{ name: 'data', image: { reference: `${HOST}/app:v1` } }],
    };
    api.objects.set('pods', [{ ...pod('shop/shell', []), spec }]);

    const { registry: report } = await run();

    expect(report().findings[0]?.inUseBy).toEqual(['shop/Pod/shell']);
  });

  test('outside a cluster, nothing of one is looked for unless it is wanted', async () => {
    const { run } = await clusterScene();

    const ran = await run({ kubernetes: {}, env: { KUBECONFIG: '/nonexistent/kubeconfig' } });

    expect(ran.code).toBe(0);
    expect(warnings(ran)).toEqual([]);
  });
});

describe('the platforms of nodes', () => {
  const EVERY_AFFECTS = /tag_failures\{.*affects="([a-z_]+)"\} 1/;

  async function affected(platforms: string, nodes: readonly string[]): Promise<string | undefined> {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    api.objects.set(
      'nodes',
      nodes.map((architecture) => ({
        metadata: { namespace: '', name: architecture },
        status: { nodeInfo: { architecture, operatingSystem: 'linux' } },
      })),
    );
    const { metrics } = await run({ kubernetes: { state: 'state', nodes: true }, lab: { platforms } });
    return EVERY_AFFECTS.exec(metrics)?.[1];
  }

  test.each([
    { title: 'a node has the platform', nodes: ['amd64', 'arm64'], platforms: 'nodes', affects: 'pull' },
    { title: 'no node has it', nodes: ['amd64'], platforms: 'nodes', affects: 'other_platform' },
    { title: 'no node has it, and nobody said that it matters', nodes: ['amd64'], platforms: 'all', affects: 'pull' },
    { title: 'no node is there', nodes: [], platforms: 'nodes', affects: 'pull' },
  ])('decide whom the loss of one hurts: $affects where $title', async ({ nodes, platforms, affects }) => {
    expect(await affected(platforms, nodes)).toBe(affects);
  });

  test('count for a while after the last of them is gone', async () => {
    const { registry, api, run } = await clusterScene();
    registry.store.removeManifest('app', ARM64);
    const nodeOf = (architecture: string) => ({
      metadata: { namespace: '', name: architecture },
      status: { nodeInfo: { architecture, operatingSystem: 'linux' } },
    });
    const settings = { kubernetes: { state: 'state', nodes: true }, lab: { platforms: 'nodes' } };
    api.objects.set('nodes', [nodeOf('amd64'), nodeOf('arm64')]);
    await run(settings);
    api.objects.set('nodes', [nodeOf('amd64')]);

    const { metrics } = await run(settings);

    expect(EVERY_AFFECTS.exec(metrics)?.[1]).toBe('pull');
  });
});

test('a workload that is installed while the walk goes on uses what is broken', async () => {
  const { registry, api, run } = await clusterScene();
  registry.store.removeManifest('app', ARM64);
  let lists = 0;
  api.intercept = ({ verb, resource }) => {
    if (verb === 'list' && resource === 'deployments.apps') {
      lists += 1;
      if (lists === 2) api.objects.set('deployments.apps', [templated('shop/web', [`${HOST}/app:v1`])]);
    }
    return false;
  };

  const { registry: report, metrics } = await run();

  expect(report().findings).toMatchObject([{ inUseBy: ['shop/Deployment/web'], inUseByCount: 1 }]);
  expect(metrics).toMatch(/tag_failures\{.*used="yes"/);
});
