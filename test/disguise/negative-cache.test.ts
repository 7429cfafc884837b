import { beforeEach, describe, expect, test } from 'vitest';

import type { FaultRule } from '../../src/demo/faults.ts';
import { registryError } from '../../src/demo/registry-error.ts';
import { MANIFEST_ACCEPT } from '../../src/oci/media-types.ts';
import type { Clock } from '../../src/util/clock.ts';
import { ask } from '../support/ask.ts';
import { createTestClock, type TestClock } from '../support/clock.ts';
import { app, single } from '../support/reg-fixture.ts';
import { startScene, type Scene } from './scene.ts';

const DENIED_FOR_MS = 1000;

/** Repeats a 404 for a second under the same URL, whatever happened since: a registry's own negative cache. */
function denyForASecond(clock: Clock): FaultRule {
  const until = new Map<string, number>();
  return {
    when: { kind: 'manifest' },
    action: {
      kind: 'rewrite',
      rewrite(normal, { path, search, reference }) {
        const url = `${path}${search}`;
        if ((until.get(url) ?? 0) > clock.now())
          return registryError('MANIFEST_UNKNOWN', { detail: { Tag: reference } });
        if (normal.status === 404) until.set(url, clock.now() + DENIED_FOR_MS);
        return normal;
      },
    },
  };
}

const child = app.arm64.manifest.digest;
const CHILD_PATH = `/v2/app/manifests/${child}`;

let scene: Scene;
/** Stands still, so that no test is slower than the second. */
let clock: TestClock;
beforeEach(async () => {
  scene = await startScene();
  scene.store.put(app.repository, app.tag, app.content);
  scene.store.put(single.repository, single.tag, single.content);
  clock = createTestClock();
});

/** The first to ask for it is told that it is gone; then it is back. */
function goneForOneQuestion(path: string, undo: () => void): void {
  scene.faults.add({
    when: { predicate: (request) => request.path === path },
    times: 1,
    action: {
      kind: 'rewrite',
      rewrite(normal) {
        undo();
        return normal;
      },
    },
  });
  scene.faults.add(denyForASecond(clock));
}

async function statusOf(path: string): Promise<number> {
  return (await ask(scene.url, path, { headers: { accept: MANIFEST_ACCEPT } })).status;
}

describe('a registry that repeats a 404 for a second', () => {
  test('denies what is back, but not under another URL', async () => {
    goneForOneQuestion(CHILD_PATH, scene.store.removeManifest('app', child));

    const first = await statusOf(CHILD_PATH);
    const second = await statusOf(CHILD_PATH);
    const elsewhere = await statusOf(`${CHILD_PATH}?probe=1`);
    clock.advance(DENIED_FOR_MS);
    const later = await statusOf(CHILD_PATH);

    expect([first, second, elsewhere, later]).toEqual([404, 404, 200, 200]);
  });

  test.each([
    { what: 'a child', path: CHILD_PATH, lose: () => scene.store.removeManifest('app', child) },
    { what: 'a tag', path: '/v2/single/manifests/v1', lose: () => scene.store.danglingTag('single', 'v1') },
  ])('makes no finding of $what that is back, since it is asked for under another URL', async ({ path, lose }) => {
    goneForOneQuestion(path, lose());

    const run = await scene.run();

    expect(run.code).toBe(0);
    expect(run.found).toMatchObject({ verdict: 'sound', complete: true, findings: [], unknowns: [] });
    expect(run.shown('cleared')).toEqual([1]);
    expect(await statusOf(path)).toBe(404);
  });

  test('is believed where every URL is denied', async () => {
    scene.store.removeManifest('app', child);
    scene.faults.add(denyForASecond(clock));

    const run = await scene.run();

    expect(run.found.findings).toMatchObject([{ object: 'child', fault: 'missing', digest: child }]);
    expect(run.shown('cleared')).toEqual([0]);
  });
});
