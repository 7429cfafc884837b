import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { probe, runFlags, type ProbeRun } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import { freePort } from '../support/servers/free-port.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { startStub, type HttpStub } from '../support/servers/stub-http.ts';
import { until } from '../support/until.ts';
import { fakeSignals } from '../cli/fake-signals.ts';

const child = app.arm64.manifest.digest;
const layer = app.amd64.layers[0]?.digest ?? '';

interface Scene {
  readonly registry: DemoRegistry;
  readonly url: URL;
}

/** A registry in which everything is sound. */
async function startRegistry(): Promise<Scene> {
  const registry = createDemoRegistry();
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { registry, url };
}

async function startGateway(answer: (response: ServerResponse, count: number) => void): Promise<HttpStub> {
  const stub = await startStub((_, response) => answer(response, stub.seen.length));
  onTestFinished(() => stub.stop());
  return stub;
}

async function startRealGateway(): Promise<RunningPushgateway> {
  const gateway = await startPushgateway();
  onTestFinished(() => gateway.stop());
  return gateway;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'delivery-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** What a run logged as an error. */
function errors({ stderr }: ProbeRun): readonly unknown[] {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ level }) => level === 'error');
}

function notPushed(detail: string, registry = 'lab'): unknown {
  const text = expect.stringContaining(detail) as string;
  return { level: 'error', time: expect.any(String) as string, registry, detail: text, msg: 'Metrics not pushed' };
}

/** The results are there for whoever looks at the log of the job, whatever became of the push. */
function expectReport(run: ProbeRun, verdict: string): void {
  expect(run.registry()).toMatchObject({ name: 'lab', verdict, complete: true });
}

describe('a Pushgateway that does not take the numbers', () => {
  test('because it is down is an error that names it', async () => {
    const { url } = await startRegistry();
    const closed = `127.0.0.1:${await freePort()}`;

    const run = await probe([...runFlags(url), '--pushgateway', `http://${closed}`], {
      PROBE_PUSHGATEWAY_RETRIES: '1',
    });

    expect(run.code).toBe(4);
    expectReport(run, 'sound');
    expect(errors(run)).toEqual([
      notPushed(`the Pushgateway at ${closed} did not take the metrics: ${closed} refused the connection`),
    ]);
  });

  test('because it does not like them is asked once, and what it said is told', async () => {
    const { url } = await startRegistry();
    const said = 'pushed metrics are invalid or inconsistent with existing metrics';
    const gateway = await startGateway((response) => response.writeHead(400).end(`${said}\n`));

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(4);
    expectReport(run, 'sound');
    expect(gateway.seen).toHaveLength(1);
    expect(errors(run)).toEqual([notPushed(`did not take the metrics: HTTP 400: ${said}`)]);
  });

  test.each([401, 403, 404, 413])('because of a %i is asked once', async (status) => {
    const { url } = await startRegistry();
    const gateway = await startGateway((response) => response.writeHead(status).end());

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(4);
    expect(gateway.seen).toHaveLength(1);
    expect(errors(run)).toEqual([notPushed(`HTTP ${status}`)]);
  });

  test('and sends elsewhere is not followed', async () => {
    const { url } = await startRegistry();
    const other = await startGateway((response) => response.writeHead(202).end());
    const gateway = await startGateway((response) => {
      response.writeHead(308, { location: other.url.href }).end();
    });

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(4);
    expect(other.seen).toEqual([]);
    expect(errors(run)).toEqual([notPushed('HTTP 308, a redirect to')]);
  });

  test('and says nothing is given up after so many tries of so long', async () => {
    const { url } = await startRegistry();
    const gateway = await startGateway(() => {});
    const patience = { PROBE_PUSHGATEWAY_TIMEOUT: '300ms', PROBE_PUSHGATEWAY_RETRIES: '1' };
    const started = performance.now();

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin], patience);

    expect(run.code).toBe(4);
    expectReport(run, 'sound');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(gateway.seen).toHaveLength(2);
    expect(errors(run)).toEqual([notPushed('within 300 ms')]);
  });

  test('and is busy twice is asked three times, with the same numbers', async () => {
    const { url } = await startRegistry();
    const gateway = await startGateway((response, count) => response.writeHead(count < 3 ? 503 : 202).end());

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(0);
    expect(gateway.seen.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
    expect(new Set(gateway.seen.map(({ target, body }) => `${target}\n${body}`)).size).toBe(1);
    expect(errors(run)).toEqual([]);
  });

  test('and says nothing is given up at once when the run has been told three times to stop', async () => {
    const { url } = await startRegistry();
    const gateway = await startGateway(() => {});
    const signals = fakeSignals();

    const running = probe([...runFlags(url), '--pushgateway', gateway.url.origin], {}, signals.onSignal);
    await until(() => gateway.seen.length === 1, 'the numbers are being pushed');
    for (let sent = 0; sent < 3; sent += 1) signals.send('SIGTERM');

    const run = await running;
    expect(run.code).toBe(4);
    expectReport(run, 'sound');
    expect(errors(run)).toHaveLength(1);
  });
});

