import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { decodeState, encodeState } from '../../src/history/encode.ts';
import { wasGoodOnce } from '../../src/history/good-pins.ts';
import { keep, remember, type Remembered } from '../../src/history/remember.ts';
import type { StateStore } from '../../src/history/store.ts';
import { keepLog } from '../cli/kept-log.ts';
import { broken, finished, known, memoryStore, NEVER, NOW, OTHER_DIGEST, PROD, state, THEN } from './scene.ts';

const GIVEN = encodeState(state(), 100_000);
const FIRST: Remembered = { history: null, state: null, problem: null, isLost: false };
const NOT_THERE: StateStore = {
  read: () => Promise.resolve({ kind: 'failed', detail: 'not there' }),
  write: () => Promise.resolve({ kind: 'failed', detail: 'not there' }),
};
const MISTAKEN: StateStore = {
  read: () => Promise.reject(new TypeError('a mistake')),
  write: () => Promise.reject(new TypeError('a mistake')),
};

/** A digest that a workload names, and that is gone. */
const GONE = { repository: 'app', digest: OTHER_DIGEST, namespaces: ['shop'], isThere: false };

/** Whether a run that could not find it leaves behind that it was there once, beside what was kept before it. */
async function wasGoodAfter(bytes: Uint8Array | undefined): Promise<boolean> {
  const log = keepLog();
  const store = memoryStore(bytes);
  const remembered = await remember(PROD, { store, log }, NEVER);
  const run = finished({ usedPins: { pins: [GONE], complete: true }, beganAnew: remembered.isLost });
  await keep(run, remembered, { store, log }, NEVER);
  const decoded = decodeState(store.bytes ?? new Uint8Array(), PROD);
  return decoded.kind === 'state' && wasGoodOnce(decoded.state)('app', OTHER_DIGEST);
}

describe('a digest that workloads name and that is gone', () => {
  test.each([
    ['damaged', GIVEN.subarray(1)],
    ['of another version', gzipSync(JSON.stringify({ keptBy: 'registry-integrity-probe', version: 'another' }))],
    ['without room for what was good', encodeState(state({ goodPins: null, hadNoRoom: true }), 100_000)],
  ])('stays known as once good where what was kept is %s', async (_, bytes) => {
    expect(await wasGoodAfter(bytes)).toBe(true);
  });

  test('was never good where nothing was kept, or what was kept knows nothing of it', async () => {
    expect(await wasGoodAfter(undefined)).toBe(false);
    expect(await wasGoodAfter(encodeState(state({ goodPins: [] }), 100_000))).toBe(false);
  });
});

describe('what earlier runs kept', () => {
  test('is remembered', async () => {
    const log = keepLog();

    const remembered = await remember(PROD, { store: memoryStore(GIVEN), log }, NEVER);

    expect(remembered.history?.firstSeen(broken(), NOW)).toBe(THEN);
    expect(log.lines).toEqual([]);
  });

  test('is nothing in the first run, which is no reason to warn', async () => {
    const log = keepLog();

    const remembered = await remember(PROD, { store: memoryStore(), log }, NEVER);

    expect(remembered.history?.firstSeen(broken(), NOW)).toBe(NOW);
    expect(log.lines).toMatchObject([{ level: 'info', registry: 'prod', shard: null }]);
  });

  test.each([
    ['damaged', GIVEN.subarray(1), 'it is damaged'],
    ['empty', new Uint8Array(), 'it is damaged'],
    ['of another registry', encodeState(state({ registry: 'lab' }), 100_000), 'it is of another registry or shard'],
  ])('is told once where it is %s, and begins anew', async (_, bytes, detail) => {
    const log = keepLog();
    const store = memoryStore(bytes);

    const remembered = await remember(PROD, { store, log }, NEVER);
    await keep(finished({ findings: [broken()] }), remembered, { store, log }, NEVER);

    expect(remembered.history?.firstSeen(broken(), NOW)).toBe(NOW);
    expect(log.lines).toMatchObject([{ level: 'warn', registry: 'prod', detail }]);
    expect(decodeState(store.bytes ?? new Uint8Array(), PROD)).toMatchObject({ state: { begunAt: NOW } });
  });

  test.each([
    ['fails', NOT_THERE, 'not there'],
    ['has a mistake', MISTAKEN, 'a mistake'],
  ])('is not known where the store %s: a warning, and nothing more', async (_, store, detail) => {
    const log = keepLog();

    const remembered = await remember(PROD, { store, log }, NEVER);
    await keep(finished(), remembered, { store, log }, NEVER);

    expect(remembered).toEqual({ history: null, state: null, problem: detail, isLost: false });
    expect(log.lines).toEqual([{ level: 'warn', ...PROD, detail, message: expect.stringContaining('cannot be read') }]);
  });
});

describe('what a run found out', () => {
  test('is kept with what another process has kept meanwhile', async () => {
    const log = keepLog();
    const store = memoryStore();
    const remembered = await remember(PROD, { store, log }, NEVER);
    store.bytes = GIVEN;

    const run = finished({ complete: false, findings: [broken(), broken({ digest: OTHER_DIGEST })] });
    await keep(run, remembered, { store, log }, NEVER);

    expect(decodeState(store.bytes, PROD)).toMatchObject({
      state: {
        findings: [
          { broken: [known({ lastSeen: NOW }), known({ digest: OTHER_DIGEST, firstSeen: NOW, lastSeen: NOW })] },
        ],
      },
    });
  });

  test('is kept with what was known when it began, where that is damaged now', async () => {
    const deps = { store: memoryStore(GIVEN), log: keepLog() };
    const remembered = await remember(PROD, deps, NEVER);
    deps.store.bytes = new Uint8Array([1]);

    await keep(finished({ findings: [broken()] }), remembered, deps, NEVER);

    expect(decodeState(deps.store.bytes, PROD)).toMatchObject({
      state: { begunAt: THEN, findings: [{ broken: [known({ lastSeen: NOW })] }] },
    });
  });

  test('is kept by a store that can be read again meanwhile, and keeps what is in it', async () => {
    const log = keepLog();
    const store = memoryStore(GIVEN);
    const remembered = await remember(PROD, { store: NOT_THERE, log }, NEVER);

    await keep(finished({ findings: [broken()] }), remembered, { store, log }, NEVER);

    expect(decodeState(store.bytes ?? new Uint8Array(), PROD)).toMatchObject({
      state: { findings: [{ broken: [known({ lastSeen: NOW })] }] },
    });
  });

  test('is told when it cannot be kept, once', async () => {
    const log = keepLog();
    const remembered = await remember(PROD, { store: memoryStore(GIVEN), log }, NEVER);

    await keep(finished(), remembered, { store: NOT_THERE, log }, NEVER);

    expect(log.lines).toMatchObject([{ level: 'warn', ...PROD, detail: 'not there' }]);
  });

  test('is cut to the room that the store has', async () => {
    const deps = { store: memoryStore(null, 10), log: keepLog() };

    await keep(finished({ findings: [broken()] }), FIRST, deps, NEVER);

    expect(decodeState(deps.store.bytes ?? new Uint8Array(), PROD)).toMatchObject({
      state: { findings: [], findingsNotKept: 1 },
    });
  });
});
