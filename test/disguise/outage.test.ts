import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import type { FaultRule } from '../../src/demo/faults.ts';
import { registryError } from '../../src/demo/registry-error.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { identity, probe } from '../support/probe.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startStocked } from '../support/servers/stocked-registry.ts';
import { runAndPush, type Scene, smallImage, startScene, VOLUME_GONE, type PushedRun } from './scene.ts';

const child = app.arm64.manifest.digest;

let scene: Scene;
beforeEach(async () => void (scene = await startScene()));

/** `app` and `single`: five manifests, eleven blobs; 31 requests. */
function stockUp(): void {
  scene.store.put(app.repository, app.tag, app.content);
  scene.store.put(single.repository, single.tag, single.content);
}

/** So many tags in one repository, the first of them resolving to nothing. */
function putTags(tags: number, dangling: number): void {
  for (let n = 0; n < tags; n += 1) scene.store.put('many', `v${n}`, smallImage(`${n}`));
  for (let n = 0; n < dangling; n += 1) scene.store.danglingTag('many', `v${n}`);
}

/** The first question goes to the URL that clients use, all others to one of their own. */
const CONFIRMATION: RequestMatch = { predicate: ({ query }) => query.has('probe') };

/** Nothing that is published says that something is broken, or that this run measured anything. */
function expectNothingCounted({ code, method, shown }: PushedRun): void {
  expect(code).toBe(3);
  expect(method).toBe('POST');
  expect(shown('last_run_success')).toEqual([0]);
  for (const family of ['failures', 'partial_failures', 'tag_failures', 'partial_tag_failures', 'tags_checked']) {
    expect([family, shown(family)]).toEqual([family, []]);
  }
  expect(shown('last_success_timestamp_seconds')).toEqual([]);
}

/** The values of `failures` that are not 0. */
function expectCounted({ code, method, shown }: PushedRun, object: string, fault: string, times: number): void {
  expect(code).toBe(0);
  expect(method).toBe('PUT');
  expect(shown('last_run_success')).toEqual([1]);
  expect(shown('suspect')).toEqual([0]);
  expect(shown('failures', { object, fault })).toEqual([times]);
  expect(shown('failures').reduce((sum, value) => sum + value, 0)).toBe(times);
}

describe('a volume that vanishes', () => {
  test.each([2, 5, 14])('after %i requests is an outage: suspect, nothing counted', async (after) => {
    stockUp();
    scene.faults.add({ after, action: VOLUME_GONE });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'suspect', findings: [] });
    expectNothingCounted(run);
    expect(run.shown('suspect')).toEqual([1]);
    expect(run.shown('catalog_accessible')).toEqual([1]);
  });

  test('is an outage after whichever request of a walk it does', async () => {
    stockUp();
    const oneByOne = { PROBE_CONCURRENCY: '1' };
    await scene.run(oneByOne);
    const whole = scene.requests.all.length;
    const verdicts: [number, string][] = [];

    // After the first two, the catalog is known; with the last one, the walk is over.
    for (let after = 2; after < whole; after += 1) {
      const undo = scene.faults.add({ after, action: VOLUME_GONE });
      verdicts.push([after, (await scene.run(oneByOne)).found.verdict]);
      undo();
    }

    expect(whole).toBe(33);
    expect(verdicts.filter(([, verdict]) => verdict !== 'suspect')).toEqual([]);
  });

  test('before the run is an inaccessible catalog', async () => {
    stockUp();
    scene.faults.add({ action: VOLUME_GONE });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'unknown', findings: [] });
    expectNothingCounted(run);
    expect(run.shown('catalog_accessible')).toEqual([0]);
  });

  test('excuses nothing that is named: verify says what is missing', async () => {
    stockUp();
    scene.faults.add({ action: VOLUME_GONE });

    const run = await probe(['verify', `${scene.url.host}/app:v1`, '--output', 'json']);

    expect(run.code).toBe(1);
    expect(run.registry().verdict).toBe('broken');
    expect(run.registry().findings.map(identity)).toEqual([
      { repository: 'app', tags: ['v1'], object: 'manifest', fault: 'missing', digest: null, path: [], platforms: [] },
    ]);
  });
});

describe('garbage collection of a real registry:2 with -m', () => {
  test('is damage: the children of an index are counted while another image is good', async () => {
    const registry = await startStocked([app, single]);
    onTestFinished(() => registry.stop());
    await registry.garbageCollect(['-m']);
    await registry.restart();

    const run = await runAndPush(registry.url);

    expect(run.found.verdict).toBe('broken');
    expectCounted(run, 'child', 'missing', 3);
  });
});

