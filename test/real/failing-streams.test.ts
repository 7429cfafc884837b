import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { Report } from '../../src/report/schema.ts';
import { scrape } from '../support/scrape.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { spawnProbe, spawnShell, type SpawnedProbe } from '../support/spawned-probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const IMAGE = buildImage({ seed: 'app' });
const LOST_LAYER = IMAGE.layers[0]?.digest ?? '';

let gateway: RunningPushgateway;
let registry: DemoRegistry;
let url: URL;
beforeAll(async () => {
  gateway = await startPushgateway();
  registry = createDemoRegistry();
  registry.store.put('app', 'v1', IMAGE);
  registry.store.removeBlob('app', LOST_LAYER);
  url = await registry.listen();
});
afterAll(async () => {
  await gateway.stop();
  await registry.close();
});

let names = 0;

/** A shell line in which each command of the program can be called by its name. */
function shell(line: string): { readonly run: SpawnedProbe; readonly name: string } {
  const name = `lab-${(names += 1)}`;
  const push = `--pushgateway ${gateway.url.origin}`;
  const commands = {
    RUN: `$PROBE run --registry-url ${url.origin} --registry-name ${name} ${push}`,
    VERIFY: `$PROBE verify ${url.host}/app:v1`,
    DEMO: '$PROBE demo',
    FORGET: `$PROBE forget ${push} --dry-run --wait 1ms`,
    HELP: '$PROBE run --help',
  };
  const written = line.replace(
    /\b[A-Z]+\b/g,
    (word) => Object.entries(commands).find(([key]) => key === word)?.[1] ?? word,
  );
  return { run: spawnShell(`set -o pipefail; ${written}`), name };
}

async function codeOf(line: string): Promise<number | null> {
  const { code, signal } = await shell(line).run.ended;
  expect(signal).toBeNull();
  return code;
}

describe('what cannot be written does not change what is said by the end', () => {
  test.each([
    ['VERIFY 2>&-', 1],
    ['VERIFY >&-', 1],
    ['VERIFY >&- 2>&-', 1],
    ['VERIFY | head -c1', 1],
    ['VERIFY 2>&1 | true', 1],
    ['RUN --fail-on-findings 2>/dev/full | true', 1],
    ['RUN 2>&- | head -c1', 0],
    ['DEMO 2>/dev/full | head -c1', 0],
    ['FORGET 2>&- | true', 0],
    ['HELP 2>&- | true', 0],
    ['$PROBE run 2>/dev/full', 2],
  ])('%s ends with %i', async (line, code) => {
    expect(await codeOf(line)).toBe(code);
  });
});

describe('a standard output on a full disk', () => {
  test.each([
    ['RUN --fail-on-findings', 4],
    ['VERIFY', 4],
    ['DEMO', 4],
    ['HELP', 4],
    ['$PROBE run', 2],
  ])('ends %s with %i', async (line, code) => {
    expect(await codeOf(`${line} >/dev/full`)).toBe(code);
  });

  test('is told in one line, and keeps no number back', async () => {
    const { run, name } = shell('RUN >/dev/full');

    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.stderr.trimEnd().split('\n').at(-1)).toBe(
      'registry-integrity-probe: standard output cannot be written: ENOSPC: no space left on device, write',
    );
    expect((await scrape(gateway, name)).nonZero('failures')).toEqual({ 'layer/missing': 1 });
  });

  test('keeps no number back where standard error is on it, too', async () => {
    const { run, name } = shell('RUN >/dev/full 2>&1');

    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect((await scrape(gateway, name)).value('last_run_success')).toBe(1);
  });

  test('is noticed where there is room for a part of the report', async () => {
    const folder = await temporaryFolder();

    // What is longer than 1 KiB is refused by the system, as on a disk that is nearly full.
    const { run } = shell(`trap '' XFSZ; ulimit -f 1; VERIFY --output json >${join(folder, 'report')}`);

    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.stderr).toContain('standard output cannot be written: EFBIG');
  });
});

describe('a file of an option', () => {
  test('in a folder that is not there is found before anything is asked, and ends with 2', async () => {
    registry.requests.clear();
    const { run } = shell('RUN --metrics-file /nowhere/probe.prom');

    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(run.stderr).toMatch(/^registry-integrity-probe: metricsFile: .*\/nowhere: ENOENT.*\n$/);
    expect(registry.requests.all).toEqual([]);
  });

  test('that cannot be written ends with 4, leaves nothing behind, and keeps no number back', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'probe.prom');
    const { run, name } = shell(`trap '' XFSZ; ulimit -f 1; RUN --metrics-file ${file}`);

    expect(await run.ended).toEqual({ code: 4, signal: null });
    expect(run.log).toMatchObject(expect.arrayContaining([expect.objectContaining({ msg: 'Metrics not written' })]));
    expect(await readdir(folder)).toEqual([]);
    expect((await scrape(gateway, name)).nonZero('failures')).toEqual({ 'layer/missing': 1 });
  });

  test('that is a device is found before anything is asked, and ends with 2', async () => {
    registry.requests.clear();
    const { run } = shell('RUN --metrics-file /dev/full');

    expect(await run.ended).toEqual({ code: 2, signal: null });
    expect(run.stderr).toBe('registry-integrity-probe: metricsFile: /dev/full is not a regular file\n');
    expect(registry.requests.all).toEqual([]);
  });
});

describe('a signal while the report is printed', () => {
  /** Far more than a pipe takes at once: nearly all of it waits for the reader. */
  const MANY = 250;

  async function startLarge(): Promise<URL> {
    const large = createDemoRegistry();
    for (let number = 0; number < MANY; number += 1) large.store.put(`app-${number}`, 'v1', IMAGE);
    for (let number = 0; number < MANY; number += 1) large.store.removeBlob(`app-${number}`, LOST_LAYER);
    const at = await large.listen();
    onTestFinished(() => large.close());
    return at;
  }

  /** A run whose report waits for a reader that does not read yet. */
  async function printing(): Promise<SpawnedProbe> {
    const { origin } = await startLarge();
    const flags = ['--registry-url', origin, '--output', 'json', '--blob-check', 'head', '--fail-on-findings'];
    const run = spawnProbe(['run', ...flags], { PROBE_CONFIRM_ROUNDS: '1' });
    run.pauseReading();
    await until(() => run.stderr.includes('Registry walked'), 'the walk is over', 60_000);
    return run;
  }

  test('does not cut it short', async () => {
    const run = await printing();

    run.kill('SIGTERM');
    run.resumeReading();

    expect(await run.ended).toEqual({ code: 1, signal: null });
    const report = Report.parse(JSON.parse(run.stdout));
    expect(report.registries[0]?.findings).toHaveLength(MANY);
  });

  test('and a second one end the wait for a reader that does not read', async () => {
    const run = await printing();

    run.kill('SIGTERM');
    run.kill('SIGINT');
    await run.exited;
    run.resumeReading();

    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(() => JSON.parse(run.stdout) as unknown).toThrow(SyntaxError);
  });
});
