import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { Report } from '../../src/report/schema.ts';
import { scrape } from '../support/scrape.ts';
import { startPushgateway, type RunningPushgateway } from '../support/servers/pushgateway.ts';
import { spawnProbe, withBug, type SpawnedProbe } from '../support/spawned-probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const IMAGE = buildImage({ seed: 'app' });
const LINE =
  /^registry-integrity-probe: this is a bug of the probe, please report this line: .*\(version \S+, Node \S+\)$/;

let gateway: RunningPushgateway;
let registry: DemoRegistry;
let url: URL;
beforeAll(async () => {
  gateway = await startPushgateway();
  registry = createDemoRegistry();
  registry.store.put('app', 'v1', IMAGE);
  registry.store.removeBlob('app', IMAGE.layers[0]?.digest ?? '');
  url = await registry.listen();
});
afterAll(async () => {
  await gateway.stop();
  await registry.close();
});

let runs = 0;

/** A run over two registries with the same content. */
interface RunWithBug {
  readonly run: SpawnedProbe;
  readonly good: string;
  /** The one in which the bug is. */
  readonly bad: string;
}

/** A run over two registries, one of which is walked by the code that is given, in a walk that would find the same. */
async function runWithBug(module: string, code: string, ...flags: readonly string[]): Promise<RunWithBug> {
  runs += 1;
  const good = `good-${runs}`;
  const bad = `bad-${runs}`;
  const config = join(await temporaryFolder(), 'config.yaml');
  const registries = { [good]: { url: url.origin }, [bad]: { url: url.origin, tags: { match: ['v*'] } } };
  await writeFile(config, JSON.stringify({ output: 'json', pushgateway: { url: gateway.url.origin }, registries }));
  const run = spawnProbe(['run', '--config', config, ...flags], withBug(module, code));
  return { run, good, bad };
}

/** Code in place of the walk: that of the registry with a pattern is `bug`, any other one is the real one. */
function inWalk(bug: string): string {
  return `
    import { walkCatalog as real } from './catalog-walk.ts?real';
    export async function walkCatalog(deps, options) {
      if (options.tags.length === 0) return real(deps, options);
      ${bug}
    }`;
}

function verdicts(run: SpawnedProbe): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Report.parse(JSON.parse(run.stdout)).registries.map(({ name, verdict }) => [name, verdict]),
  );
}

/** The registry with the bug is unknown, and the other one has all that it would have had without it. */
async function expectOneLost({ run, good, bad }: RunWithBug): Promise<void> {
  expect(await run.ended).toEqual({ code: 3, signal: null });
  expect(verdicts(run)).toEqual({ [good]: 'broken', [bad]: 'unknown' });
  const [line] = run.log.filter(({ level }) => level === 'error');
  expect(line).toMatchObject({ registry: bad, msg: 'This is a bug of the probe, please report this line' });
  const whole = await scrape(gateway, good);
  expect(whole.value('last_run_success')).toBe(1);
  expect(whole.nonZero('failures')).toEqual({ 'layer/missing': 1 });
  const lost = await scrape(gateway, bad);
  expect(lost.value('last_run_success')).toBe(0);
  expect(lost.nonZero('unknown')).toEqual({ protocol: 1 });
  expect(lost.nonZero('failures')).toBeNull();
}

describe('a bug in the walk of one registry', () => {
  test('that throws loses nothing of another one, and ends with 3', async () => {
    const scene = await runWithBug('walk/catalog-walk.ts', inWalk("throw new TypeError('found by nobody');"));

    await expectOneLost(scene);
  });

  test('that never comes to an end is left behind when the run has to end', async () => {
    const scene = await runWithBug('walk/catalog-walk.ts', inWalk('return new Promise(() => {});'));
    await until(
      async () => (await scrape(gateway, scene.good)).value('last_run_success') === 1,
      'the other is delivered',
    );

    scene.run.kill('SIGTERM');
    await until(() => scene.run.stderr.includes('Stopping'), 'the first signal was heard');
    scene.run.kill('SIGTERM');

    await expectOneLost(scene);
  });

  test('does not hide what is broken in another one', async () => {
    const { run } = await runWithBug('walk/catalog-walk.ts', inWalk("throw new Error('a bug');"), '--fail-on-findings');

    expect(await run.ended).toEqual({ code: 1, signal: null });
  });

  test.each([
    ['a promise that nobody waits for', "void Promise.reject(new Error('a bug'));"],
    ['a timer', "setTimeout(() => { throw new Error('a bug'); }, 0);"],
  ])('in %s is one line, ends with 3, and costs no result', async (_, bug) => {
    const { run, good, bad } = await runWithBug(
      'walk/catalog-walk.ts',
      inWalk(`${bug} await new Promise((next) => setTimeout(next, 5)); return real(deps, options);`),
    );

    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(verdicts(run)).toEqual({ [good]: 'broken', [bad]: 'broken' });
    const lines = run.stderr.split('\n').filter((line) => !line.startsWith('{') && line !== '');
    expect(lines).toEqual([expect.stringMatching(LINE)]);
    expect((await scrape(gateway, bad)).nonZero('failures')).toEqual({ 'layer/missing': 1 });
  });
});

