import { describe, expect, test } from 'vitest';

import { createConfigMapStore, type ConfigMapStore, type StatePlace } from '../../src/kubernetes/state-store.ts';
import { connectedApi, NEVER } from './scene.ts';

const PLACE: StatePlace = { namespace: 'probe', configMap: 'state', registry: 'prod', shard: null };

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString();
}

async function read(store: ConfigMapStore): Promise<string | null> {
  const kept = await store.read(NEVER);
  if (kept.kind === 'failed') throw new Error(kept.detail);
  return text(kept.bytes);
}

/** Adds a letter to what is kept. */
function add(store: ConfigMapStore, letter: string) {
  return store.write((kept) => Buffer.from(`${text(kept) ?? ''}${letter}`), NEVER);
}

async function scene() {
  const { api, server } = await connectedApi();
  server.configMaps.set('probe/state', {});
  return { api, server, store: createConfigMapStore(PLACE, api) };
}

describe('a state in its ConfigMap', () => {
  test('is not there in one that the chart has made', async () => {
    const { store } = await scene();

    expect(await read(store)).toBeNull();
  });

  test('is read as it was written, as bytes, and replaced', async () => {
    const { server, store } = await scene();

    await add(store, 'a');
    const answer = await add(store, 'b');

    expect(answer).toEqual({ kind: 'written' });
    expect(await read(store)).toBe('ab');
    expect(server.configMaps.get('probe/state')).toMatchObject({
      data: {},
      binaryData: { 'prod.state': Buffer.from('ab').toString('base64') },
    });
  });

  test('is asked for with get and patch alone', async () => {
    const { server, store } = await scene();

    await add(store, 'a');
    await read(store);

    expect(new Set(server.calls.map(({ verb }) => verb))).toEqual(new Set(['get', 'patch']));
  });

  test('that is text is handed on, and gives way', async () => {
    const { server, store } = await scene();
    server.configMaps.set('probe/state', { data: { 'prod.state': '{', notes: 'mine' } });

    const before = await read(store);
    await add(store, 'a');

    expect(before).toBe('{');
    expect(server.configMaps.get('probe/state')).toMatchObject({
      data: { notes: 'mine' },
      binaryData: { 'prod.state': Buffer.from('{a').toString('base64') },
    });
  });

  test('of several registries and shards is kept by each, and none loses what another writes', async () => {
    const { api, server } = await scene();
    const places = [PLACE, { ...PLACE, shard: 0 }, { ...PLACE, shard: 1 }, { ...PLACE, registry: 'lab' }];

    const answers = await Promise.all(places.map((place) => add(createConfigMapStore(place, api), 'a')));

    expect(answers.map(({ kind }) => kind)).toEqual(places.map(() => 'written'));
    expect(Object.keys(server.configMaps.get('probe/state')?.binaryData ?? {}).toSorted()).toEqual([
      'lab.state',
      'prod.shard-0.state',
      'prod.shard-1.state',
      'prod.state',
    ]);
  });

  test('is made anew of what somebody has written meanwhile', async () => {
    const { server, store } = await scene();
    let renewals = 0;

    const answer = await store.write((kept) => {
      renewals += 1;
      if (renewals === 1) {
        server.configMaps.set('probe/state', { version: 9, binaryData: { 'prod.state': 'QQ==' } });
      }
      return Buffer.from(`${text(kept) ?? ''}b`);
    }, NEVER);

    expect(answer).toEqual({ kind: 'written' });
    expect(await read(store)).toBe('Ab');
  });

  test('is given up where somebody writes all the time', async () => {
    const { server, store } = await scene();
    let version = 0;

    const answer = await store.write(() => {
      version += 1;
      server.configMaps.set('probe/state', { version });
      return Buffer.from('a');
    }, NEVER);

    expect(answer).toMatchObject({ kind: 'failed', detail: expect.stringMatching(/^patch .*HTTP 409/) });
    expect(version).toBeLessThan(20);
  });

  test('has the room that others leave', async () => {
    const { server, store } = await scene();
    const bytes = Buffer.alloc(300).toString('base64');
    server.configMaps.set('probe/state', {
      data: { notes: 'm\u00fcd' },
      binaryData: { lab: bytes, 'prod.state': bytes },
    });
    const rooms: number[] = [];

    await store.write((_, room) => {
      rooms.push(room);
      return Buffer.from('a');
    }, NEVER);

    expect(rooms).toEqual([900 * 1024 - ('notes'.length + 4) - ('lab'.length + 300)]);
  });

  test.each([
    ['is not there', null, 'get', /^get configmaps probe\/state: HTTP 404/],
    ['may not be read', 'get configmaps', 'get', /^get configmaps probe\/state: HTTP 403/],
    ['may not be written', 'patch configmaps', 'patch', /^patch configmaps probe\/state: HTTP 403/],
  ])('that %s is told with what was asked', async (_, denied, verb, detail) => {
    const { server, store } = await scene();
    if (denied === null) server.configMaps.delete('probe/state');
    else server.denied.add(denied);

    const answers = [...(verb === 'get' ? [await store.read(NEVER)] : []), await add(store, 'a')];

    for (const answer of answers) expect(answer).toEqual({ kind: 'failed', detail: expect.stringMatching(detail) });
  });
});
