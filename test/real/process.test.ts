import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { runProgram } from '../../src/cli/program.ts';
import { buildImage } from '../../src/demo/content.ts';
import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { Report, type ReportedRegistry } from '../../src/report/schema.ts';
import { fakeIo } from '../cli/fake-io.ts';
import { createRealClock } from '../support/clock.ts';
import { probe, runFlags } from '../support/probe.ts';
import { push } from '../support/push.ts';
import { app, single } from '../support/reg-fixture.ts';
import { scrape } from '../support/scrape.ts';
import { startRegistry } from '../support/servers/docker-registry.ts';
import { startGatekeeper } from '../support/servers/gatekeeper.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { spawnProbe, spawnShell, type SpawnedProbe } from '../support/spawned-probe.ts';
import { until } from '../support/until.ts';

/** Walked after `app`, in this order, where repositories are walked one by one. */
const LATER = Array.from({ length: 8 }, (_, number) => ({
  repository: `later-${number}`,
  content: buildImage({ seed: `later-${number}` }),
}));

const child = app.arm64.manifest.digest;
const layer = app.amd64.layers[0]?.digest ?? '';

let gateway: RunningPushgateway;
beforeAll(async () => void (gateway = await startPushgateway()));
afterAll(() => gateway.stop());

interface Scene {
  readonly registry: DemoRegistry;
  readonly url: URL;
  readonly name: string;
  /** The arguments of a run that pushes, one repository after the other. */
  readonly argv: readonly string[];
}

/** A registry with `app`, of which a child is gone, and sound images after it. */
async function start(): Promise<Scene> {
  const registry = createDemoRegistry({ clock: createRealClock() });
  registry.store.put(app.repository, app.tag, app.content);
  for (const { repository, content } of LATER) registry.store.put(repository, 'v1', content);
  registry.store.removeManifest(app.repository, child);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  const name = `lab-${url.port}`;
  const argv = [...runFlags(url, name), '--pushgateway', gateway.url.origin, '--concurrency', '1'];
  return { registry, url, name, argv };
}

/** A complete run, whose numbers a later one must not spoil; returns when it ended. */
async function runCompletely({ argv, name }: Scene): Promise<number> {
  const { code } = await probe(argv);
  expect(code).toBe(0);
  const shown = await scrape(gateway, name);
  expect(shown.nonZero('failures')).toEqual({ 'child/missing': 1 });
  return shown.value('last_success_timestamp_seconds') ?? 0;
}

/** What a run that could not see everything leaves: an alarm may be raised, and none is cleared. */
async function expectKept({ name }: Scene, lastSuccess: number): Promise<void> {
  const shown = await scrape(gateway, name);
  expect(shown.value('last_run_success')).toBe(0);
  expect(shown.value('last_run_timestamp_seconds')).toBeGreaterThan(lastSuccess);
  expect(shown.value('last_success_timestamp_seconds')).toBe(lastSuccess);
  expect(shown.nonZero('failures')).toEqual({ 'child/missing': 1 });
  expect(shown.value('tags_checked')).toBe(9);
}

function isAmongLater({ repository }: { readonly repository: string | null }): boolean {
  return repository?.startsWith('later-') === true;
}

/** Waits until the walk is past `app` and in the middle of the rest. */
async function untilMidWalk({ registry }: Scene): Promise<void> {
  await until(() => registry.requests.matching({ predicate: isAmongLater }).length >= 3, 'the walk is under way');
}

function reported(run: SpawnedProbe): ReportedRegistry {
  const [registry] = Report.parse(JSON.parse(run.stdout)).registries;
  if (registry === undefined) throw new Error(`no registry in ${run.stdout}`);
  return registry;
}

function messages(run: SpawnedProbe): readonly unknown[] {
  return run.log.map(({ msg }) => msg);
}