describe('missing tags', () => {
  test.each([
    [20, 11],
    [21, 11],
    [1, 1],
    [3, 3],
  ])('of %i, %i are an outage: told in the report, and not counted', async (tags, dangling) => {
    putTags(tags, dangling);

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'suspect', complete: true });
    expect(run.found.findings).toHaveLength(dangling);
    expect(new Set(run.found.findings.map(({ fault }) => fault))).toEqual(new Set(['tag_dangling']));
    expectNothingCounted(run);
    expect(run.shown('suspect')).toEqual([1]);
  });

  test.each([
    [20, 10],
    [22, 11],
    [19, 18],
    [2, 1],
  ])('of %i, %i are findings', async (tags, dangling) => {
    putTags(tags, dangling);

    const run = await scene.run();

    expect(run.found.verdict).toBe('broken');
    expectCounted(run, 'manifest', 'tag_dangling', dangling);
  });

  test('that are all back when they are asked for again are sound, and each doubt is counted', async () => {
    putTags(20, 0);
    // Each tag is asked for by HEAD, and by GET where that is refused.
    scene.faults.add({ when: { kind: 'manifest' }, times: 40, action: { kind: 'status', status: 404 } });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'sound', complete: true, findings: [] });
    expectCounted(run, 'manifest', 'missing', 0);
    expect(run.shown('cleared')).toEqual([20]);
    expect(run.shown('tags_checked')).toEqual([20]);
  });
});

describe('a 503 for one child', () => {
  const childFails: FaultRule = { when: { reference: child }, action: { kind: 'status', status: 503 } };
  beforeEach(stockUp);

  test('that stays while the rest answers is damage', async () => {
    scene.faults.add(childFails);

    const run = await scene.run();

    expect(run.found.findings).toMatchObject([
      { object: 'child', fault: 'unreadable', digest: child, confirmations: 3 },
    ]);
    expectCounted(run, 'child', 'unreadable', 1);
  });

  test('that stays while nothing answers any more proves nothing: one unknown, no failure', async () => {
    scene.faults.add(childFails);
    scene.faults.add({ when: { kind: 'manifest', ...CONFIRMATION }, action: { kind: 'status', status: 503 } });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'unknown', findings: [] });
    expect(run.found.unknowns).toMatchObject([{ repository: 'app', reference: child, reason: 'server_error' }]);
    expectNothingCounted(run);
    expect(run.shown('unknown', { reason: 'server_error' })).toEqual([1]);
  });

  test.each([1, 2, 3])('that is over at confirmation %i is nothing', async (times) => {
    scene.faults.add({ ...childFails, times });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
    expectCounted(run, 'child', 'unreadable', 0);
  });
});

describe('a storage that fails', () => {
  test.each([0, 2, 5, 9, 14, 30])('for everything after %i requests is never a finding', async (after) => {
    stockUp();
    scene.faults.add({ after, action: { kind: 'status', status: 500 } });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
    expect(run.shown('suspect')).toEqual([0]);
    expect(run.shown('unknown', { reason: 'server_error' })[0]).toBeGreaterThan(0);
  });
});

describe('an outage in part', () => {
  test('of all configs and layers, which may be kept elsewhere, is no damage to each of them', async () => {
    stockUp();
    scene.faults.add({ when: { kind: 'blob' }, action: { kind: 'status', status: 503 } });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
    expect(run.shown('unknown', { reason: 'server_error' })[0]).toBeGreaterThan(0);
  });

  test('of one layer is damage to it while others still come', async () => {
    stockUp();
    const digest = single.content.layers[0]?.digest ?? '';
    scene.faults.add({ when: { reference: digest }, action: { kind: 'status', status: 503 } });

    const run = await scene.run();

    expect(run.found.findings).toMatchObject([{ object: 'layer', fault: 'unreadable', digest }]);
    expectCounted(run, 'layer', 'unreadable', 1);
  });
});