describe('findings that are not delivered', () => {
  test.each([
    { title: 'are not delivered, first of all', flags: ['--fail-on-findings'], status: 500, code: 4 },
    { title: 'are not delivered, where findings do not count', flags: [], status: 500, code: 4 },
    {
      title: 'count once they are delivered, where they are to count',
      flags: ['--fail-on-findings'],
      status: 202,
      code: 1,
    },
    { title: 'are data once they are delivered', flags: [], status: 202, code: 0 },
  ])('$title', async ({ flags, status, code }) => {
    const { registry, url } = await startRegistry();
    registry.store.removeManifest(app.repository, child);
    const gateway = await startGateway((response) => response.writeHead(status).end());
    const env = { PROBE_PUSHGATEWAY_RETRIES: '0' };

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin, ...flags], env);

    expect(run.code).toBe(code);
    expectReport(run, 'broken');
    expect(gateway.seen).toHaveLength(1);
  });
});

describe('a metrics file', () => {
  test('in a folder that is not there is refused before anything is asked', async () => {
    const { url, registry } = await startRegistry();
    const file = join(await temporaryFolder(), 'nowhere', 'probe.prom');

    const run = await probe([...runFlags(url), '--metrics-file', file]);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain('metricsFile: nothing can be written into the folder');
    expect(registry.requests.all).toEqual([]);
  });

  test("of somebody else's is left alone", async () => {
    const { url } = await startRegistry();
    const file = join(await temporaryFolder(), 'other.prom');
    const theirs = '# HELP backup_age_seconds x\n# TYPE backup_age_seconds gauge\nbackup_age_seconds 5\n';
    await writeFile(file, theirs);

    const run = await probe([...runFlags(url), '--metrics-file', file]);

    expect(run.code).toBe(4);
    expect(await readFile(file, 'utf8')).toBe(theirs);
    expect(errors(run)).toMatchObject([{ detail: expect.stringContaining('backup_age_seconds') as string }]);
  });

  test('that is a directory is an error', async () => {
    const { url, registry } = await startRegistry();
    const file = join(await temporaryFolder(), 'probe.prom');
    await mkdir(file);

    const run = await probe([...runFlags(url), '--metrics-file', file]);

    expect(run.code).toBe(2);
    expect(registry.requests.all).toEqual([]);
  });

  test('keeps what an incomplete run did not measure', async () => {
    const { registry, url } = await startRegistry();
    const file = join(await temporaryFolder(), 'probe.prom');
    registry.store.removeManifest(app.repository, child);
    await probe([...runFlags(url), '--metrics-file', file]);
    registry.faults.add({ when: { kind: 'catalog' }, action: { kind: 'status', status: 503 } });

    const run = await probe([...runFlags(url), '--metrics-file', file]);

    expect(run.code).toBe(3);
    const text = await readFile(file, 'utf8');
    const labels = 'job="registry-integrity-probe",registry="lab"';
    expect(text).toContain(`registry_integrity_catalog_accessible{${labels}} 0\n`);
    expect(text).toContain(`registry_integrity_failures{${labels},object="child",fault="missing"} 1\n`);
  });
});

