import type { V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import type { Values } from '../support/chart.ts';
import { createNamespace, install, type Release, RESTRICTED } from '../support/cluster/release.ts';
import { workload } from '../support/cluster/workloads.ts';
import { damageOf } from '../real/damage.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';

const NAMESPACE = 'probe';
const REPORT = 'lab-registry-integrity-probe-prod-report';
const KEY = 'prod.yaml';
const CHILD = app.arm64.manifest.digest;

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
let release: Release;
beforeAll(async () => {
  [cluster, registry, gateway] = await Promise.all([startCluster(), startStocked([app, single]), startPushgateway()]);
  const damage = await damageOf(registry);
  await damage.remove(damage.revision('app', CHILD));
  await createNamespace(cluster, NAMESPACE, RESTRICTED);
  await createNamespace(cluster, 'shop');
  const web = { namespace: 'shop', name: 'web', image: 'registry.example.com/app:v1' };
  await cluster.apply(workload('Deployment', web));
  release = await install(cluster, { name: 'lab', namespace: NAMESPACE, values: values() });
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

function values(kubernetes: Values = {}): Values {
  return {
    registries: { prod: { url: registry.url.href, hosts: ['registry.example.com'] } },
    pushgateway: { url: gateway.url.href },
    kubernetes,
  };
}

/** The report as it is kept, parsed. */
async function kept() {
  const { data = {} } = await release.report('prod');
  return parse(data[KEY] ?? '') as { readonly findings: readonly Readonly<Record<string, unknown>>[] };
}

describe('the ConfigMap', () => {
  test('names what is broken, since when and who uses it, readable as kubectl prints it', async () => {
    const run = await release.walk('prod');

    const printed = await cluster.kubectl(['get', 'configmap', REPORT, '--namespace', NAMESPACE, '--output', 'yaml']);
    expect(run).toMatchObject({ code: 0, warnings: [] });
    expect(printed).toMatch(/^ {2}prod\.yaml: \|\n {4}/m);
    expect(printed).not.toMatch(/\\n/);
    expect(printed).toMatch(/^ {4}.*image: app:v1$/m);
    expect(printed).toMatch(/^ {4}.*digest: sha256:/m);
    expect(printed).toContain(CHILD);
    expect(printed).toMatch(/^ {4}.*- linux\/arm64$/m);
    expect(printed).toMatch(/^ {4}.*firstSeen: /m);
    expect(printed).toMatch(/^ {4}.*- shop\/Deployment\/web$/m);
  });

  test('goes with the metric of findings that are in use', async () => {
    await release.walk('prod');

    const { value, nonZero } = await scrape(gateway, 'prod');

    expect(nonZero('failures')).toEqual({ 'child/missing': 1 });
    expect(value('failures_in_use')).toBe(1);
    expect(value('last_run_success')).toBe(1);
  });

  test('keeps since when something is broken, over runs whose logs are gone', async () => {
    await release.walk('prod');
    const before = await kept();
    await cluster.kubectl(['delete', 'jobs', '--all', '--namespace', NAMESPACE]);

    await release.walk('prod');

    const after = await kept();
    expect(after.findings).toHaveLength(1);
    expect(after.findings[0]?.['firstSeen']).toBe(before.findings[0]?.['firstSeen']);
    expect(after.findings[0]?.['lastSeen']).not.toBe(before.findings[0]?.['lastSeen']);
  });

  test.each<{ what: string; content: Pick<V1ConfigMap, 'data' | 'binaryData'> }>([
    { what: 'a broken text', content: { data: { [KEY]: '{' } } },
    { what: 'a list', content: { data: { [KEY]: '[]' } } },
    { what: 'another version', content: { data: { [KEY]: '{"version":99}' } } },
    { what: 'bytes', content: { binaryData: { [KEY]: Buffer.from([0, 159, 146, 150]).toString('base64') } } },
  ])('is written anew where it holds $what, and the run is complete', async ({ content }) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: REPORT, namespace: NAMESPACE } };
    await cluster.kubectl(['patch', 'configmap', REPORT, '-n', NAMESPACE, '--type', 'json', '--patch', EMPTIED]);
    await cluster.apply({ ...object, ...content });

    const run = await release.walk('prod');

    expect(run).toMatchObject({ code: 0, warnings: [] });
    expect((await kept()).findings).toMatchObject([{ image: 'app:v1', fault: 'missing', digest: CHILD }]);
    expect((await release.report('prod')).binaryData).toBeUndefined();
    expect((await scrape(gateway, 'prod')).value('last_run_success')).toBe(1);
  });

  test('is not made anew by the probe where somebody deleted it: one warning, and the run is complete', async () => {
    await cluster.kubectl(['delete', 'configmap', REPORT, '--namespace', NAMESPACE]);

    const run = await release.walk('prod');
    await release.upgrade(values());

    expect(run.code).toBe(0);
    expect(run.warnings).toHaveLength(1);
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBe(1);
  });
});

/** Takes all content away, whatever there is. */
const EMPTIED = JSON.stringify(['data', 'binaryData'].map((key) => ({ op: 'add', path: `/${key}`, value: {} })));

describe('an Event', () => {
  const events = (): Promise<string> => cluster.kubectl(['get', 'events', '--namespace', 'shop']);
  const clear = (): Promise<string> => cluster.kubectl(['delete', 'events', '--all', '--namespace', 'shop']);

  test('is written to the workload that uses what is broken, one for a finding and a run', async () => {
    await release.upgrade(values({ events: true }));
    await clear();

    const run = await release.walk('prod');

    const printed = await events();
    expect(run).toMatchObject({ code: 0, warnings: [] });
    expect(printed.match(/Warning +ImageBroken +deployment\/web .*app:v1/g)).toHaveLength(1);
    expect(await cluster.kubectl(['describe', 'deployment', 'web', '--namespace', 'shop'])).toContain('ImageBroken');
  });

  test('is not written unless it is wanted', async () => {
    await release.upgrade(values());
    await clear();

    await release.walk('prod');

    expect(await events()).not.toContain('ImageBroken');
  });

  test('is not written where the right is missing: one warning, and the run is complete', async () => {
    await release.upgrade(values({ events: true }));
    await clear();
    await cluster.kubectl(['delete', 'clusterrolebinding', `${NAMESPACE}:lab-registry-integrity-probe-events`]);

    const run = await release.walk('prod');
    await release.upgrade(values());

    expect(run.code).toBe(0);
    expect(run.warnings).toEqual(['Event not sent']);
    expect(await events()).not.toContain('ImageBroken');
  });
});