describe('a bug after the walk', () => {
  test.each([
    [
      'cli/describe-outcome.ts',
      'outcome.name.startsWith("bad") && outcome.result.verdict !== "unknown"',
      'describeOutcome(outcome, known)',
      3,
    ],
    ['metrics/record.ts', 'outcome.name.startsWith("bad")', 'recordRun(outcome, known)', 4],
  ])('in %s costs nothing of another registry', async (module, when, call, code) => {
    const [name] = call.split('(');
    const file = module.split('/')[1] ?? '';
    const { run, good, bad } = await runWithBug(
      module,
      `export * from './${file}?real';
       import { ${name} as real } from './${file}?real';
       export function ${call} { if (${when}) throw new Error('a bug'); return real(outcome, known); }`,
    );

    expect(await run.ended).toEqual({ code, signal: null });
    expect(verdicts(run)).toMatchObject({ [good]: 'broken', [bad]: code === 3 ? 'unknown' : 'broken' });
    expect((await scrape(gateway, good)).nonZero('failures')).toEqual({ 'layer/missing': 1 });
  });

  test('in the writing of its file keeps no push back, and no other registry from its file', async () => {
    const file = join(await temporaryFolder(), 'probe.prom');
    const { run, good, bad } = await runWithBug(
      'metrics/textfile.ts',
      `import { writeMetricsFile as real } from './textfile.ts?real';
       export async function writeMetricsFile(path, families, options) {
         if (options.registry.startsWith('bad')) throw new Error('a bug');
         return real(path, families, options);
       }`,
      '--metrics-file',
      file,
    );

    expect(await run.ended).toEqual({ code: 4, signal: null });
    const text = await readFile(file, 'utf8');
    expect(text).toContain(`registry="${good}"`);
    expect(text).not.toContain(`registry="${bad}"`);
    for (const name of [good, bad]) {
      expect((await scrape(gateway, name)).nonZero('failures')).toEqual({ 'layer/missing': 1 });
    }
  });
});

describe('a bug anywhere else', () => {
  test.each([
    ['while the program is loaded', ['--version'], 'cli/program.ts', "throw new Error('a bug');"],
    ['that is no program', ['--version'], 'cli/program.ts', 'export const = 1;'],
    ['in a command', ['demo'], 'cli/commands/demo.ts', "export function demo() { throw new Error('a bug'); }"],
    [
      'in the settings',
      ['verify', 'a.example.com/b'],
      'config/load.ts',
      "export function loadSettings() { throw new Error('a bug'); }",
    ],
    [
      'that waits for nothing',
      ['forget', '--pushgateway', 'http://127.0.0.1:9'],
      'cli/commands/forget.ts',
      'export const forget = () => new Promise(() => {});',
    ],
  ])('%s is one line, and 3', async (_, argv, module, code) => {
    const run = spawnProbe(argv, withBug(module, code));

    expect(await run.ended).toEqual({ code: 3, signal: null });
    expect(run.stdout).toBe('');
    expect(run.stderr.split('\n')).toEqual([expect.stringMatching(LINE), '']);
  });

  test('is no end where standard error is closed, and 3 all the same', async () => {
    const run = spawnProbe(
      ['demo'],
      withBug('cli/commands/demo.ts', "export function demo() { throw new Error('a bug'); }"),
    );
    run.stopReading();

    expect(await run.ended).toEqual({ code: 3, signal: null });
  });
});