describe('a registry whose listings answer and whose manifests all fail', () => {
  const TAGS = 200;
  const failing = { kind: 'status', status: 503 } as const;

  test('is left alone soon: no finding, all unknown', async () => {
    putTags(TAGS, 0);
    scene.faults.add({ when: { kind: 'manifest' }, action: failing });

    const run = await scene.run();

    expect(scene.requests.all.length).toBeLessThan(150);
    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
    expect(run.shown('unknown', { reason: 'server_error' })).toEqual([TAGS]);
  });

  test('is left alone as soon where its tags are in twenty repositories', async () => {
    for (let n = 0; n < TAGS; n += 1) scene.store.put(`many-${n % 20}`, `v${n}`, smallImage(`${n}`));
    scene.faults.add({ when: { kind: 'manifest' }, action: failing });

    const run = await scene.run();

    expect(scene.requests.all.length).toBeLessThan(150);
    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
  });

  test('is left alone where they begin to fail in the middle of the walk', async () => {
    putTags(TAGS, 0);
    const before = 60;
    scene.faults.add({ when: { predicate: ({ reference }) => reference !== null }, after: before, action: failing });

    const run = await scene.run();

    // Manifests and blobs are given up on apart, for they may lie in different stores.
    expect(scene.requests.all.length).toBeLessThan(before + 2 * 90);
    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
  });

  test('is no damage to any of them where there are only a few', async () => {
    putTags(5, 0);
    scene.faults.add({ when: { kind: 'manifest' }, action: failing });

    const run = await scene.run();

    expect(run.found).toMatchObject({ verdict: 'unknown', complete: false, findings: [] });
    expectNothingCounted(run);
  });

  test.each([
    ['before', '1', 'a', 'b'],
    ['before', '4', 'a', 'b'],
    ['after', '1', 'b', 'a'],
    ['after', '4', 'b', 'a'],
    ['before', '4', 'same', 'same'],
  ])(
    'is another than one with 25 damaged objects in a row: they are all found (%s the good ones, %s at a time, %s and %s)',
    async (where, concurrency, damaged, good) => {
      const [one, other] = where === 'before' ? ['a', 'b'] : ['b', 'a'];
      for (let n = 0; n < 25; n += 1) {
        scene.store.put(damaged, `${one}${n}`, smallImage(`damaged ${n}`));
        scene.store.put(good, `${other}${n}`, smallImage(`good ${n}`));
        scene.faults.add({
          when: { repository: damaged, reference: `${one}${n}` },
          action: { ...failing, status: 500 },
        });
      }

      const run = await scene.run({ PROBE_CONCURRENCY: concurrency });

      expect(run.found).toMatchObject({ verdict: 'broken', complete: true, unknowns: [] });
      expectCounted(run, 'manifest', 'unreadable', 25);
    },
  );
});

describe('whatever is not counted as broken is counted for what it is', () => {
  beforeEach(stockUp);

  test('a doubt that was cleared', async () => {
    scene.faults.add({ when: { reference: child }, times: 1, action: { kind: 'status', status: 404 } });

    const { found, shown } = await scene.run();

    expect([found.verdict, shown('cleared')]).toEqual(['sound', [1]]);
  });

  test('a tag that was deleted while it was walked', async () => {
    scene.faults.add({
      when: { repository: 'single', kind: 'manifest' },
      times: 1,
      action: {
        kind: 'rewrite',
        rewrite(_, request) {
          scene.store.deleteTag('single', 'v1');
          return registryError('MANIFEST_UNKNOWN', { detail: { Tag: request.reference } });
        },
      },
    });

    const { found, shown } = await scene.run();

    expect([found.verdict, shown('churned')]).toEqual(['sound', [1]]);
  });

  test('an answer that could not be had', async () => {
    scene.faults.add({ when: { reference: child }, action: { kind: 'status', status: 403 } });

    const { found, shown } = await scene.run();

    expect([found.verdict, shown('unknown', { reason: 'forbidden' })]).toEqual(['unknown', [1]]);
  });

  test.each([
    ['may be missing', { PROBE_ALLOW_MISSING_PLATFORMS: 'linux/arm64' }],
    ['is not asked for', { PROBE_EXCLUDE_PLATFORMS: 'linux/arm64' }],
  ])('a platform that %s', async (_, env) => {
    scene.store.removeManifest('app', child);

    const without = await scene.run();
    const run = await scene.run(env);

    expectCounted(without, 'child', 'missing', 1);
    expect(without.shown('skipped', { reason: 'excluded' })).toEqual([0]);
    expect(run.found).toMatchObject({ verdict: 'sound', findings: [] });
    expectCounted(run, 'child', 'missing', 0);
    expect(run.shown('skipped', { reason: 'excluded' })).toEqual([1]);
  });

  test('a platform that may be missing, and is there and damaged, is no exception', async () => {
    scene.store.alterManifest('app', child);

    const run = await scene.run({ PROBE_ALLOW_MISSING_PLATFORMS: 'linux/arm64' });

    expectCounted(run, 'child', 'digest_mismatch', 1);
  });
});
