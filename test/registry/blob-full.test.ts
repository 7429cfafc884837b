import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer, rawLayer } from '../../src/demo/layer.ts';
import { seal } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { AGAIN, FIRST, openScene } from './scene.ts';

const BIG = buildLayer('blobs/big', 100_000);
const EMPTY = rawLayer(new Uint8Array());
const IMAGE = buildImage({ seed: 'blobs', layers: [BIG, EMPTY] });
const PATH = `/v2/app/blobs/${BIG.digest}`;

async function withImage() {
  const scene = await openScene();
  scene.registry.store.put('app', 'v1', IMAGE);
  const check = (blob = BIG) => scene.source.blob('app', blob, 'full', AGAIN);
  return { ...scene, store: scene.registry.store, check };
}

describe('a full check', () => {
  test('hashes with the algorithm that the digest names', async () => {
    const { source, store } = await withImage();
    const bytes = new TextEncoder().encode('content');
    const sound = { ...seal('', bytes), digest: digestOf(bytes, 'sha512') };
    store.putBlob('app', sound);
    store.putBlob('app', { ...sound, digest: digestOf(new Uint8Array(), 'sha512') });

    const found = await source.blob('app', sound, 'full', FIRST);
    const other = await source.blob('app', { ...sound, digest: digestOf(new Uint8Array(), 'sha512') }, 'full', FIRST);

    expect(found.kind).toBe('found');
    expect(other).toMatchObject({ kind: 'absent', fault: 'digest_mismatch' });
  });

  test('reads a blob of no bytes', async () => {
    const { check } = await withImage();

    expect(await check(EMPTY)).toEqual({ kind: 'found', value: { size: 0 } });
  });

  test('follows to where the content is', async () => {
    const { check, fail, asked } = await withImage();
    fail({ kind: 'redirect', to: '/storage/x' }, { kind: 'blob', method: 'GET' });
    fail(
      { kind: 'rewrite', rewrite: (answer) => ({ ...answer, status: 200, body: BIG.bytes, headers: {} }) },
      { kind: 'other' },
    );

    expect(await check()).toMatchObject({ kind: 'found' });
    expect(asked()).toEqual([`GET ${PATH}?probe=nonce-1`, 'GET /storage/x']);
  });

  test.each<[string, FaultAction, object]>([
    ['a compressed layer that is said to be encoded, and is decoded', said('gzip'), { fault: 'digest_mismatch' }],
    ['content that is not encoded as it says', said('zstd'), { fault: 'unreadable' }],
    ['content that is encoded as nodes do not decode it', said('br'), { fault: 'unreadable' }],
    ['no bytes, announced as none', { kind: 'body', body: '' }, { fault: 'size_mismatch' }],
    ['no bytes', { kind: 'body', body: '', headers: { 'content-length': null } }, { fault: 'unreadable' }],
    ['other bytes of the length', { kind: 'body', body: new Uint8Array(BIG.size) }, { fault: 'digest_mismatch' }],
    ['fewer bytes', { kind: 'body', body: 'few' }, { fault: 'size_mismatch' }],
    ['a cut body', { kind: 'cut', bytes: 50_000 }, { fault: 'unreadable' }],
  ])('of %s', async (_, action, expected) => {
    const { check, fail } = await withImage();
    fail(action, { method: 'GET' });

    expect(await check()).toMatchObject(expected);
  });

  test('decodes what comes encoded, and hashes what comes out', async () => {
    const { check, fail } = await withImage();
    const headers = { 'content-encoding': 'gzip' };
    fail({ kind: 'body', body: gzipSync(BIG.bytes), headers }, { method: 'GET' });

    const sound = await check();
    fail({ kind: 'body', body: gzipSync(new Uint8Array(BIG.size)), headers }, { method: 'GET' });

    expect(sound).toEqual({ kind: 'found', value: { size: BIG.size } });
    expect(await check()).toMatchObject({ fault: 'digest_mismatch' });
  });

  test('of a body that stops coming is unknown', async () => {
    const { source, registry, fail } = await openScene({ impatient: true });
    registry.store.put('app', 'v1', IMAGE);
    fail({ kind: 'stall', bytes: 50_000 }, { method: 'GET' });

    expect(await source.blob('app', BIG, 'full', AGAIN)).toMatchObject({ kind: 'unknown', reason: 'timeout' });
  });
});

function said(encoding: string): FaultAction {
  return { kind: 'headers', headers: { 'content-encoding': encoding } };
}
