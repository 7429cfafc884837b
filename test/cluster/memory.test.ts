import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

import { damageOf } from '../real/damage.ts';
import type { Values } from '../support/chart.ts';
import { runPod } from '../support/cluster/kubelet.ts';
import { createPods, defaultAccount } from '../support/cluster/many-pods.ts';
import { install, type Release } from '../support/cluster/release.ts';
import { buildBundle, type Bundle } from '../support/image/bundle.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { type Cluster, startCluster } from '../support/servers/kubernetes.ts';
import { type RunningPushgateway, startPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAMESPACE = 'probe';
const PODS = 20_000;
/** One in so many runs the broken image. */
const BROKEN_EVERY = 100;
/** Different images of the configured registry that pods run: all of them are looked at, and most are kept. */
const IMAGES = 2_000;
const PRELOAD = resolve(import.meta.dirname, '..', 'support', 'cluster', 'peak-memory.mjs');
const PATIENCE_MS = 400_000;

let cluster: Cluster;
let registry: DockerRegistry;
let gateway: RunningPushgateway;
let release: Release;
let bundle: Bundle;
beforeAll(async () => {
  // Controllers would read all of the pods, too, and no Job is needed here.
  [cluster, registry, gateway, bundle] = await Promise.all([
    startCluster({ controllers: false }),
    startStocked([app, single]),
    startPushgateway(),
    buildBundle(),
  ]);
  const damage = await damageOf(registry);
  await damage.remove(damage.revision('app', app.arm64.manifest.digest));
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await cluster.apply(defaultAccount(NAMESPACE));
  release = await install(cluster, { name: 'lab', namespace: NAMESPACE, values: values(OFF) });
});
afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await cluster.stop();
});

const OFF = { inUse: false, report: false, state: false };
const ON = { inUse: true, report: true, state: true };

function values(kubernetes: Values): Values {
  return {
    registries: { prod: { url: registry.url.href, hosts: ['registry.example.com'] } },
    pushgateway: { url: gateway.url.href },
    kubernetes,
  };
}

function imageOf(index: number): string {
  const name = index % BROKEN_EVERY === 0 ? 'app:v1' : `services/service-${index % IMAGES}:2.${index % 7}.0`;
  return `registry.example.com/${name}`;
}

/** Runs a pod of the CronJob as its Job would, with the released program; answers with what it needed at the most. */
async function walk() {
  const name = `walk-${randomUUID().slice(0, 8)}`;
  const template = (await release.cronJob('prod')).spec?.jobTemplate.spec?.template;
  await cluster.apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: NAMESPACE },
    spec: template?.spec,
  });
  const file = join(await temporaryFolder(), 'peak');
  const env = { NODE_OPTIONS: `--import=${PRELOAD}`, PEAK_MEMORY_FILE: file };
  const startedAt = performance.now();
  const run = await runPod(cluster, { namespace: NAMESPACE, name }, { program: bundle.path, env });
  const seconds = (performance.now() - startedAt) / 1000;
  return { run, seconds, mebibytes: Number(await readFile(file, 'utf8')) / 1024 };
}

test(
  `a cluster of ${PODS} pods is read whole, page by page`,
  async () => {
    const without = await walk();
    await release.upgrade(values(ON));
    const few = await walk();
    const startedAt = performance.now();
    await createPods(cluster, PODS, imageOf);
    const seconds = (performance.now() - startedAt) / 1000;

    const many = await walk();

    const { data = {} } = await release.report('prod');
    const { findings } = parse(data['prod.yaml'] ?? '') as { readonly findings: readonly { inUseByCount?: number }[] };
    console.log(
      [
        `${PODS} pods made in ${seconds.toFixed(0)} s; the most memory that a walk had without a limit, and its time:`,
        `  without the cluster        ${describe(without)}`,
        `  with a cluster of no pods  ${describe(few)}`,
        `  with ${PODS} pods          ${describe(many)}`,
      ].join('\n'),
    );
    expect(many.run).toMatchObject({ code: 0, warnings: [] });
    expect((await scrape(gateway, 'prod')).value('failures_in_use')).toBe(1);
    expect(findings).toMatchObject([{ inUseByCount: PODS / BROKEN_EVERY }]);
  },
  PATIENCE_MS,
);

function describe({ mebibytes, seconds }: Awaited<ReturnType<typeof walk>>): string {
  return `${mebibytes.toFixed(0)} MiB, ${seconds.toFixed(1)} s`;
}
