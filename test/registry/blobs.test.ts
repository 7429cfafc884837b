import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer, rawLayer } from '../../src/demo/layer.ts';
import type { DemoStore } from '../../src/demo/store.ts';
import type { Ask, BlobCheck } from '../../src/walk/source.ts';
import { AGAIN, FIRST, openScene } from './scene.ts';

const BIG = buildLayer('blobs/big', 100_000);
const EMPTY = rawLayer(new Uint8Array());
const IMAGE = buildImage({ seed: 'blobs', layers: [BIG, EMPTY] });
const HTML = { 'content-type': 'text/html' };
const PATH = `/v2/app/blobs/${BIG.digest}`;

async function withImage() {
  const scene = await openScene();
  scene.registry.store.put('app', 'v1', IMAGE);
  const check = (how: BlobCheck, ask: Ask = FIRST, blob = BIG) => scene.source.blob('app', blob, how, ask);
  return { ...scene, store: scene.registry.store, check };
}

describe('checkBlob', () => {
  test.each<[BlobCheck, Ask, readonly string[]]>([
    ['head', FIRST, ['HEAD']],
    ['head', AGAIN, ['GET']],
    ['tail', FIRST, ['HEAD', 'GET']],
    ['tail', AGAIN, ['GET']],
    ['byte', FIRST, ['GET']],
    ['byte', AGAIN, ['GET']],
    ['full', FIRST, ['HEAD', 'GET']],
    ['full', AGAIN, ['GET']],
  ])('%s, %j, asks by these methods', async (how, ask, methods) => {
    const { check, registry } = await withImage();

    expect(await check(how, ask)).toEqual({ kind: 'found', value: { size: BIG.size } });
    expect(registry.requests.all.map(({ method }) => method)).toEqual(methods);
  });

  test('the last byte is all that a tail check reads', async () => {
    const { check, registry } = await withImage();

    await check('tail');

    expect(registry.requests.all.map(({ headers }) => headers['range'])).toEqual([
      undefined,
      `bytes=${BIG.size - 1}-${BIG.size - 1}`,
    ]);
  });

  test.each(['tail', 'byte'] as const)('a blob of no bytes has no last one to be read by a %s check', async (how) => {
    const { check, asked } = await withImage();

    for (const ask of [FIRST, AGAIN]) {
      expect(await check(how, ask, EMPTY)).toEqual({ kind: 'found', value: { size: 0 } });
    }
    expect(asked().map((line) => line.slice(0, 4))).toEqual(['HEAD', 'HEAD']);
  });

  test('a descriptor that leaves out the size of a blob says that it has 0 bytes, as nodes read it', async () => {
    const { source } = await withImage();

    const answer = await source.blob('app', { ...BIG, size: 0 }, 'tail', FIRST);

    expect(answer).toMatchObject({ kind: 'absent', fault: 'size_mismatch', observed: { bytes: BIG.size } });
  });

  test.each<[string, (store: DemoStore) => unknown, Readonly<Record<'head' | 'tail' | 'full', string>>]>([
    ['sound', () => {}, { head: 'found', tail: 'found', full: 'found' }],
    ['gone', (store) => store.removeBlob('app', BIG.digest), { head: 'missing', tail: 'missing', full: 'missing' }],
    [
      'lost behind a warm cache',
      (store) => store.loseBlobData('app', BIG.digest),
      { head: 'found', tail: 'unreadable', full: 'unreadable' },
    ],
    [
      'cut short behind a warm cache',
      (store) => store.truncateBlob('app', BIG.digest, 100, { warm: true }),
      { head: 'found', tail: 'unreadable', full: 'unreadable' },
    ],
    [
      'cut short',
      (store) => store.truncateBlob('app', BIG.digest, 100),
      { head: 'size_mismatch', tail: 'size_mismatch', full: 'size_mismatch' },
    ],
    [
      'empty',
      (store) => store.truncateBlob('app', BIG.digest, 0),
      { head: 'size_mismatch', tail: 'size_mismatch', full: 'size_mismatch' },
    ],
    [
      'one bit different',
      (store) => store.flipBlobByte('app', BIG.digest),
      { head: 'found', tail: 'found', full: 'digest_mismatch' },
    ],
    [
      'longer',
      (store) => store.putBlob('app', { ...BIG, bytes: Buffer.alloc(BIG.size + 1) }),
      { head: 'size_mismatch', tail: 'size_mismatch', full: 'size_mismatch' },
    ],
  ])('a blob that is %s', async (_, damage, expected) => {
    const { check, store } = await withImage();
    damage(store);

    for (const how of ['head', 'byte', 'tail', 'full'] as const) {
      const answer = await check(how);

      const wanted = expected[how === 'byte' ? 'tail' : how];
      expect([how, answer.kind === 'absent' ? answer.fault : answer.kind]).toEqual([how, wanted]);
    }
  });

  test.each<[string, (store: DemoStore) => unknown, string]>([
    ['gone', (store) => store.removeBlob('app', BIG.digest), 'missing'],
    ['lost behind a warm cache', (store) => store.loseBlobData('app', BIG.digest), 'unreadable'],
    ['cut short', (store) => store.truncateBlob('app', BIG.digest, 100), 'size_mismatch'],
    ['empty', (store) => store.truncateBlob('app', BIG.digest, 0), 'size_mismatch'],
  ])('a blob that is %s is so when it is asked for again', async (_, damage, fault) => {
    const { check, store } = await withImage();
    damage(store);

    for (const how of ['head', 'tail'] as const) expect(await check(how, AGAIN)).toMatchObject({ fault });
  });

  test.each([403, 405, 400])('a HEAD that is refused with %i leaves it to reading', async (status) => {
    for (const how of ['head', 'tail', 'full'] as const) {
      const { check, fail, asked } = await withImage();
      fail({ kind: 'status', status }, { method: 'HEAD' });

      expect(await check(how)).toMatchObject({ kind: 'found' });
      expect(asked().at(-1)).toBe(`GET ${PATH}`);
    }
  });

  test.each<[string, FaultAction, string]>([
    ['a 500', { kind: 'status', status: 500 }, 'server_error'],
    ['a 429', { kind: 'status', status: 429 }, 'rate_limited'],
    ['a closed connection', { kind: 'drop' }, 'connection'],
    ['a web page', { kind: 'headers', headers: { ...HTML, 'content-length': null } }, 'protocol'],
  ])('%s to a HEAD is unknown, and nothing is read', async (_, action, reason) => {
    const { check, fail, registry } = await withImage();
    fail(action, { method: 'HEAD' });

    expect(await check('tail')).toMatchObject({ kind: 'unknown', reason });
    expect(registry.requests.all.map(({ method }) => method)).toEqual(['HEAD']);
  });

  test('a HEAD that says 404 with a web page does not decide', async () => {
    const { check, fail } = await withImage();
    fail({ kind: 'status', status: 404, headers: HTML, body: '<p>no</p>' }, { method: 'HEAD' });

    expect(await check('tail')).toMatchObject({ kind: 'found' });
  });

  test.each<[string, Readonly<Record<string, string | null>>]>([
    ['without a length', { 'content-length': null }],
    ['with the length of something encoded', { 'content-length': '7', 'content-encoding': 'gzip' }],
  ])('a HEAD %s is no finding', async (_, headers) => {
    const { check, fail } = await withImage();
    fail({ kind: 'headers', headers }, { method: 'HEAD' });

    expect(await check('head')).toEqual({ kind: 'found', value: { size: null } });
    expect(await check('tail')).toMatchObject({ kind: 'found' });
  });
});
