import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { isDue, type KeptManifest, type ManifestCache } from '../../src/registry/manifest-cache.ts';
import { single } from '../support/reg-fixture.ts';
import { AGAIN, FIRST, openScene } from './scene.ts';

const { digest, bytes, mediaType } = single.content.manifest;
const PATH = `/v2/single/manifests/${digest}`;
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 5, 1, 12);

/** A registry with one image, and a cache with what was kept of it at noon. */
async function withKept(kept: Partial<KeptManifest> | null = {}, now = NOON + 1000, isBroken = false) {
  const entries = new Map<string, KeptManifest>();
  if (kept !== null) entries.set(`single@${digest}`, { bytes, mediaType, gotAt: NOON, ...kept });
  const cache: ManifestCache = {
    store: {
      read: async (repository, name) => entries.get(`${repository}@${name}`) ?? null,
      write: async (repository, name, manifest) => void entries.set(`${repository}@${name}`, manifest),
    },
    isBroken: () => isBroken,
    now: () => now,
  };
  const scene = await openScene({ cache });
  scene.registry.store.put('single', 'v1', single.content);
  scene.registry.store.put('other', 'v1', single.content);
  return { ...scene, entries };
}

describe('a manifest that an earlier run kept', () => {
  test('is asked for by HEAD, and what was kept is what came', async () => {
    const { source, asked } = await withKept();

    const answer = await source.manifest('single', digest, FIRST);

    expect(answer).toMatchObject({
      kind: 'found',
      value: { bytes, mediaType, observed: { method: 'HEAD', status: 200 } },
    });
    expect(asked()).toEqual([`HEAD ${PATH}`]);
  });

  test.each<[string, FaultAction]>([
    ['another status', { kind: 'status', status: 404 }],
    ['a failure', { kind: 'status', status: 500 }],
    ['another type', { kind: 'headers', headers: { 'content-type': 'application/json' } }],
    ['no type', { kind: 'headers', headers: { 'content-type': null } }],
    ['another length', { kind: 'headers', headers: { 'content-length': '7' } }],
    ['no length', { kind: 'headers', headers: { 'content-length': null } }],
    ['another digest', { kind: 'headers', headers: { 'docker-content-digest': `sha256:${'0'.repeat(64)}` } }],
    ['an encoding', { kind: 'headers', headers: { 'content-encoding': 'gzip' } }],
    ['no answer', { kind: 'drop' }],
  ])('is asked for by GET where HEAD brings %s', async (_name, action) => {
    const { source, asked, fail } = await withKept();
    fail(action, { method: 'HEAD' });

    const answer = await source.manifest('single', digest, FIRST);

    expect(answer).toMatchObject({ kind: 'found', value: { observed: { method: 'GET' } } });
    expect(asked().at(-1)).toBe(`GET ${PATH}`);
  });

  test('is gone where neither HEAD nor GET brings it', async () => {
    const { source, fail } = await withKept();
    fail({ kind: 'status', status: 404 });

    expect(await source.manifest('single', digest, FIRST)).toMatchObject({ kind: 'absent', fault: 'missing' });
  });

  test('is asked for by GET alone when it is asked for again', async () => {
    const { source, asked } = await withKept();

    await source.manifest('single', digest, AGAIN);

    expect(asked()).toEqual([`GET ${PATH}?probe=nonce-1`]);
  });

  test('is asked for by GET alone where it is known as broken', async () => {
    const { source, asked } = await withKept({}, NOON + 1000, true);

    await source.manifest('single', digest, FIRST);

    expect(asked()).toEqual([`GET ${PATH}`]);
  });

  test.each([25 * HOUR, 400 * 24 * HOUR, -HOUR])('is asked for by GET alone %d ms later', async (later) => {
    const { source, asked, entries } = await withKept({}, NOON + later);

    await source.manifest('single', digest, FIRST);

    expect(asked()).toEqual([`GET ${PATH}`]);
    expect(entries.get(`single@${digest}`)?.gotAt).toBe(NOON + later);
  });

  test('says nothing of another repository', async () => {
    const { source, asked } = await withKept();

    await source.manifest('other', digest, FIRST);

    expect(asked()).toEqual([`GET /v2/other/manifests/${digest}`]);
  });
});

describe('a manifest that was not kept', () => {
  test('is kept when it came, and asked for by HEAD from then on', async () => {
    const { source, asked, entries } = await withKept(null);

    await source.manifest('single', digest, FIRST);
    await source.manifest('single', digest, FIRST);

    expect(asked()).toEqual([`GET ${PATH}`, `HEAD ${PATH}`]);
    expect([...entries.keys()]).toEqual([`single@${digest}`]);
  });

  test.each<[string, FaultAction]>([
    ['other bytes', { kind: 'body', body: '{}' }],
    ['half of it', { kind: 'cut', bytes: 20 }],
    ['nothing', { kind: 'status', status: 404 }],
  ])('is not kept where %s came', async (_name, action) => {
    const { source, entries, fail } = await withKept(null);
    fail(action);

    await source.manifest('single', digest, FIRST);

    expect(entries.size).toBe(0);
  });
});

test('over one day each thing has its turn once, and not all of them at the same time', () => {
  const names = Array.from({ length: 2400 }, (_, index) => `app@${index}`);
  const perHour = Array.from({ length: 24 }, (_, hour) => {
    return names.filter((name) => isDue(name, NOON + hour * HOUR, NOON + (hour + 1) * HOUR)).length;
  });

  expect(perHour.reduce((sum, due) => sum + due, 0)).toBe(2400);
  expect(Math.max(...perHour)).toBeLessThan(150);
});
