import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { createDemoRegistry, type DemoRegistry } from '../../../src/demo/server.ts';
import { configFile } from '../../security/logins.ts';
import { probe, runFlags, type ProbeRun } from '../../support/probe.ts';
import { app, single } from '../../support/reg-fixture.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CHILD = app.arm64.manifest.digest;

async function start(): Promise<DemoRegistry & { readonly url: URL }> {
  const registry = createDemoRegistry({});
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { ...registry, url };
}

async function scene() {
  const registry = await start();
  registry.store.removeManifest('app', CHILD);
  const folder = await temporaryFolder();
  const path = join(folder, 'probe.state');
  const run = (...flags: readonly string[]) => probe([...runFlags(registry.url), '--state', path, ...flags]);
  return { registry, folder, path, run };
}

function since(run: ProbeRun): readonly (string | undefined)[] {
  return run.registry().findings.map(({ firstSeen }) => firstSeen);
}

/** What a run warned of. */
function warnings({ stderr }: ProbeRun): readonly unknown[] {
  const lines = stderr.split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter(({ level }) => level === 'warn')
    .map(({ detail, msg }) => `${String(msg)} (${String(detail)})`);
}

describe('run with a state file', () => {
  test('knows since when something is broken, in the report for machines, that for people, and the log', async () => {
    const { run } = await scene();

    const first = await run();
    const second = await run();

    expect(since(first)).toEqual([first.registry().finishedAt]);
    expect(since(second)).toEqual(since(first));
    expect(second.stderr).toContain(`"firstSeen":"${first.registry().finishedAt}"`);
    expect([first, second].flatMap(warnings)).toEqual([]);
  });

  test('tells it at the terminal', async () => {
    const { registry, path, run } = await scene();
    const first = await run();
    const flags = ['run', '--registry-url', registry.url.origin, '--registry-name', 'lab', '--state', path];

    const { stdout } = await probe(flags);

    expect(stdout).toContain(` since      ${first.registry().finishedAt}\n`);
  });

  test('has the same time, when a restart turns unreadable into missing', async () => {
    const { registry, path, run } = await scene();
    const undo = registry.faults.add({ when: { reference: CHILD }, action: { kind: 'status', status: 500 } });

    const first = await run();
    undo();
    const second = await run();

    expect(first.registry().findings).toMatchObject([{ object: 'child', fault: 'unreadable', digest: CHILD }]);
    expect(second.registry().findings).toMatchObject([{ object: 'child', fault: 'missing', digest: CHILD }]);
    expect(since(second)).toEqual(since(first));
    expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  test('begins anew when it was repaired in between', async () => {
    const { registry, run } = await scene();
    const first = await run();
    registry.store.put(app.repository, app.tag, app.content);
    const repaired = await run();
    registry.store.removeManifest('app', CHILD);

    const again = await run();

    expect(repaired.registry().verdict).toBe('sound');
    expect(since(again)).toEqual([again.registry().finishedAt]);
    expect(since(again)).not.toEqual(since(first));
  });

  test('knows of a repository that it had tags, so that it cannot be lost without a word', async () => {
    const { registry, run } = await scene();
    await run();
    const body = JSON.stringify({
      errors: [{ code: 'NAME_UNKNOWN', message: 'repository name not known to registry' }],
    });
    const action = { kind: 'status', status: 404, body } as const;
    registry.faults.add({ when: { kind: 'tags', repository: 'single' }, action });

    const lost = await run();
    registry.faults.clear();
    const back = await run();

    expect(lost.code).toBe(3);
    expect(lost.registry().unknowns).toMatchObject([{ repository: 'single', reference: '_tags', reason: 'protocol' }]);
    expect(lost.registry().unknowns[0]?.detail).toContain('an earlier run saw tags in it');
    expect(back.registry().complete).toBe(true);
  });

  test('goes on where the last run ended, within what it may ask, until all of it was walked', async () => {
    const { registry, run } = await scene();
    for (let index = 0; index < 6; index += 1) registry.store.put(`more/${index}`, 'v1', single.content);
    const flags = ['--full-walk-every', '1d', '--requests-per-run', '24', '--concurrency', '1'];

    const runs: ProbeRun[] = [];
    for (let index = 0; index < 12; index += 1) runs.push(await run(...flags));

    expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([0]));
    expect(runs[0]?.registry()).toMatchObject({ complete: false, unknowns: [], coverage: { underWay: true } });
    expect(runs.at(-1)?.registry()).toMatchObject({
      complete: true,
      verdict: 'broken',
      counts: { repositories: 8, tags: 8 },
      unknowns: [],
      coverage: { ratio: 1, dropRatio: 0, underWay: false },
    });
    expect(runs.at(-1)?.registry().findings).toMatchObject([{ repository: 'app', digest: CHILD }]);
  });

  test('says without a promise how many runs it takes', async () => {
    const { registry, run } = await scene();
    for (let index = 0; index < 6; index += 1) registry.store.put(`more/${index}`, 'v1', single.content);

    const cut = await run('--requests-per-run', '24', '--concurrency', '1');

    expect(cut.code).toBe(3);
    expect(cut.registry().unknowns).toMatchObject([{ repository: null, reference: '_rest', reason: 'deadline' }]);
    expect(cut.registry().unknowns[0]?.detail).toMatch(/one walk takes about \d runs; set fullWalkEvery: (1|2|3|4)h$/);
  });

  test('begins anew for a registry at another address, with one warning', async () => {
    const { run, path } = await scene();
    await run();
    const other = await start();

    const moved = await probe([...runFlags(other.url), '--state', path]);

    expect(moved.code).toBe(0);
    expect(warnings(moved)).toEqual([
      expect.stringMatching(
        /^The kept state is not used.*\(it is of another registry, at 127\.0\.0\.1:\d+\/\)$/,
      ) as string,
    ]);
  });

  test.each([
    [['--requests-per-run', '0'], '--requests-per-run: requestsPerRun: expected a whole number of 1 or more, got 0'],
    [['--full-walk-every', '0d'], '--full-walk-every: fullWalkEvery: expected a duration'],
    [['--full-walk-every', '86400'], '--full-walk-every: fullWalkEvery: expected a duration'],
  ])('refuses %j in one line', async (flags, message) => {
    const { run } = await scene();

    const refused = await run(...flags);

    expect(refused.code).toBe(2);
    expect(refused.stderr.trim().split('\n')).toHaveLength(1);
    expect(refused.stderr).toContain(message);
  });

  test('loses nothing by a run over a part of the registry, or by one that could not see everything', async () => {
    const { registry, run } = await scene();
    const first = await run();

    const part = await run('--repository', 'single');
    const otherTag = await run('--tag', 'v9');
    registry.faults.add({ when: { repository: 'app' }, action: { kind: 'status', status: 503 } });
    const incomplete = await run();
    registry.faults.clear();
    const last = await run();

    expect([part, otherTag].map((one) => one.registry().complete)).toEqual([true, true]);
    expect(incomplete.registry().complete).toBe(false);
    expect(since(last)).toEqual(since(first));
  });

  test('is of several registries and shards, walked at once', async () => {
    const { registry, path } = await scene();
    const { href: url } = registry.url;
    const config = await configFile({ registries: { one: { url }, two: { url } }, stateFile: path });
    const divided = await configFile({ registries: { three: { url, shards: 2 } }, stateFile: path });
    const run = (file: string, env = {}) => probe(['run', '--config', file, '--output', 'json'], env);
    const all = () =>
      Promise.all([run(config), run(divided, { PROBE_SHARD: '0' }), run(divided, { PROBE_SHARD: '1' })]);

    const runs = await all();
    const again = await all();

    const seen = (of: readonly ProbeRun[]) =>
      of.flatMap((one) =>
        one.report().registries.flatMap(({ findings }) => findings.map(({ firstSeen }) => firstSeen)),
      );
    const names = (await readFile(path, 'utf8')).split('\n').map((line) => line.replace(/ .*/, ''));
    expect([...runs, ...again].flatMap(warnings)).toEqual([]);
    expect(names.slice(1, -1).toSorted()).toEqual(['one', 'three/0', 'three/1', 'two']);
    expect(seen(again)).toEqual(seen(runs));
    expect(seen(again)).toHaveLength(3);
  });

  test.each([
    ['text', '{', 'it is damaged'],
    ['a list', '[]\n', 'it is damaged'],
    ['a version', '{"version":99}', 'it is damaged'],
    ['bytes', Buffer.from([0, 159, 146, 150, 10, 13]), 'it is damaged'],
    ['half a section', 'lab H4sIAAAAAAAAA3WQT2s', 'it is damaged'],
    ['a section of nothing', 'lab \n', 'it is damaged'],
  ])('begins anew where it is damaged (%s): one warning, and it is written again', async (_, content, detail) => {
    const { path, run } = await scene();
    await writeFile(path, content);

    const first = await run();
    const second = await run();

    expect([first.code, second.code]).toEqual([0, 0]);
    expect(warnings(first)).toEqual([`The kept state is not used: it begins anew with this run (${detail})`]);
    expect(warnings(second)).toEqual([]);
    expect(since(second)).toEqual([first.registry().finishedAt]);
  });

  test('writes nothing in a dry run, which knows what is kept', async () => {
    const { folder, path, run } = await scene();
    const dry = await run('--dry-run');
    const before = await readdir(folder);
    const first = await run();
    const content = await readFile(path, 'utf8');

    const second = await run('--dry-run');

    expect(since(dry)).toEqual([dry.registry().finishedAt]);
    expect(before).toEqual([]);
    expect(since(second)).toEqual(since(first));
    expect(await readFile(path, 'utf8')).toBe(content);
    expect(await readdir(folder)).toEqual(['probe.state']);
  });

  test('has its results, with a warning and 4 in the end, where the file cannot be written any more', async () => {
    const { path, run } = await scene();
    await run();
    await mkdir(`${path}.lock`);

    const second = await run();

    expect(second.code).toBe(4);
    expect(second.registry().findings).toHaveLength(1);
    expect(warnings(second)).toEqual([expect.stringMatching(/^The state cannot be kept \(EISDIR/)]);
  });

  test.each([
    ['a folder that is not there', 'gone/probe.state', /there is no folder/],
    ['a folder', '.', /it is not a regular file/],
  ])('ends before anything is asked where the file is in %s', async (_, name, why) => {
    const { registry, folder } = await scene();

    const run = await probe([...runFlags(registry.url), '--state', join(folder, name)]);

    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/^registry-integrity-probe: the state file [^\n]+\n$/);
    expect(run.stderr).toMatch(why);
    expect(registry.requests.all).toEqual([]);
  });

  test('ends before anything is asked where a cluster keeps the state, too', async () => {
    const { registry, path } = await scene();

    const run = await probe(runFlags(registry.url), { PROBE_STATE_FILE: path, PROBE_KUBERNETES_STATE: 'state' });

    expect(run.code).toBe(2);
    expect(run.stderr).toBe(
      'registry-integrity-probe: PROBE_STATE_FILE: stateFile: a state file and a ConfigMap for the state (kubernetes.state, from PROBE_KUBERNETES_STATE) exclude each other\n',
    );
    expect(registry.requests.all).toEqual([]);
  });
});

describe('verify', () => {
  test('neither reads nor writes a state', async () => {
    const { registry, folder, path } = await scene();
    await mkdir(path);

    const run = await probe(['verify', `${registry.url.host}/single:v1`, '--insecure'], { PROBE_STATE_FILE: path });

    expect(run.code).toBe(0);
    expect(await readdir(folder)).toEqual(['probe.state']);
    expect(await readdir(path)).toEqual([]);
  });
});

test('a registry that has lost all its repositories is told as that', async () => {
  const { registry, folder, run } = await scene();
  const metrics = join(folder, 'probe.prom');
  const first = await run('--metrics-file', metrics);
  const before = await readFile(metrics, 'utf8');
  registry.faults.add({ when: { kind: 'catalog' }, action: { kind: 'body', body: '{"repositories":[]}' } });

  const second = await run('--metrics-file', metrics);

  expect([first.code, second.code]).toEqual([0, 3]);
  expect(before).toMatch(/^registry_integrity_catalog_lost\{.*\} 0$/m);
  expect(await readFile(metrics, 'utf8')).toMatch(/^registry_integrity_catalog_lost\{.*\} 1$/m);
});
