import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import { AGAIN, openElsewhere, openScene, type SceneOptions } from './scene.ts';

/** More than the 64 KiB that are read where a range is ignored, and less. */
const BIG = buildLayer('tail/big', 300_000);
const SMALL = buildLayer('tail/small');
const IMAGE = buildImage({ seed: 'tail', layers: [BIG, SMALL] });
const RANGED = { predicate: ({ headers }: { headers: Readonly<Record<string, string>> }) => 'range' in headers };
const WHOLE = { predicate: ({ headers }: { headers: Readonly<Record<string, string>> }) => !('range' in headers) };

async function withImage(options: SceneOptions = {}) {
  const scene = await openScene(options);
  scene.registry.store.put('app', 'v1', IMAGE);
  const tail = (blob = SMALL) => scene.source.blob('app', blob, 'tail', AGAIN);
  return { ...scene, store: scene.registry.store, tail };
}

function withHeaders(changes: Readonly<Record<string, string | null>>): FaultAction {
  return { kind: 'headers', headers: changes };
}

describe('readTail', () => {
  test('reads one byte, and takes the length from the range', async () => {
    const { tail, registry } = await withImage();

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size } });
    expect(registry.requests.all).toMatchObject([
      { method: 'GET', headers: { range: `bytes=${BIG.size - 1}-${BIG.size - 1}` } },
    ]);
  });

  test('of data that is gone sees no byte, under the right headers', async () => {
    const { tail, store } = await withImage();
    store.loseBlobData('app', SMALL.digest);

    const detail = 'GET of the last byte answered 206 and sent nothing';
    expect(await tail()).toEqual({
      kind: 'absent',
      fault: 'unreadable',
      observed: { method: 'GET', status: 206, bytes: 0, detail },
    });
  });

  test.each<[string, FaultAction, object]>([
    ['a range of a shorter blob', withHeaders({ 'content-range': 'bytes 3-3/4' }), { fault: 'size_mismatch' }],
    ['a range of unknown length', withHeaders({ 'content-range': `bytes 3-3/*` }), { kind: 'found' }],
    ['no range header', withHeaders({ 'content-range': null }), { kind: 'found' }],
    ['no length', withHeaders({ 'content-length': null }), { kind: 'found' }],
    ['a 206 without a byte', { kind: 'body', body: '' }, { fault: 'unreadable' }],
    ['a 404', { kind: 'status', status: 404 }, { fault: 'missing' }],
    [
      'a web page',
      { kind: 'status', status: 200, body: '<p>', headers: { 'content-type': 'text/html' } },
      { reason: 'protocol' },
    ],
  ])('%s', async (_, action, expected) => {
    const { tail, fail } = await withImage();
    fail(action, RANGED);

    expect(await tail()).toMatchObject(expected);
  });

  test('of a server that does not answer is unknown', async () => {
    const { tail, fail } = await withImage({ impatient: true });
    fail({ kind: 'stall', bytes: 0 });

    expect(await tail()).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });

  test('follows a redirect with its range', async () => {
    const { tail, fail } = await withImage();
    const elsewhere = await openElsewhere();
    elsewhere.registry.store.put('app', 'v1', IMAGE);
    fail({ kind: 'redirect', to: ({ path }) => new URL(path, elsewhere.url) });

    expect(await tail()).toMatchObject({ kind: 'found' });
    expect(elsewhere.registry.requests.all).toMatchObject([
      { headers: { range: `bytes=${SMALL.size - 1}-${SMALL.size - 1}` } },
    ]);
  });
});

describe('a server that ignores ranges', () => {
  async function ignoring(options: SceneOptions = {}) {
    const scene = await withImage(options);
    scene.fail({ kind: 'ignoreRange' });
    return scene;
  }

  test('has a blob of which the beginning comes with the right length', async () => {
    const { tail } = await ignoring();

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size } });
    expect(await tail(SMALL)).toEqual({ kind: 'found', value: { size: SMALL.size } });
  });

  test.each<[string, FaultAction, object]>([
    ['another length', { kind: 'body', body: 'short' }, { fault: 'size_mismatch' }],
    ['no bytes', { kind: 'cut', bytes: 0 }, { fault: 'unreadable' }],
    ['fewer bytes than it says', { kind: 'cut', bytes: 10 }, { fault: 'unreadable' }],
    ['no length and all bytes', withHeaders({ 'content-length': null }), { kind: 'found' }],
    [
      'no length and other bytes',
      { kind: 'body', body: 'short', headers: { 'content-length': null } },
      { fault: 'size_mismatch' },
    ],
    ['an encoding', withHeaders({ 'content-encoding': 'gzip' }), { kind: 'found' }],
  ])('and sends %s', async (_, action, expected) => {
    const { tail, fail } = await ignoring();
    fail(action);

    expect(await tail(SMALL)).toMatchObject(expected);
  });

  test('of encoded content, HEAD has the last word', async () => {
    const { tail, fail, registry } = await ignoring();
    fail(withHeaders({ 'content-encoding': 'gzip' }), { method: 'GET' });

    expect(await tail(SMALL)).toEqual({ kind: 'found', value: { size: SMALL.size } });
    expect(registry.requests.all.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });

  test('and stops in the middle is unknown, neither sound nor broken', async () => {
    const { tail, fail } = await ignoring({ impatient: true });
    fail({ kind: 'stall', bytes: 1000 });

    expect(await tail(BIG)).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });
});

describe('a range that cannot be had', () => {
  test('tells the length of a blob that was cut short', async () => {
    const { tail, store } = await withImage();
    store.truncateBlob('app', SMALL.digest, 10);

    expect(await tail()).toMatchObject({ fault: 'size_mismatch', observed: { status: 416, bytes: 10 } });
  });

  test.each<[string, string | null, object]>([
    ['no length', null, { kind: 'found' }],
    ['the right length', `bytes */${SMALL.size}`, { kind: 'found' }],
    ['another length', 'bytes */3', { fault: 'size_mismatch' }],
  ])('with %s is read without one where that does not decide', async (_, range, expected) => {
    const { tail, fail, asked } = await withImage();
    fail({ kind: 'status', status: 416, headers: { 'content-range': range } }, RANGED);

    expect(await tail()).toMatchObject(expected);
    expect(asked()).toHaveLength('fault' in expected ? 1 : 2);
  });

  test.each<[string, FaultAction, object]>([
    ['404', { kind: 'status', status: 404 }, { fault: 'missing' }],
    ['503', { kind: 'status', status: 503 }, { reason: 'server_error' }],
    ['416 once more', { kind: 'status', status: 416 }, { reason: 'protocol' }],
    ['nothing', { kind: 'drop' }, { reason: 'connection' }],
  ])('nor the whole, which answers %s', async (_, action, expected) => {
    const { tail, fail } = await withImage();
    fail({ kind: 'status', status: 416 }, RANGED);
    fail(action, WHOLE);

    expect(await tail()).toMatchObject(expected);
  });
});
