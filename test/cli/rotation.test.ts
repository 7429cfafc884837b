import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { RegistrySettings } from '../../src/config/settings.ts';
import { load } from '../config/loading.ts';
import { memoryStore } from '../history/scene.ts';
import { createTestClock } from '../support/clock.ts';
import { createMapSource, type MapSource } from '../support/map-source.ts';
import { createRuns, type SimulatedRun, type Simulation } from '../support/rotation.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The repositories, of ten images each. */
const NAMES = Array.from({ length: 20 }, (_, index) => `team/service-${String(index).padStart(2, '0')}`);

function imageOf(repository: string, tag: number) {
  return buildImage({ seed: `${repository}:${tag}` });
}

function fill(source: MapSource, repository: string, tags = 10): void {
  for (let tag = 0; tag < tags; tag += 1) source.put(repository, `v${tag}`, imageOf(repository, tag));
}

function breakIn(source: MapSource, repository: string, tag = 3): void {
  source.repository(repository).blobs.delete(imageOf(repository, tag).layers[0]?.digest ?? '');
}

function repair(source: MapSource, repository: string, tag = 3): void {
  source.put(repository, `v${tag}`, imageOf(repository, tag));
}

async function settingsOf(flags: Readonly<Record<string, string>>): Promise<RegistrySettings> {
  const { settings } = await load({
    flags: { 'registry.url': 'https://registry.example.com', 'registry.name': 'prod', ...flags },
  });
  const [registry] = settings.registries;
  if (registry === undefined) throw new Error('there is no registry');
  return registry;
}

/** A registry of 200 images that takes five runs, one each hour, and is promised to be walked every eight. */
async function scene(flags: Readonly<Record<string, string>> = {}, changes: Partial<Simulation> = {}) {
  const source = createMapSource();
  for (const name of NAMES) fill(source, name);
  const registry = await settingsOf({ requestsPerRun: '225', fullWalkEvery: '8h', ...flags });
  const clock = createTestClock();
  const store = memoryStore();
  const simulation: Simulation = { source, registry, store, clock, questionMs: 100, ...changes };
  const run = createRuns();
  let next = clock.now();
  /** The next run, at its hour. */
  const hour = async (now: Partial<Simulation> = {}): Promise<SimulatedRun> => {
    clock.advance(Math.max(0, next - clock.now()));
    next += HOUR_MS;
    source.questions.length = 0;
    return run({ ...simulation, ...now });
  };
  const hours = async (count: number): Promise<readonly SimulatedRun[]> => {
    const runs: SimulatedRun[] = [];
    for (let index = 0; index < count; index += 1) runs.push(await hour());
    return runs;
  };
  return { source, store, clock, hour, hours };
}

function told(run: SimulatedRun): readonly unknown[] {
  return [run.pushed, run.outcome.result.verdict, run.metric('failures'), run.metric('partial_failures')];
}

describe('a registry that takes five runs', () => {
  test('is complete once all of it was walked, and from then on after every run', async () => {
    const { hours } = await scene();

    const runs = await hours(72);

    const first = runs.findIndex(({ pushed }) => pushed === 'PUT');
    expect(first).toBe(4);
    expect(runs.slice(first).every(({ pushed }) => pushed === 'PUT')).toBe(true);
    expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([0]));
    expect(runs.every(({ asked }) => asked <= 226)).toBe(true);
    expect(new Set(runs.slice(first).map((run) => run.metric('tags_checked')))).toEqual(new Set([200]));
    expect(runs.at(-1)?.metric('blobs_checked')).toBe(600);
    // No image is unseen for longer than five runs and the one that comes to it.
    const ages = runs
      .slice(first)
      .map((run) => run.startedAt / 1000 - (run.metric('oldest_check_timestamp_seconds') ?? 0));
    expect(Math.max(...ages)).toBeLessThanOrEqual(5 * 3600);
  });
});

