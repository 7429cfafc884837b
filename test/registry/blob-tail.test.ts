import { brotliCompressSync, gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer, type Layer } from '../../src/demo/layer.ts';
import { AGAIN, openElsewhere, openScene, type SceneOptions } from './scene.ts';

/** More than what is read whole where a range is ignored, and less. */
const BIG = buildLayer('tail/big', 300_000);
const SMALL = buildLayer('tail/small');
const LAST = SMALL.size - 1;
const IMAGE = buildImage({ seed: 'tail', layers: [BIG, SMALL] });
const RANGED = { predicate: ({ headers }: { headers: Readonly<Record<string, string>> }) => 'range' in headers };
const WHOLE = { predicate: ({ headers }: { headers: Readonly<Record<string, string>> }) => !('range' in headers) };

async function withImage(options: SceneOptions = {}) {
  const scene = await openScene(options);
  scene.registry.store.put('app', 'v1', IMAGE);
  const tail = (blob = SMALL) => scene.source.blob('app', blob, 'tail', AGAIN);
  return { ...scene, store: scene.registry.store, tail };
}

/** Bytes that come without their length. */
function unannounced(bytes: Iterable<number>): FaultAction {
  return { kind: 'body', body: Uint8Array.from(bytes), headers: { 'content-length': null } };
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
    ['a blob of unknown length', withHeaders({ 'content-range': `bytes ${LAST}-${LAST}/*` }), { kind: 'found' }],
    ['no length', withHeaders({ 'content-length': null }), { kind: 'found' }],
    ['a 206 without a byte', { kind: 'body', body: '' }, { fault: 'unreadable' }],
    ['a 404', { kind: 'status', status: 404 }, { fault: 'missing' }],
    [
      'a web page',
      { kind: 'status', status: 200, body: '<p>', headers: { 'content-type': 'text/html' } },
      { reason: 'protocol' },
    ],
  ])('%s', async (_, action, expected) => {
    const { tail, fail, registry } = await withImage();
    fail(action, RANGED);

    expect(await tail()).toMatchObject(expected);
    expect(registry.requests.all.filter(({ method }) => method === 'GET')).toHaveLength(1);
  });

  test.each<[string, FaultAction]>([
    ['another byte', withHeaders({ 'content-range': `bytes 0-0/${SMALL.size}` })],
    ['more bytes', withHeaders({ 'content-range': `bytes 0-${LAST}/${SMALL.size}` })],
    ['another byte of an unknown length', withHeaders({ 'content-range': `bytes 3-3/*` })],
    ['bytes that it does not name', withHeaders({ 'content-range': null })],
    ['bytes that it does not count', withHeaders({ 'content-range': 'bytes all of them' })],
    ['a part of something encoded', withHeaders({ 'content-encoding': 'gzip' })],
    [
      'several parts',
      {
        kind: 'body',
        body: '--x\r\n\r\n.\r\n--x--',
        headers: { 'content-type': 'multipart/byteranges; boundary=x', 'content-range': null },
      },
    ],
  ])('of a server that answers 206 with %s is followed by reading it whole', async (_, action) => {
    const { tail, fail, store, asked } = await withImage();
    fail(action, RANGED);

    const sound = await tail();
    store.flipBlobByte('app', SMALL.digest);
    const broken = await tail();

    expect(sound).toEqual({ kind: 'found', value: { size: SMALL.size } });
    expect(broken).toMatchObject({ fault: 'digest_mismatch' });
    expect(asked()).toHaveLength(4);
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

  test('has a small blob that is whole, and hashes right', async () => {
    const { tail } = await ignoring();

    expect(await tail(SMALL)).toEqual({ kind: 'found', value: { size: SMALL.size } });
  });

  test('has a large one of which the beginning comes with the right length, as far as one can see', async () => {
    const { tail } = await ignoring();

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size, weak: true } });
  });

  test.each<[string, number, object]>([
    ['no larger than what is read whole', BIG.size, { fault: 'unreadable', observed: { bytes: 290_000 } }],
    ['larger by a byte', BIG.size - 1, { kind: 'found', value: { weak: true } }],
  ])('and cuts a blob short near its end is found out where it is %s', async (_, readWithoutRange, expected) => {
    const { tail, fail } = await ignoring({ readWithoutRange });
    fail({ kind: 'cut', bytes: 290_000 });

    expect(await tail(BIG)).toMatchObject(expected);
  });

  test('of a large blob is asked for its length by HEAD where it names none', async () => {
    const { tail, fail, registry } = await ignoring();
    fail(withHeaders({ 'content-length': null }), { method: 'GET' });

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size, weak: true } });
    expect(registry.requests.all.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });

  test.each<[string, Layer, FaultAction, object]>([
    ['another length', SMALL, { kind: 'body', body: 'short' }, { fault: 'size_mismatch' }],
    ['no bytes', SMALL, { kind: 'cut', bytes: 0 }, { fault: 'unreadable' }],
    ['no bytes of a large blob', BIG, { kind: 'cut', bytes: 0 }, { fault: 'unreadable' }],
    ['fewer bytes than it says', SMALL, { kind: 'cut', bytes: 10 }, { fault: 'unreadable' }],
    ['other bytes', SMALL, { kind: 'body', body: new Uint8Array(SMALL.size) }, { fault: 'digest_mismatch' }],
    ['no length and all bytes', SMALL, withHeaders({ 'content-length': null }), { kind: 'found' }],
    ['no length and fewer bytes', SMALL, unannounced(SMALL.bytes.subarray(1)), { fault: 'size_mismatch' }],
    ['no length and more bytes', SMALL, unannounced([...SMALL.bytes, 0]), { fault: 'size_mismatch' }],
    ['no length and a few bytes of a large blob', BIG, unannounced(SMALL.bytes), { fault: 'size_mismatch' }],
  ])('and sends %s', async (_, blob, action, expected) => {
    const { tail, fail } = await ignoring();
    fail(action, { method: 'GET' });

    expect(await tail(blob)).toMatchObject(expected);
  });

  test('of a large blob that comes encoded, HEAD has the last word', async () => {
    const { tail, fail, registry } = await ignoring();
    fail({ kind: 'body', body: gzipSync(BIG.bytes), headers: { 'content-encoding': 'gzip' } }, { method: 'GET' });

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size, weak: true } });
    expect(registry.requests.all.map(({ method }) => method)).toEqual(['GET', 'HEAD']);
  });

  test.each<[string, string, Uint8Array, object]>([
    ['decoded and hashed', 'gzip', gzipSync(SMALL.bytes), { kind: 'found', value: { size: SMALL.size } }],
    ['found broken', 'gzip', gzipSync(new Uint8Array(SMALL.size)), { fault: 'digest_mismatch' }],
    ['found shorter', 'gzip', gzipSync(SMALL.bytes.subarray(1)), { fault: 'digest_mismatch' }],
    ['found longer', 'gzip', gzipSync(Uint8Array.from([...SMALL.bytes, 0])), { fault: 'digest_mismatch' }],
    ['found cut', 'gzip', gzipSync(SMALL.bytes).subarray(0, -1), { fault: 'unreadable' }],
    ['found to be nothing for nodes', 'br', brotliCompressSync(SMALL.bytes), { fault: 'unreadable' }],
  ])('and sends a small blob encoded, has it %s', async (_, encoding, body, expected) => {
    const { tail, fail } = await ignoring();
    fail({ kind: 'body', body, headers: { 'content-encoding': encoding } }, { method: 'GET' });

    expect(await tail(SMALL)).toMatchObject(expected);
  });

  test('and sends a large blob encoded, of which little comes out, has other bytes', async () => {
    const { tail, fail } = await ignoring();
    fail({ kind: 'body', body: gzipSync(SMALL.bytes), headers: { 'content-encoding': 'gzip' } }, { method: 'GET' });

    expect(await tail(BIG)).toMatchObject({ fault: 'digest_mismatch' });
  });

  test('and sends a large blob encoded as no node undoes it, has none for nodes', async () => {
    const { tail, fail } = await ignoring();
    fail({ kind: 'headers', headers: { 'content-encoding': 'br' } }, { method: 'GET' });

    expect(await tail(BIG)).toMatchObject({ fault: 'unreadable' });
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

  test('of a large blob leaves it to the beginning, which is a weak check', async () => {
    const { tail, fail } = await withImage();
    fail({ kind: 'status', status: 416 }, RANGED);

    expect(await tail(BIG)).toEqual({ kind: 'found', value: { size: BIG.size, weak: true } });
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
