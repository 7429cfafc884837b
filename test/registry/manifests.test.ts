import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { app, single } from '../support/reg-fixture.ts';
import { AGAIN, FIRST, openScene, valueOf, type SceneOptions } from './scene.ts';

const { digest, bytes, mediaType, size } = single.content.manifest;

async function withImage(options: SceneOptions = {}) {
  const scene = await openScene(options);
  scene.registry.store.put('single', 'v1', single.content);
  return scene;
}

const UNREADABLE = { kind: 'absent', fault: 'unreadable' };

describe('getManifest', () => {
  test('brings the bytes with what is declared beside them', async () => {
    const { source, asked } = await withImage();

    const content = valueOf(await source.manifest('single', digest, FIRST));

    const observed = { method: 'GET', status: 200, bytes: size, detail: 'GET answered 200' };
    expect(content).toEqual({ bytes: Buffer.from(bytes), mediaType, observed });
    expect(asked()).toHaveLength(1);
  });

  test('names all four types with every request', async () => {
    const { source, registry } = await withImage();
    registry.store.put('app', 'v1', app.content);

    valueOf(await source.manifest('app', app.content.manifest.digest, FIRST));
    valueOf(await source.manifest('app', app.content.manifest.digest, AGAIN));

    for (const { headers } of registry.requests.all) {
      for (const type of MANIFEST_TYPES) expect(headers['accept']).toContain(type);
    }
  });

  test.each<[string, FaultAction, object]>([
    ['200 with 0 bytes', { kind: 'body', body: '' }, { kind: 'absent', fault: 'unreadable' }],
    ['200 and cut short', { kind: 'cut', bytes: 10 }, { kind: 'absent', fault: 'unreadable' }],
    ['200 and cut off before the first byte', { kind: 'cut', bytes: 0 }, { kind: 'absent', fault: 'unreadable' }],
    [
      'more than a manifest may have',
      { kind: 'body', body: ' '.repeat(2000) },
      { kind: 'unknown', reason: 'protocol' },
    ],
    ['a body that is said not to be encoded', said('identity'), { kind: 'found' }],
    ['a body under an encoding without a name', said(''), { kind: 'found' }],
    ['a body that is not encoded as it is said', said('gzip'), { kind: 'absent', fault: 'unreadable' }],
    ['gzip', encoded('GZIP', gzipSync(bytes)), { kind: 'found', value: { bytes: Buffer.from(bytes) } }],
    ['zstd', encoded('zstd', zstdCompressSync(bytes)), { kind: 'found', value: { bytes: Buffer.from(bytes) } }],
    ['deflate', encoded('deflate', deflateRawSync(bytes)), { kind: 'found', value: { bytes: Buffer.from(bytes) } }],
    ['deflate in the wrapping of zlib, which nodes do not take', encoded('deflate', deflateSync(bytes)), UNREADABLE],
    ['another name for gzip, which nodes do not know', encoded('x-gzip', gzipSync(bytes)), UNREADABLE],
    ['an encoding that nodes do not undo', encoded('br', brotliCompressSync(bytes)), UNREADABLE],
    ['gzip that ends too early', encoded('gzip', gzipSync(bytes).subarray(0, -9)), UNREADABLE],
    ['a few bytes that become too many', encoded('gzip', gzipSync(' '.repeat(2000))), { reason: 'protocol' }],
    ['a 304 that nobody asked for', { kind: 'status', status: 304 }, { kind: 'unknown', reason: 'protocol' }],
  ])('%s', async (_, action, expected) => {
    const { source, fail } = await withImage({ manifestLimit: 1500 });
    fail(action);

    expect(await source.manifest('single', digest, FIRST)).toMatchObject(expected);
  });

  test('tells how much came of what was announced', async () => {
    const { source, fail } = await withImage();
    fail({ kind: 'cut', bytes: 10 });

    const answer = await source.manifest('single', digest, FIRST);

    const detail = `GET of the manifest answered 200 and sent 10 of ${size} bytes`;
    expect(answer).toMatchObject({ observed: { method: 'GET', status: 200, bytes: 10, detail } });
  });

  test.each<[string, Readonly<Record<string, string | null>>, string]>([
    ['without a digest header', { 'docker-content-digest': null }, mediaType],
    ['with a wrong digest header', { 'docker-content-digest': app.content.manifest.digest }, mediaType],
    ['without a type', { 'content-type': null }, ''],
    ['with parameters of the type', { 'content-type': `${mediaType}; a=b` }, `${mediaType}; a=b`],
    ['without a length', { 'content-length': null }, mediaType],
  ])('a manifest %s is handed on as it came', async (_, headers, expected) => {
    const { source, fail } = await withImage();
    fail({ kind: 'headers', headers });

    const content = valueOf(await source.manifest('single', digest, FIRST));

    expect(content).toMatchObject({ mediaType: expected, bytes: Buffer.from(bytes) });
  });

  test('a manifest that is not there is missing', async () => {
    const { source, registry } = await withImage();
    registry.store.removeManifest('single', digest);

    const answer = await source.manifest('single', digest, FIRST);

    expect(answer).toMatchObject({ kind: 'absent', fault: 'missing' });
    expect(answer).not.toHaveProperty('digest');
  });
});

function said(encoding: string): FaultAction {
  return { kind: 'headers', headers: { 'content-encoding': encoding } };
}

function encoded(encoding: string, body: Uint8Array): FaultAction {
  return { kind: 'body', body, headers: { 'content-encoding': encoding } };
}