describe('a run that has to stop in the middle of its walk', () => {
  test('at SIGTERM confirms what it has, pushes that, and says why', async () => {
    const scene = await start();
    const lastSuccess = await runCompletely(scene);
    scene.registry.store.removeBlob(app.repository, layer);
    scene.registry.faults.add({ when: { predicate: isAmongLater }, action: { kind: 'delay', ms: 200 } });
    scene.registry.requests.clear();

    const run = spawnProbe(scene.argv);
    await untilMidWalk(scene);
    const told = performance.now();
    run.kill('SIGTERM');

    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(performance.now() - told).toBeLessThan(5_000);
    const report = reported(run);
    expect(report).toMatchObject({ complete: false, catalogAccessible: true, verdict: 'broken' });
    expect(report.findings.map(({ object, fault }) => `${object}/${fault}`)).toEqual([
      'child/missing',
      'layer/missing',
    ]);
    expect(report.counts.unknown.deadline).toBeGreaterThan(0);
    expect(run.log[0]).toMatchObject({
      level: 'warn',
      why: 'SIGTERM',
      msg: 'Stopping: what looked broken is asked again, then the incomplete result is delivered',
    });
    expect(messages(run).at(-1)).toBe('Registry walked');
    await expectKept(scene, lastSuccess);
    const shown = await scrape(gateway, scene.name);
    expect(shown.nonZero('partial_failures')).toEqual({ 'child/missing': 1, 'layer/missing': 1 });
    expect(shown.nonZero('unknown')).toEqual({ deadline: report.counts.unknown.deadline });
  });

  test('at its deadline does the same', async () => {
    const scene = await start();
    const lastSuccess = await runCompletely(scene);
    scene.registry.store.removeBlob(app.repository, layer);
    scene.registry.faults.add({ when: { predicate: isAmongLater }, action: { kind: 'hang' } });

    const started = performance.now();
    const run = spawnProbe([...scene.argv, '--deadline', '2s']);

    expect(await run.ended).toEqual({ code: 3, signal: null });
    const took = performance.now() - started;
    expect(took).toBeGreaterThan(2_000);
    expect(took).toBeLessThan(10_000);
    const report = reported(run);
    expect(report).toMatchObject({ complete: false, verdict: 'broken' });
    expect(report.counts.unknown.deadline).toBe(1);
    const rest = new RegExp(`^the run ended before ${LATER.length} of \\d+ repositories were walked`);
    expect(report.unknowns).toMatchObject([
      { repository: null, reference: '_rest', reason: 'deadline', detail: expect.stringMatching(rest) as string },
    ]);
    expect(run.log[0]).toMatchObject({ level: 'warn', why: 'deadline' });
    await expectKept(scene, lastSuccess);
    const shown = await scrape(gateway, scene.name);
    expect(shown.nonZero('partial_failures')).toEqual({ 'child/missing': 1, 'layer/missing': 1 });
    expect(shown.nonZero('partial_tag_failures')).toEqual({
      'app/v1/child/missing/unknown/pull': 1,
      'app/v1/layer/missing/unknown/pull': 1,
    });
    expect(shown.nonZero('unknown')).toEqual({ deadline: 1 });
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('at a second %s waits for nothing more', async (signal) => {
    const scene = await start();
    const lastSuccess = await runCompletely(scene);
    scene.registry.faults.add({ when: { predicate: isAmongLater }, action: { kind: 'hang' } });
    scene.registry.requests.clear();

    const run = spawnProbe(scene.argv, { PROBE_CONFIRM_DELAY: '30s' });
    await until(() => scene.registry.requests.matching({ predicate: isAmongLater }).length >= 1, 'the walk hangs');
    run.kill(signal);
    await until(() => run.stderr.includes('Stopping'), 'the first signal was heard');
    const told = performance.now();
    run.kill(signal);

    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(performance.now() - told).toBeLessThan(5_000);
    const report = reported(run);
    expect(report).toMatchObject({ complete: false, verdict: 'unknown', findings: [] });
    expect(report.unknowns.map(({ repository }) => repository)).toContain('app');
    await expectKept(scene, lastSuccess);
    expect((await scrape(gateway, scene.name)).nonZero('partial_failures')).toEqual({});
  });
});

describe('a registry that goes away in the middle of a walk', () => {
  test('and does not come back proves nothing', async () => {
    const scene = await start();
    const lastSuccess = await runCompletely(scene);
    scene.registry.faults.add({ when: { predicate: isAmongLater }, action: { kind: 'delay', ms: 200 } });
    scene.registry.requests.clear();

    const run = spawnProbe(scene.argv);
    await untilMidWalk(scene);
    await scene.registry.close();

    expect(await run.ended).toEqual({ code: 3, signal: null });
    const report = reported(run);
    expect(report).toMatchObject({ complete: false, verdict: 'unknown', findings: [] });
    expect(report.counts.unknown.connection).toBeGreaterThan(0);
    await expectKept(scene, lastSuccess);
    const shown = await scrape(gateway, scene.name);
    expect(shown.nonZero('partial_failures')).toEqual({});
    expect(shown.value('suspect')).toBe(0);
  });

  test('and is back before the confirmation is no finding', async () => {
    const real = await startRegistry();
    onTestFinished(() => real.stop());
    await push(real.url, app.repository, app.tag, app.content);
    await push(real.url, single.repository, single.tag, single.content);
    let down: Promise<void> | null = null;
    let back: Promise<void> | null = null;
    const keeper = await startGatekeeper(real.url, async (path, count) => {
      if (back === null && count < 10) return true;
      down ??= real.stop({ keep: true });
      await down;
      // What is asked again carries a nonce; what is asked for the first time does not.
      if (back === null && !path.includes('probe=')) return false;
      back ??= real.start();
      await back;
      return true;
    });
    onTestFinished(() => keeper.stop());
    const name = `back-${keeper.url.port}`;

    const run = spawnProbe([...runFlags(keeper.url, name), '--pushgateway', gateway.url.origin]);

    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(back).not.toBeNull();
    expect(reported(run)).toMatchObject({ complete: true, verdict: 'sound', findings: [], unknowns: [] });
    const shown = await scrape(gateway, name);
    expect(shown.value('last_run_success')).toBe(1);
    expect(shown.nonZero('failures')).toEqual({});
    expect(shown.nonZero('unknown')).toEqual({});
  });
});

describe('whoever reads the output', () => {
  test('may stop after the first line', async () => {
    const { url, name } = await start();

    const run = spawnShell(
      `set -o pipefail; $PROBE run --registry-url ${url.origin} --registry-name ${name} | head -1`,
    );

    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout).toBe(`${name} (${url.href}): BROKEN\n`);
    expect(messages(run).at(-1)).toBe('Registry walked');
  });

  test('may be gone before a word is said, and the numbers are pushed all the same', async () => {
    const { argv, name } = await start();

    const run = spawnProbe([...argv, '--log-level', 'debug']);
    run.stopReading();

    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect((await scrape(gateway, name)).nonZero('failures')).toEqual({ 'child/missing': 1 });
  });

  test('sees progress on a terminal, and then the report and nothing else', async () => {
    const { registry, url, name } = await start();
    const args = `run --registry-url ${url.origin} --registry-name ${name} --concurrency 1`;
    const plain = await probe(args.split(' '));
    registry.faults.add({ when: { kind: 'tags' }, action: { kind: 'delay', ms: 50 } });

    const { code, text } = await onTerminal(args);

    expect(code).toBe(0);
    expect(text).toMatch(new RegExp(`\\r\\S*${name}: \\d+% \\([1-8]/9 repositories\\), \\d+ tags?, \\d+ objects`));
    expect(withoutFigures(screen(text))).toBe(withoutFigures(plain.stdout));
  });

  test('gets nothing but JSON lines where there is no terminal', async () => {
    const { argv } = await start();

    const run = spawnProbe(argv);

    await run.ended;
    expect(run.stderr).toBe(stripVTControlCharacters(run.stderr));
    expect(run.log.map(({ level, msg }) => `${String(level)} ${String(msg)}`)).toEqual([
      'info Broken',
      'info Registry walked',
    ]);
  });
});

describe('the end of the process', () => {
  test.each([
    ['--version', 0],
    ['run --help', 0],
    ['run', 2],
    ['run --dryrun', 2],
    ['verify app', 2],
  ])('comes with the code of %j: %i', async (line, code) => {
    const run = spawnProbe(line.split(' '));

    expect(await run.ended).toEqual({ code, signal: null });
    expect(code === 0 ? run.stderr : run.stdout).toBe('');
  });

  test('comes at once on a Node that is too old, with one line', async () => {
    const old = "Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.21.0'}})";

    const run = spawnProbe(['--version'], { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(old)}` });

    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect([run.stdout, run.stderr]).toEqual([
      '',
      expect.stringMatching(
        /^registry-integrity-probe: Node 24 or later is needed, this is v\d+\.\d+\.\d+\n$/,
      ) as unknown,
    ]);
  });

  test('comes at once where settings cannot work', async () => {
    const { argv, registry } = await start();
    const started = performance.now();

    const run = spawnProbe(argv, { PROBE_PUSHGATEWAY_GROUPING_LABELS: 'repository=x' });

    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(run.stderr).toBe(
      "registry-integrity-probe: the grouping label 'repository' is a label of the probe's own metrics\n",
    );
    expect(registry.requests.all).toEqual([]);
  });
});

/** Runs the program on a terminal of its own; where nothing can make one, in this process, which takes it for one. */
async function onTerminal(args: string): Promise<{ readonly code: number | null; readonly text: string }> {
  if (existsSync('/usr/bin/script')) {
    const run = spawnShell(`/usr/bin/script -qec "$PROBE ${args}" /dev/null`, { NO_COLOR: '1' });
    const { code } = await run.ended;
    return { code, text: run.stdout };
  }
  const io = fakeIo({ argv: args.split(' '), env: { NO_COLOR: '1', PROBE_CONFIRM_DELAY: '20ms' }, terminal: true });
  const code = await runProgram(io);
  return { code, text: io.written.map(({ text }) => text).join('') };
}

/** What stands on a terminal in the end: a line that was erased is gone. */
function screen(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001b[2K') + 1).replace(/^\[2K/, ''))
    .join('\n');
}

function withoutFigures(report: string): string {
  return report.replace(/\d+ requests, \d+\.\d s/, 'n requests, n s');
}
