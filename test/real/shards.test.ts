import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';

import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { shardOf } from '../../src/walk/shard.ts';
import { identity, probe, type ProbeRun } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { startStocked, type Stock } from '../support/servers/stocked-registry.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { damageOf } from './damage.ts';

const SHARDS = 3;
const TEAM: readonly Stock[] = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
  repository: `team/${name}`,
  tag: 'v1',
  content: buildImage({ seed: `shards/${name}` }),
}));
const STOCK: readonly Stock[] = [app, single, ...TEAM];

let registry: DockerRegistry;
beforeAll(async () => {
  registry = await startStocked(STOCK);
  const damage = await damageOf(registry);
  await damage.remove(damage.revision('app', app.arm64.manifest.digest));
  await damage.remove(damage.revision('team/c', TEAM[2]?.content.manifest.digest ?? ''));
});
afterAll(() => registry.stop());

let gateway: RunningPushgateway;
let config: string;
beforeEach(async () => {
  gateway = await startPushgateway();
  onTestFinished(() => gateway.stop());
  config = join(await temporaryFolder(), 'config.yaml');
});

async function configure(shards: number): Promise<void> {
  const pushgateway = { url: gateway.url.origin, registries: { big: shards } };
  const registries = { big: { url: registry.url.origin, shards } };
  await writeFile(config, JSON.stringify({ output: 'json', pushgateway, registries }));
}

function runShard(shard: number | null): Promise<ProbeRun> {
  return probe(['run', '--config', config], shard === null ? {} : { PROBE_SHARD: String(shard) });
}

/** The sum over all groups of the registry. */
async function total(metric: string, labels: Readonly<Record<string, string>>[]): Promise<number> {
  const shown = await scrape(gateway, 'big');
  return labels.reduce((sum, one) => sum + (shown.value(metric, one) ?? 0), 0);
}

const EACH = Array.from({ length: SHARDS }, (_, shard) => ({ shard: String(shard) }));

describe('three processes that share a registry', () => {
  test('find together what one process finds, and push a group each', async () => {
    await configure(1);
    const whole = (await runShard(null)).registry();
    const listed = await total('repositories_listed', [{}]);
    await configure(SHARDS);

    const runs = await Promise.all(EACH.map((_, shard) => runShard(shard)));

    const parts = runs.map((run) => run.registry());
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set(STOCK.map(({ repository }) => shardOf(repository, SHARDS))).size).toBe(SHARDS);
    expect(whole.findings).toHaveLength(2);
    expect(parts.flatMap(({ findings }) => findings.map(identity)).toSorted(byRepository)).toEqual(
      whole.findings.map(identity),
    );
    for (const count of ['repositories', 'tags', 'manifests', 'indexes', 'blobs'] as const) {
      expect(parts.reduce((sum, { counts }) => sum + counts[count], 0)).toBe(whole.counts[count]);
    }
    expect(await total('repositories_listed', EACH)).toBe(listed);
    expect(listed).toBe(STOCK.length);
    const shown = await scrape(gateway, 'big');
    expect(EACH.map((labels) => shown.value('shards', labels))).toEqual([SHARDS, SHARDS, SHARDS]);
    expect(EACH.map((labels) => shown.value('last_run_success', labels))).toEqual([1, 1, 1]);
  });

  test('take the place of the one, and leave it to the one again', async () => {
    await configure(1);
    await runShard(null);
    const one = await shardsShown();
    await configure(SHARDS);
    for (const shard of [2, 1, 0]) await runShard(shard);
    const three = await shardsShown();
    await configure(2);
    for (const shard of [1, 0]) await runShard(shard);
    const two = await shardsShown();
    await configure(1);
    await runShard(0);

    expect([one, three, two, await shardsShown()]).toEqual([[''], ['0', '1', '2'], ['0', '1'], ['']]);
  });

  test('are not begun where a process does not know which it is', async () => {
    await configure(SHARDS);

    const unknown = await runShard(null);
    const beyond = await runShard(SHARDS);

    expect([unknown.code, beyond.code]).toEqual([2, 2]);
    expect(await shardsShown()).toEqual([]);
  });
});

/** The `shard` labels that a scrape shows; empty where a group has none. */
async function shardsShown(): Promise<readonly string[]> {
  const text = await gateway.metrics();
  const series = text.split('\n').filter((line) => line.startsWith('registry_integrity_suspect{'));
  return series.map((line) => /shard="(\d+)"/.exec(line)?.[1] ?? '').toSorted();
}

function byRepository(a: { readonly repository: string | null }, b: { readonly repository: string | null }): number {
  return (a.repository ?? '') < (b.repository ?? '') ? -1 : 1;
}
