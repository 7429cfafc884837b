import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { readMetrics } from '../support/shown.ts';
import { identity, probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import type { DockerRegistry } from '../support/servers/docker-registry.ts';
import { freePort } from '../support/servers/free-port.ts';
import { type ReverseProxy, startReverseProxy } from '../support/servers/reverse-proxy.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { type HttpStub, startStub } from '../support/servers/stub-http.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { damageOf } from './damage.ts';

const CHILD = app.arm64.manifest.digest;
const LOST_CHILD = {
  repository: 'app',
  tags: ['v1'],
  object: 'child',
  fault: 'missing',
  digest: CHILD,
  path: [app.content.manifest.digest, CHILD],
  platforms: ['linux/arm64'],
};

type Name = 'healthy' | 'damaged' | 'absent';

let healthy: DockerRegistry;
let damaged: DockerRegistry;
let addresses: Readonly<Record<Name, string>>;
beforeAll(async () => {
  healthy = await startStocked([app, single]);
  damaged = await startStocked([app, single]);
  const damage = await damageOf(damaged);
  await damage.remove(damage.revision('app', CHILD));
  const absent = `http://127.0.0.1:${await freePort()}`;
  addresses = { healthy: healthy.url.origin, damaged: damaged.url.origin, absent };
});
afterAll(async () => {
  await healthy.stop();
  await damaged.stop();
});

let folder: string;
let gateway: HttpStub;
beforeEach(async () => {
  folder = await temporaryFolder();
  gateway = await startStub((_, response) => response.writeHead(200).end());
  onTestFinished(() => gateway.stop());
});

/** Writes a config file with these registries and returns its path. */
async function configFile(names: readonly Name[], settings: object = {}): Promise<string> {
  const path = join(folder, 'config.yaml');
  const registries = Object.fromEntries(names.map((name) => [name, { url: addresses[name] }]));
  await writeFile(path, JSON.stringify({ ...settings, output: 'json', registries }));
  return path;
}

const ALL: readonly Name[] = ['healthy', 'damaged', 'absent'];

describe('a run over several registries', () => {
  test('tells of each for itself: one that does not answer takes nothing from the others', async () => {
    const run = await probe(['run', '--config', await configFile(ALL)]);

    const [absent, broken, sound] = run.report().registries;
    expect(run.code).toBe(3);
    expect(sound).toMatchObject({ name: 'healthy', complete: true, verdict: 'sound', findings: [] });
    expect(sound?.counts).toMatchObject({ repositories: 2, tags: 2, indexes: 1, manifests: 4, blobs: 11 });
    expect(broken).toMatchObject({ name: 'damaged', complete: true, verdict: 'broken' });
    expect(broken?.findings.map(identity)).toEqual([LOST_CHILD]);
    expect(absent).toMatchObject({ name: 'absent', complete: false, catalogAccessible: false, verdict: 'unknown' });
    expect(absent?.unknowns).toMatchObject([{ repository: null, reference: '_catalog', reason: 'connection' }]);
  });

  test.each<{ names: readonly Name[]; flags: readonly string[]; status: number; code: number; why: string }>([
    { names: ['healthy'], flags: [], status: 200, code: 0, why: 'all is well' },
    { names: ['healthy', 'damaged'], flags: [], status: 200, code: 0, why: 'findings are data' },
    { names: ['healthy', 'absent'], flags: ['--fail-on-findings'], status: 200, code: 3, why: 'one is not known' },
    { names: ALL, flags: ['--fail-on-findings'], status: 200, code: 1, why: 'a finding goes before the unknown' },
    { names: ['damaged'], flags: ['--fail-on-findings'], status: 200, code: 1, why: 'findings are to fail it' },
    { names: ALL, flags: ['--fail-on-findings'], status: 400, code: 4, why: 'what is not delivered goes before both' },
    { names: ALL, flags: ['--fail-on-finding'], status: 400, code: 2, why: 'a mistake in the call goes before all' },
  ])('ends with $code where $why ($names)', async ({ names, flags, status, code }) => {
    const stub = await startStub((_, response) => response.writeHead(status).end('no'));
    onTestFinished(() => stub.stop());
    const config = await configFile(names);

    const run = await probe(['run', '--config', config, '--pushgateway', stub.url.origin, ...flags]);

    expect(run.code).toBe(code);
    const walked = code === 2 ? [] : [...names].toSorted();
    expect(stub.seen).toHaveLength(walked.length);
    expect(run.stdout === '' ? [] : run.report().registries.map(({ name }) => name)).toEqual(walked);
  });

  test('writes all of them into one metrics file, each under its name', async () => {
    const file = join(folder, 'probe.prom');

    await probe(['run', '--config', await configFile(ALL, { metricsFile: file })]);

    const shown = await readMetrics(file);
    const each = (metric: string) => ALL.map((registry) => shown(metric, { registry }));
    expect(each('last_run_success')).toEqual([[1], [1], [0]]);
    expect(each('catalog_accessible')).toEqual([[1], [1], [0]]);
    expect(each('tags_checked')).toEqual([[2], [2], []]);
    expect(shown('failures', { registry: 'damaged', object: 'child', fault: 'missing' })).toEqual([1]);
    expect(shown('failures', { registry: 'healthy', object: 'child', fault: 'missing' })).toEqual([0]);
    expect(shown('failures', { registry: 'absent' })).toEqual([]);
    expect(shown('unknown', { registry: 'absent', reason: 'connection' })).toEqual([1]);
  });

  test('keeps in the metrics file what was known of a registry that is away now', async () => {
    const file = join(folder, 'probe.prom');
    const config = await configFile(['healthy', 'damaged'], { metricsFile: file });
    await probe(['run', '--config', config]);
    await damaged.stop({ keep: true });
    onTestFinished(() => damaged.start());

    const run = await probe(['run', '--config', config]);

    const shown = await readMetrics(file);
    expect(run.code).toBe(3);
    expect(shown('failures', { registry: 'damaged', object: 'child', fault: 'missing' })).toEqual([1]);
    expect(shown('tags_checked', { registry: 'damaged' })).toEqual([2]);
    expect(shown('last_run_success', { registry: 'damaged' })).toEqual([0]);
    expect(shown('last_run_success', { registry: 'healthy' })).toEqual([1]);
  });
});

describe('a dry run', () => {
  let proxy: ReverseProxy;
  beforeEach(async () => {
    proxy = await startReverseProxy(damaged.url);
    onTestFinished(() => proxy.stop());
  });

  const flags = () => ['--registry-url', proxy.url.origin, '--pushgateway', gateway.url.origin, '--output', 'json'];

  test('reports what a run reports, wherever the flag stands, and pushes and writes nothing', async () => {
    const file = join(folder, 'probe.prom');
    const rest = [...flags(), '--metrics-file', file];

    const first = await probe(['run', '--dry-run', ...rest]);
    const inside = await probe(['run', ...rest.slice(0, 2), '--dry-run', ...rest.slice(2)]);
    const last = await probe(['run', ...rest, '--dry-run']);
    const dry = { pushed: gateway.seen.length, written: existsSync(file) };
    const real = await probe(['run', ...rest]);

    expect(dry).toEqual({ pushed: 0, written: false });
    expect([gateway.seen.length, existsSync(file)]).toEqual([1, true]);
    const told = [first, inside, last, real].map((run) => {
      const { code } = run;
      return { code, ...run.registry(), startedAt: '', finishedAt: '', durationSeconds: 0, concurrency: 0 };
    });
    expect(told[3]).toMatchObject({ code: 0, complete: true, verdict: 'broken' });
    expect(told).toEqual(Array.from({ length: 4 }, () => told[3]));
  });

  test.each([
    { how: 'before the command', argv: () => ['--dry-run', 'run', ...flags()], told: 'after the command' },
    { how: 'in another spelling', argv: () => ['run', ...flags(), '--dryrun'], told: 'unknown option' },
  ])('that is asked for $how is refused, and nothing is done', async ({ argv, told }) => {
    const run = await probe(argv());

    expect(run.code).toBe(2);
    expect(run.stderr).toContain(told);
    expect([proxy.seen.length, gateway.seen.length]).toEqual([0, 0]);
  });
});