describe('something broken in a registry that takes five runs', () => {
  test('is told by the run that comes to it, stays told by those that do not, and is gone once it was looked at', async () => {
    const { source, hours } = await scene();
    await hours(10);
    breakIn(source, 'team/service-07');

    const found = await hours(6);
    repair(source, 'team/service-07');
    const [mended, after] = await hours(2);

    const counts = found.map((run) => run.metric('failures'));
    const first = counts.indexOf(1);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(counts.slice(first).every((count) => count === 1)).toBe(true);
    // It is asked for again by each run, before anything else; so it is seen at once that it is there.
    expect([mended?.metric('failures'), after?.metric('failures')]).toEqual([0, 0]);
    expect(mended?.metric('tag_failures')).toBeUndefined();
  });

  test('is told before the first walk is over, and not taken back by a run that did not look there', async () => {
    const { source, hours } = await scene();
    for (const name of NAMES.slice(0, 3)) breakIn(source, name);

    const runs = await hours(7);

    const partial = runs.filter(({ pushed }) => pushed === 'POST');
    expect(partial.map((run) => run.metric('failures'))).toEqual(partial.map(() => undefined));
    expect(Math.max(...partial.map((run) => run.metric('partial_failures') ?? 0))).toBeGreaterThan(0);
    expect(runs.slice(partial.length).map(told)).toContainEqual(['PUT', 'broken', 3, 0]);
  });

  test('goes with its repository when the catalog does not list it any more', async () => {
    const { source, hours } = await scene();
    breakIn(source, 'team/service-07');
    const before = await hours(5);
    source.repositoriesByName.delete('team/service-07');

    const [after] = await hours(1);

    expect(before.at(-1)?.metric('failures')).toBe(1);
    expect(after && told(after)).toEqual(['PUT', 'sound', 0, 0]);
    expect([after?.metric('repositories_listed'), after?.metric('tags_checked')]).toEqual([19, 190]);
  });

  test('and a state that is lost afterwards clears nothing, until all of it was walked again', async () => {
    const { source, store, hours } = await scene();
    breakIn(source, 'team/service-07');
    await hours(5);
    store.bytes = null;
    repair(source, 'team/service-07');

    const runs = await hours(5);

    expect(runs.map(({ pushed }) => pushed)).toEqual(['POST', 'POST', 'POST', 'POST', 'PUT']);
    expect(runs.map((run) => run.metric('failures'))).toEqual([1, 1, 1, 1, 0]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  });

  test('is unknown, not gone, where it cannot be asked for', async () => {
    const { source, hours } = await scene();
    breakIn(source, 'team/service-07');
    await hours(5);
    source.intercept = ({ repository, kind }) =>
      repository === 'team/service-07' && kind === 'manifest'
        ? { kind: 'unknown', reason: 'forbidden', detail: 'no' }
        : undefined;

    const [run] = await hours(1);

    expect(run?.code).toBe(3);
    expect([run?.pushed, run?.metric('failures')]).toEqual(['POST', 1]);
  });

  test('is no outage, however much of a run it is', async () => {
    const { source, hours } = await scene();
    for (const name of NAMES.slice(0, 12)) for (let tag = 0; tag < 10; tag += 1) breakIn(source, name, tag);
    const before = await hours(12);

    expect(before.at(-1)?.outcome.result.verdict).toBe('broken');
    expect(before.slice(6).map((run) => run.outcome.result.verdict)).not.toContain('suspect');
  });
});

describe('a run with a budget', () => {
  test('sees what is in use each time, whatever else there is', async () => {
    const used = { usedTags: new Map([['team/service-19', ['v9']]]), inUse: new Set(['team/service-19']) };
    const { source, hour, hours } = await scene({}, { used });
    await hours(5);

    breakIn(source, 'team/service-19', 9);
    const run = await hour();

    expect(run.metric('failures')).toBe(1);
    expect(run.asked).toBeLessThan(245);
  });

  test('that has no room for all that is in use gives each its turn, and the rest as well', async () => {
    const usedTags = new Map(NAMES.map((name) => [name, Array.from({ length: 10 }, (_, tag) => `v${tag}`)]));
    const { source, hour, hours } = await scene({ requestsPerRun: '260', fullWalkEvery: '2d' }, { used: { usedTags } });
    const looked: ReadonlySet<string>[] = [];
    for (let run = 0; run < 40; run += 1) {
      await hour();
      looked.push(
        new Set(source.questions.filter(({ kind }) => kind === 'manifest').map(({ repository }) => repository)),
      );
    }

    const [last] = await hours(1);
    expect(new Set(looked.flatMap((names) => [...names])).size).toBe(20);
    expect(last?.pushed).toBe('PUT');
    expect(Math.max(...looked.map(({ size }) => size))).toBeLessThan(10);
  });

  test('that is not enough for one repository goes on in the middle of it', async () => {
    const { hours } = await scene({ requestsPerRun: '60', fullWalkEvery: '7d' });

    const runs = await hours(60);

    expect(runs.at(-1)?.pushed).toBe('PUT');
    expect(runs.at(-1)?.metric('tags_checked')).toBe(200);
  });

  test('never asks for more, but to confirm', async () => {
    const { source, hours } = await scene();
    breakIn(source, 'team/service-07');

    const runs = await hours(10);

    expect(Math.max(...runs.map(({ asked }) => asked))).toBeLessThan(245);
  });
});

describe('a run that its deadline ends', () => {
  test('goes on in the middle of a slice', async () => {
    const { hours } = await scene({}, { deadline: 22_000 });

    const runs = await hours(12);

    expect(runs.findIndex(({ pushed }) => pushed === 'PUT')).toBeLessThan(8);
    expect(runs.at(-1)?.metric('tags_checked')).toBe(200);
  });

  test('without a promise says how many runs it takes, and goes on all the same', async () => {
    const source = createMapSource();
    for (const name of NAMES) fill(source, name);
    const registry = await settingsOf({ requestsPerRun: '225' });
    const { hours } = await scene({}, { source, registry });

    const runs = await hours(6);

    expect(new Set(runs.map(({ code }) => code))).toEqual(new Set([3]));
    expect(runs.map(({ pushed }) => pushed)).not.toContain('PUT');
    expect(runs[1]?.outcome.result.unknowns).toMatchObject([
      { repository: null, reference: '_rest', reason: 'deadline' },
    ]);
    expect(runs[1]?.outcome.result.unknowns[0]?.detail).toMatch(
      /one walk takes about [56] runs; set fullWalkEvery: [68]h$/,
    );
    const ages = runs.map((run) => run.startedAt / 1000 - (run.metric('oldest_check_timestamp_seconds') ?? 0));
    expect(Math.max(...ages)).toBeLessThanOrEqual(5 * 3600);
  });
});

test('a state without room for what was walked is no ground to conclude from, and the report says so', async () => {
  const source = createMapSource();
  for (const name of NAMES) fill(source, name);
  const registry = await settingsOf({ requestsPerRun: '225' });
  const { hours } = await scene({}, { source, registry, store: memoryStore(null, 350) });

  const runs = await hours(8);

  expect(new Set(runs.map(({ pushed }) => pushed))).toEqual(new Set(['POST']));
  expect(runs.at(-1)?.outcome.result.unknowns[0]?.detail).toContain('the state has no room');
});

test('a state without room for all that is broken knows that it is gone once all of it was walked since', async () => {
  const { source, hours } = await scene({ requestsPerRun: '400' }, { store: memoryStore(null, 2600) });
  const damaged = NAMES.slice(0, 15).flatMap((name) => [1, 2, 3, 4, 5].map((tag) => [name, tag] as const));
  for (const [name, tag] of damaged) breakIn(source, name, tag);
  const before = await hours(6);
  for (const [name, tag] of damaged) repair(source, name, tag);

  const after = await hours(8);

  expect(new Set(before.map(({ pushed }) => pushed))).toEqual(new Set(['POST']));
  expect(after.map(told).at(-1)).toEqual(['PUT', 'sound', 0, 0]);
});

test('what was walked by a clock that was ahead is walked again once the clock is right', async () => {
  const { source, store, hours } = await scene();
  const ahead = createTestClock(Date.UTC(2030, 0, 1));
  const registry = await settingsOf({ requestsPerRun: '5000', fullWalkEvery: '8h' });
  const early = await createRuns()({ source, registry, store, clock: ahead, questionMs: 100 });

  const runs = await hours(6);

  expect(early.pushed).toBe('PUT');
  expect(runs.slice(0, 4).map(({ pushed }) => pushed)).toEqual(['POST', 'POST', 'POST', 'POST']);
  expect(runs.at(-1)?.pushed).toBe('PUT');
});

describe('what a registry consists of', () => {
  test('is looked at first where it is new', async () => {
    const { source, hour, hours } = await scene();
    await hours(7);
    fill(source, 'team/new', 5);
    breakIn(source, 'team/new');

    const run = await hour();

    expect(told(run)).toEqual(['PUT', 'broken', 1, 0]);
    expect([run.metric('repositories_listed'), run.metric('tags_checked')]).toEqual([21, 205]);
  });

  test('is not complete while something new was never walked, however young it is', async () => {
    const { source, hour, hours } = await scene();
    await hours(6);
    for (let index = 0; index < 30; index += 1) fill(source, `new/service-${index}`, 10);

    const run = await hour();

    expect([run.pushed, run.outcome.result.complete, run.code]).toEqual(['POST', false, 0]);
    expect(run.metric('coverage_ratio')).toBeLessThan(0.7);
    expect(run.outcome.result.underWay).toBe(true);
  });

  test('may be one repository of many tags, which is walked in parts', async () => {
    const { source, hours } = await scene({ requestsPerRun: '3000', fullWalkEvery: '1d' });
    for (const name of NAMES) source.repositoriesByName.delete(name);
    fill(source, 'big', 3000);
    breakIn(source, 'big', 2999);

    const runs = await hours(20);
    const last = runs.at(-1);
    expect(runs.slice(12).map(({ pushed }) => pushed)).not.toContain('POST');
    expect(last && told(last)).toEqual(['PUT', 'broken', 1, 0]);
    const counts = ['repositories', 'tags', 'manifests', 'blobs'].map((what) => last?.metric(`${what}_checked`));
    // With what is broken, although the end of the run cuts another part short each time.
    expect(counts).toEqual([1, 3000, 3000, 9000]);
    expect(last?.metric('tags_listed')).toBe(3000);
  });

  test('is begun anew where another part of it is selected, and is there still for the first one', async () => {
    const { hour, hours } = await scene();
    await hours(6);
    const part = await settingsOf({ requestsPerRun: '225', fullWalkEvery: '8h' });

    const one = await hour({
      registry: { ...part, repositories: { ...part.repositories, match: ['team/service-0*'] } },
    });
    const all = await hour();

    expect([one.pushed, one.metric('coverage_ratio')]).toEqual(['POST', 0.4]);
    expect(all.pushed).toBe('PUT');
  });
});

describe('shards', () => {
  test('have a state each, and together walk everything', async () => {
    const { source, hour } = await scene();
    const stores = [memoryStore(), memoryStore()];
    const registry = { ...(await settingsOf({ requestsPerRun: '120', fullWalkEvery: '1d' })), shards: 2 };
    let last: readonly SimulatedRun[] = [];
    for (let run = 0; run < 8; run += 1) {
      last = [
        await hour({ registry, shard: { index: 0, count: 2 }, store: stores[0] ?? memoryStore() }),
        await hour({ registry, shard: { index: 1, count: 2 }, store: stores[1] ?? memoryStore() }),
      ];
    }

    expect(source.repositoriesByName.size).toBe(20);
    expect(last.reduce((sum, run) => sum + run.outcome.result.counts.tags, 0)).toBe(200);
    expect(last.map(({ pushed }) => pushed)).toEqual(['PUT', 'PUT']);
  });

  test('in another number begin anew, and publish nothing of what is no longer theirs', async () => {
    const { source, hour, hours } = await scene();
    breakIn(source, 'team/service-07');
    const store = memoryStore();
    const two = { ...(await settingsOf({ requestsPerRun: '225', fullWalkEvery: '8h' })), shards: 2 };
    for (let run = 0; run < 5; run += 1) await hour({ registry: two, shard: { index: 0, count: 2 }, store });
    for (let run = 0; run < 5; run += 1)
      await hour({ registry: two, shard: { index: 1, count: 2 }, store: memoryStore() });
    const three = { ...two, shards: 3 };

    const first = await hour({ registry: three, shard: { index: 0, count: 3 }, store });
    await hours(1);

    expect(first.metric('coverage_ratio')).toBeLessThan(1.01);
    expect(first.outcome.result.findings.every(({ confirmations }) => confirmations > 0)).toBe(true);
  });
});

describe('a list that gets shorter', () => {
  test('is told by the share that is gone, for seven days', async () => {
    const { source, hours } = await scene({ requestsPerRun: '5000', fullWalkEvery: '2h' });
    await hours(3);
    // Ten tags each: of the same share, that of the tags is of more names.
    for (const name of NAMES.slice(0, 12)) source.repositoriesByName.delete(name);

    const runs = await hours(24 * 8);

    const ratios = runs.map((run) => run.metric('coverage_drop_ratio'));
    expect(ratios.slice(0, 24 * 6).every((ratio) => ratio === 0.6)).toBe(true);
    expect([ratios.at(-1), runs[0]?.metric('coverage_drop_names')]).toEqual([0, 120]);
  });

  test('is all right from when somebody says so', async () => {
    const { source, clock, hour, hours } = await scene({ requestsPerRun: '5000', fullWalkEvery: '2h' });
    await hours(3);
    for (const name of NAMES.slice(0, 12)) source.repositoriesByName.delete(name);
    const [dropped] = await hours(1);
    const registry = await settingsOf({ requestsPerRun: '5000', fullWalkEvery: '2h' });

    const accepted = await hour({ registry: { ...registry, coverageAcceptedAt: clock.now() - 1 } });
    const later = await hour({ registry: { ...registry, coverageAcceptedAt: clock.now() + 365 * 24 * HOUR_MS } });

    expect([dropped?.metric('coverage_drop_ratio'), accepted.metric('coverage_drop_ratio')]).toEqual([0.6, 0]);
    expect(later.metric('coverage_drop_ratio')).toBe(0);
  });

  test('is told of tags as well, and not taken back by a run that is not complete', async () => {
    const { source, hour, hours } = await scene({ requestsPerRun: '5000', fullWalkEvery: '2h' });
    await hours(3);
    for (const name of NAMES)
      for (const tag of ['v5', 'v6', 'v7', 'v8', 'v9']) source.repository(name).tags.delete(tag);
    const [dropped] = await hours(1);
    source.intercept = ({ repository, kind }) =>
      repository === 'team/service-07' && kind === 'manifest'
        ? { kind: 'unknown', reason: 'forbidden', detail: 'no' }
        : undefined;

    const incomplete = await hour();

    expect([dropped?.metric('coverage_drop_ratio'), dropped?.metric('coverage_drop_names')]).toEqual([0.5, 100]);
    expect([incomplete.pushed, incomplete.metric('coverage_drop_ratio')]).toEqual(['POST', 0.5]);
  });
});

/** What is on the Pushgateway after some runs of three days, as docs/scale.md shows it. */
async function threeDays(): Promise<readonly string[]> {
  const { source, hours } = await scene();
  const runs: SimulatedRun[] = [...(await hours(10))];
  breakIn(source, 'team/service-07');
  runs.push(...(await hours(20)));
  repair(source, 'team/service-07');
  runs.push(...(await hours(10)));
  fill(source, 'team/new', 5);
  runs.push(...(await hours(10)));
  source.repositoriesByName.delete('team/service-00');
  runs.push(...(await hours(22)));

  const cells = runs.map((run) => {
    const age = run.startedAt / 1000 - (run.metric('oldest_check_timestamp_seconds') ?? 0);
    const covered = `${Math.round((run.metric('coverage_ratio') ?? 0) * 100)}%`;
    const { verdict } = run.outcome.result;
    const numbers = ['failures', 'partial_failures', 'tags_checked'].map((name) => String(run.metric(name) ?? '-'));
    return [run.pushed, verdict, String(run.asked), covered, `${Math.round(age / 3600)}h`, ...numbers];
  });
  // Runs after which the same is published are one line.
  const lines: { from: number; to: number; cells: readonly string[] }[] = [];
  for (const [index, now] of cells.entries()) {
    const last = lines.at(-1);
    const key = (all: readonly string[]): string => [all[0], all[1], all[3], ...all.slice(5)].join();
    if (last !== undefined && key(last.cells) === key(now)) last.to = index + 1;
    else lines.push({ from: index + 1, to: index + 1, cells: now });
  }
  return lines.map(({ from, to, cells: all }) => [from === to ? `${from}` : `${from} to ${to}`, ...all].join(' '));
}

test('three days of it are what docs/scale.md shows', async () => {
  const page = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');

  const shown = page
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, , how]) => how === 'PUT' || how === 'POST')
    .map((row) => row.slice(1, -1).join(' '));

  expect(shown).toEqual(await threeDays());
});