describe('several registries', () => {
  async function configure(registries: Readonly<Record<string, URL>>): Promise<string> {
    const file = join(await temporaryFolder(), 'probe.yaml');
    const lines = Object.entries(registries).map(([name, { origin }]) => `  ${name}: { url: ${origin} }\n`);
    await writeFile(file, `registries:\n${lines.join('')}`);
    return file;
  }

  test('have a group each, and what befalls one does not touch the other', async () => {
    const broken = await startRegistry();
    broken.registry.store.removeManifest(app.repository, child);
    const gone = new URL(`http://127.0.0.1:${await freePort()}`);
    const gateway = await startGateway((response) => response.writeHead(202).end());
    const config = await configure({ broken: broken.url, gone });

    const run = await probe(['run', '--config', config, '--output', 'json', '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(3);
    expect(run.report().registries.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      'broken broken',
      'gone unknown',
    ]);
    expect(gateway.seen.map(({ method, target }) => `${method} ${target}`).toSorted()).toEqual([
      'POST /metrics/job/registry-integrity-probe/registry/gone',
      'PUT /metrics/job/registry-integrity-probe/registry/broken',
    ]);
  });

  test('do not wait for each other to be delivered', async () => {
    const fast = await startRegistry();
    const slow = await startRegistry();
    slow.registry.faults.add({ when: { kind: 'tags' }, action: { kind: 'hang' } });
    const gateway = await startGateway((response) => response.writeHead(202).end());
    const config = await configure({ fast: fast.url, slow: slow.url });
    const signals = fakeSignals();

    const running = probe(['run', '--config', config, '--pushgateway', gateway.url.origin], {}, signals.onSignal);
    await until(() => gateway.seen.length === 1, 'the fast one is delivered');
    const [first] = gateway.seen;
    signals.send('SIGTERM');

    expect((await running).code).toBe(3);
    expect(first?.target).toMatch(/\/registry\/fast$/);
    expect(gateway.seen.map(({ target }) => target.split('/').at(-1))).toEqual(['fast', 'slow']);
  });

  test('are shown side by side by a real Pushgateway', async () => {
    const broken = await startRegistry();
    const sound = await startRegistry();
    broken.registry.store.removeManifest(app.repository, child);
    const gateway = await startRealGateway();
    const config = await configure({ broken: broken.url, sound: sound.url });

    const run = await probe(['run', '--config', config, '--pushgateway', gateway.url.origin]);

    expect(run.code).toBe(0);
    expect((await scrape(gateway, 'broken')).nonZero('failures')).toEqual({ 'child/missing': 1 });
    expect((await scrape(gateway, 'sound')).nonZero('failures')).toEqual({});
  });
});

describe('a real Pushgateway', () => {
  test('shows what is known: after sound, broken, incomplete and repaired runs', async () => {
    const { registry, url } = await startRegistry();
    const gateway = await startRealGateway();
    const run = (): Promise<ProbeRun> => probe([...runFlags(url), '--pushgateway', gateway.url.origin]);

    const sound = await run();
    const afterSound = await scrape(gateway, 'lab');
    const undo = registry.store.removeManifest(app.repository, child);
    const broken = await run();
    const afterBroken = await scrape(gateway, 'lab');
    const restore = registry.store.removeBlob(single.repository, single.content.config.digest);
    const end = registry.faults.add({
      when: { kind: 'tags', repository: 'app' },
      action: { kind: 'status', status: 503 },
    });
    const incomplete = await run();
    const afterIncomplete = await scrape(gateway, 'lab');
    undo();
    restore();
    end();
    const repaired = await run();
    const afterRepaired = await scrape(gateway, 'lab');

    expect([sound, broken, incomplete, repaired].map(({ code }) => code)).toEqual([0, 0, 3, 0]);

    expect(afterSound.nonZero('failures')).toEqual({});
    expect(afterSound.nonZero('partial_failures')).toEqual({});
    expect(afterSound.nonZero('tag_failures')).toBeNull();
    expect(afterSound.value('last_run_success')).toBe(1);

    expect(afterBroken.nonZero('failures')).toEqual({ 'child/missing': 1 });
    expect(afterBroken.nonZero('tag_failures')).toEqual({ 'app/v1/child/missing/unknown/pull': 1 });
    expect(afterBroken.nonZero('partial_failures')).toEqual({});
    expect(afterBroken.value('last_run_success')).toBe(1);

    expect(afterIncomplete.nonZero('failures')).toEqual({ 'child/missing': 1 });
    expect(afterIncomplete.nonZero('tag_failures')).toEqual({ 'app/v1/child/missing/unknown/pull': 1 });
    expect(afterIncomplete.nonZero('partial_failures')).toEqual({ 'config/missing': 1 });
    expect(afterIncomplete.nonZero('partial_tag_failures')).toEqual({ 'single/v1/config/missing/unknown/pull': 1 });
    expect(afterIncomplete.nonZero('unknown')).toEqual({ server_error: 1 });
    expect(afterIncomplete.value('last_run_success')).toBe(0);
    expect(afterIncomplete.value('last_success_timestamp_seconds')).toBe(
      afterBroken.value('last_success_timestamp_seconds'),
    );
    expect(afterIncomplete.value('tags_checked')).toBe(afterBroken.value('tags_checked'));

    expect(afterRepaired.nonZero('failures')).toEqual({});
    expect(afterRepaired.nonZero('partial_failures')).toEqual({});
    expect(afterRepaired.nonZero('tag_failures')).toBeNull();
    expect(afterRepaired.nonZero('partial_tag_failures')).toBeNull();
    expect(afterRepaired.nonZero('unknown')).toEqual({});
    expect(afterRepaired.value('last_run_success')).toBe(1);
    expect(afterRepaired.value('last_success_timestamp_seconds')).toBeGreaterThan(
      afterBroken.value('last_success_timestamp_seconds') ?? 0,
    );
  });

  test('what a suspect run found is not counted, and what was known stays', async () => {
    const { registry, url } = await startRegistry();
    const gateway = await startRealGateway();
    const argv = [...runFlags(url), '--pushgateway', gateway.url.origin];
    registry.store.removeBlob(app.repository, layer);
    await probe(argv);
    registry.store.removeManifest(app.repository, app.content.manifest.digest);
    registry.store.removeManifest(single.repository, single.content.manifest.digest);

    const run = await probe(argv);

    expect(run.code).toBe(3);
    expect(run.registry().verdict).toBe('suspect');
    const shown = await scrape(gateway, 'lab');
    expect(shown.value('suspect')).toBe(1);
    expect(shown.value('last_run_success')).toBe(0);
    expect(shown.nonZero('failures')).toEqual({ 'layer/missing': 1 });
    expect(shown.nonZero('partial_failures')).toEqual({});
  });

  test('shows a grouping label as it was given, slash and blank included', async () => {
    const { registry, url } = await startRegistry();
    registry.store.removeManifest(app.repository, child);
    const gateway = await startRealGateway();
    const env = { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'site=eu/west 1', PROBE_PUSHGATEWAY_JOB: 'probes/nightly' };

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin], env);

    expect(run.code).toBe(0);
    const shown = await scrape(gateway, 'lab');
    expect(shown.value('last_run_success', { job: 'probes/nightly', site: 'eu/west 1', registry: 'lab' })).toBe(1);
    expect(shown.nonZero('failures')).toEqual({ 'child/missing': 1 });
  });
});
