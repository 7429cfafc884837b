import { expect, onTestFinished, test } from 'vitest';

import type { CommandDeps } from '../../src/cli/session.ts';
import { walkRegistry, type WalkTarget } from '../../src/cli/walk-registry.ts';
import { createWatch } from '../../src/cli/watch.ts';
import { createDemoRegistry } from '../../src/demo/server.ts';
import { lostWalk } from '../../src/walk/lost-walk.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import { load } from '../config/loading.ts';
import { outcome } from '../metrics/outcomes.ts';
import { createTestClock } from '../support/clock.ts';
import { single } from '../support/reg-fixture.ts';
import { fakeIo } from './fake-io.ts';
import { keepLog } from './kept-log.ts';

/** A registry that is about to be walked, and what tells the walk to end. */
async function scene() {
  const registry = createDemoRegistry();
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  const { settings } = await load({ env: { PROBE_RETRIES: '0' } });
  const clock = createTestClock();
  const log = keepLog();
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  const deps: CommandDeps = { io: fakeIo(), clock, log, proxy };
  const abort = new AbortController();
  const limits = { stop: abort.signal, abort: abort.signal };
  const target: WalkTarget = {
    name: 'lab',
    url,
    schemeGiven: true,
    walk: settings.walk,
    credentials: () => ({ kind: 'none' }),
    expectAuth: false,
    pastCaches: false,
  };
  return {
    url,
    clock,
    log,
    abort,
    target,
    circumstances: { watch: createWatch(fakeIo(), 'info', clock), limits, deps },
  };
}

const { result: RESULT } = outcome();

test('a walk asks over a connection of its own, and says when and how often', async () => {
  const { url, clock, log, target, circumstances } = await scene();
  const startedAt = clock.now();

  const walked = await walkRegistry(
    target,
    async ({ source, stop }) => {
      await source.repositories({ again: false, signal: stop });
      clock.advance(1_500);
      return RESULT;
    },
    circumstances,
  );

  expect(walked).toEqual({
    name: 'lab',
    url: url.href,
    startedAt,
    finishedAt: startedAt + 1_500,
    durationMs: 1_500,
    result: RESULT,
    requests: expect.objectContaining({ GET: expect.any(Number) as number }) as object,
    concurrency: 4,
  });
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  expect(clock.pending).toBe(0);
});

test.each([-3_600_000, 3_600_000])('a walk lasts as long when the clock is set by %i ms', async (setBy) => {
  const { clock, target, circumstances } = await scene();

  const walked = await walkRegistry(
    target,
    async () => {
      clock.advance(1_500);
      clock.set(setBy);
      return RESULT;
    },
    circumstances,
  );

  expect(walked).toMatchObject({ durationMs: 1_500, finishedAt: clock.now() });
});

test('a walk with a bug in it leaves the registry unknown, and is told', async () => {
  const { url, log, target, circumstances } = await scene();

  const walked = await walkRegistry(target, () => Promise.reject(new Error('a bug')), circumstances);

  const { detail } = walked.result.unknowns[0] ?? { detail: '' };
  expect(detail).toMatch(/^internal_error: Error: a bug, at /);
  expect(walked).toMatchObject({ name: 'lab', url: url.href, requests: {} });
  expect(walked.result).toEqual(lostWalk(detail.replace('internal_error: ', '')));
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([{ registry: 'lab' }]);
});

test('a walk that has to end is waited for', async () => {
  const { clock, abort, target, circumstances } = await scene();
  const { promise, resolve } = Promise.withResolvers<WalkResult>();
  const walking = walkRegistry(target, () => promise, circumstances);

  abort.abort();
  clock.advance(9_999);
  resolve(RESULT);

  expect((await walking).result).toBe(RESULT);
  expect(clock.pending).toBe(0);
});

test('a walk that does not end is left behind ten seconds after it has to', async () => {
  const { clock, abort, target, circumstances } = await scene();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const walking = walkRegistry(
    target,
    () => {
      begin();
      return new Promise<WalkResult>(() => {});
    },
    circumstances,
  );
  await begun;

  abort.abort();
  clock.advance(10_000);

  expect((await walking).result).toMatchObject({ verdict: 'unknown', complete: false });
});
