import { describe, expect, test } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';
import { NODE_LIMIT } from '../../src/registry/resolve.ts';
import { app, single } from '../support/reg-fixture.ts';
import { AGAIN, FIRST, openScene, type SceneOptions } from './scene.ts';

const { digest, bytes, mediaType, size } = single.content.manifest;
const OTHER = app.content.manifest.digest;
const TAG = { tag: 'v1' };

async function withImage(options: SceneOptions = {}) {
  const scene = await openScene(options);
  scene.registry.store.put('single', 'v1', single.content);
  return {
    ...scene,
    /** Makes HEAD of manifests go wrong, and GET of them where it is asked for. */
    onHead: (action: FaultAction) => scene.fail(action, { kind: 'manifest', method: 'HEAD' }),
    onGet: (action: FaultAction) => scene.fail(action, { kind: 'manifest', method: 'GET' }),
    methods: () => scene.asked().map((line) => line.split(' ')[0]),
  };
}

function status(code: number, error = 'MANIFEST_UNKNOWN', message = 'manifest unknown', detail?: unknown): FaultAction {
  const body = JSON.stringify({ errors: [{ code: error, message, detail }] });
  return { kind: 'status', status: code, body, headers: { 'content-type': 'application/json' } };
}

describe('what a name resolves to', () => {
  test.each([TAG, { digest }])('is told by one HEAD: %j', async (reference) => {
    const { source, methods } = await withImage();

    const answer = await source.resolve('single', reference, FIRST);

    const observed = { method: 'HEAD', status: 200, bytes: null, detail: 'HEAD answered 200' };
    expect(answer).toEqual({ kind: 'found', value: { kind: 'manifest', digest, mediaType, size, observed } });
    expect(methods()).toEqual(['HEAD']);
  });

  test('is asked for with the types that containerd names', async () => {
    const { source, registry } = await withImage();

    await source.resolve('single', TAG, FIRST);

    for (const type of [...MANIFEST_TYPES, '*/*']) expect(registry.requests.all[0]?.headers['accept']).toContain(type);
  });

  test.each<[string, FaultAction, readonly string[], object]>([
    ['no type', headers({ 'content-type': null }), ['HEAD'], { digest, mediaType: '', size }],
    ['another type', headers({ 'content-type': 'text/plain' }), ['HEAD'], { digest, mediaType: 'text/plain' }],
    ['another length', headers({ 'content-length': '7' }), ['HEAD'], { digest, size: 7 }],
    ['another digest', headers({ 'docker-content-digest': OTHER }), ['HEAD'], { digest: OTHER }],
    ['a digest by sha512', headers({ 'docker-content-digest': digestOf(bytes, 'sha512') }), ['HEAD'], {}],
    ['no digest', headers({ 'docker-content-digest': null }), ['HEAD', 'GET'], { digest, size, mediaType }],
    ['no length', headers({ 'content-length': null }), ['HEAD', 'GET'], { digest, size, mediaType }],
    ['no body to speak of', { kind: 'status', status: 204 }, ['HEAD', 'GET'], { digest, size }],
  ])('is taken as a HEAD with %s says it, or by a GET', async (_, action, methods, expected) => {
    const scene = await withImage();
    scene.onHead(action);

    const answer = await scene.source.resolve('single', TAG, FIRST);

    expect(answer).toMatchObject({ kind: 'found', value: expected });
    expect(scene.methods()).toEqual(methods);
  });

  test('is told by the headers of a GET where HEAD is not allowed', async () => {
    const { source, onHead, methods } = await withImage();
    onHead(status(405));

    const answer = await source.resolve('single', TAG, FIRST);

    expect(answer).toMatchObject({ kind: 'found', value: { digest, size, observed: { method: 'GET' } } });
    expect(methods()).toEqual(['HEAD', 'GET']);
  });

  test('of a digest is that digest, whatever a header says', async () => {
    const { source, onHead } = await withImage();
    onHead(headers({ 'docker-content-digest': OTHER }));

    expect(await source.resolve('single', { digest }, FIRST)).toMatchObject({ value: { digest } });
  });
});

describe('what nodes cannot resolve', () => {
  test.each([400, 402, 403, 404, 406, 410, 412, 451])(
    'is there where HEAD is refused with %i and GET is not',
    async (code) => {
      const { source, onHead, methods } = await withImage();
      onHead(status(code));

      for (const reference of [TAG, { digest }]) {
        const answer = await source.resolve('single', reference, FIRST);

        const observed = { method: 'HEAD', status: code };
        expect(answer).toMatchObject({ kind: 'absent', fault: 'unresolvable', obstacle: 'refused', digest, observed });
      }
      expect(methods()).toEqual(['HEAD', 'GET', 'HEAD', 'GET']);
    },
  );

  test.each([500, 501, 502, 503])('is there where HEAD fails with %i again and GET does not', async (code) => {
    const { source, onHead, methods } = await withImage();
    onHead(status(code));

    const first = await source.resolve('single', TAG, FIRST);
    const again = await source.resolve('single', TAG, AGAIN);

    expect(first).toMatchObject({ kind: 'unknown', reason: 'server_error' });
    expect(again).toMatchObject({ fault: 'unresolvable', obstacle: 'failing', digest, observed: { failed: true } });
    expect(methods()).toEqual(['HEAD', 'HEAD', 'GET']);
  });

  test.each<[string, FaultAction, string]>([
    ['says 0 bytes', headers({ 'content-length': '0' }), 'length'],
    ['names a digest that is none', headers({ 'docker-content-digest': 'latest' }), 'digest'],
    ['names one in upper case', headers({ 'docker-content-digest': digest.toUpperCase() }), 'digest'],
    ['names one that nodes cannot compute', headers({ 'docker-content-digest': `md5:${'0'.repeat(32)}` }), 'digest'],
    ['says more than nodes take', headers({ 'content-length': String(NODE_LIMIT + 1) }), 'too_large'],
  ])('has a HEAD that %s', async (_, action, obstacle) => {
    const { source, onHead } = await withImage();
    onHead(action);

    const answer = await source.resolve('single', TAG, FIRST);

    expect(answer).toMatchObject({ kind: 'absent', fault: 'unresolvable', obstacle });
  });

  test('is as large as nodes take, and is found', async () => {
    const { source, onHead } = await withImage();
    onHead(headers({ 'content-length': String(NODE_LIMIT) }));

    expect(await source.resolve('single', TAG, FIRST)).toMatchObject({ kind: 'found', value: { size: NODE_LIMIT } });
  });

  test('is larger than nodes take where no header says it', async () => {
    const { source, onHead, onGet } = await withImage();
    onHead(headers({ 'content-length': null }));
    onGet({ kind: 'body', body: ' '.repeat(NODE_LIMIT + 1), headers: { 'content-length': null } });

    const answer = await source.resolve('single', TAG, FIRST);

    expect(answer).toMatchObject({ kind: 'absent', fault: 'unresolvable', obstacle: 'too_large' });
  });
});

describe('what does not resolve', () => {
  test.each([401, 408, 429])('is unknown after %i, and asked by no other method', async (code) => {
    const { source, onHead, methods } = await withImage();
    onHead(status(code));

    expect(await source.resolve('single', TAG, AGAIN)).toMatchObject({ kind: 'unknown' });
    expect(methods()).not.toContain('GET');
  });

  test('is dangling where a tag leads to nothing', async () => {
    const { source, registry } = await withImage();
    registry.store.danglingTag('single', 'v1');

    expect(await source.resolve('single', TAG, FIRST)).toMatchObject({ kind: 'absent', fault: 'tag_dangling' });
  });

  test('is missing where the manifest of a tag is gone, with the digest that the registry names', async () => {
    const { source, registry } = await withImage();
    registry.store.removeManifest('single', digest);

    const byTag = await source.resolve('single', TAG, FIRST);
    const byDigest = await source.resolve('single', { digest }, FIRST);

    expect(byTag).toMatchObject({ kind: 'absent', fault: 'missing', digest });
    expect(byDigest).toMatchObject({ kind: 'absent', fault: 'missing' });
  });

  test.each<[string, unknown, object]>([
    ['none', undefined, { fault: 'tag_dangling' }],
    ['no digest', { Revision: 'v1' }, { fault: 'tag_dangling' }],
    ['a text', 'unknown manifest', { fault: 'tag_dangling' }],
    ['a text that names the revision', `unknown manifest name=single revision=${digest}`, { fault: 'missing', digest }],
  ])('of a tag goes by the detail that the registry adds: %s', async (_, detail, expected) => {
    const { source, fail } = await withImage();
    fail(status(404, 'MANIFEST_UNKNOWN', 'manifest unknown', detail));

    expect(await source.resolve('single', TAG, FIRST)).toMatchObject(expected);
  });

  test.each<[string, FaultAction, object]>([
    [
      'an artifact',
      status(404, 'MANIFEST_UNKNOWN', 'OCI artifact found, but accept header does not support OCI artifacts'),
      { kind: 'found', value: { kind: 'unsupported' } },
    ],
    [
      'schema 1',
      status(500, 'UNKNOWN', 'unrecognized manifest schema version 1'),
      { kind: 'found', value: { kind: 'unsupported' } },
    ],
    [
      'an image, which is asked for',
      status(404, 'MANIFEST_UNKNOWN', 'OCI manifest found, but accept header does not support OCI manifests'),
      { kind: 'absent' },
    ],
    [
      'an index, which is asked for',
      status(404, 'MANIFEST_UNKNOWN', 'OCI index found, but accept header does not support OCI indexes'),
      { kind: 'absent' },
    ],
  ])('is left out where the refusal says that it is %s of a type that is not read', async (_, action, expected) => {
    const { source, fail } = await withImage();
    fail(action);

    expect(await source.resolve('single', TAG, AGAIN)).toMatchObject(expected);
  });

  test.each<[string, FaultAction]>([
    ['a failure', { kind: 'status', status: 503 }],
    ['a page', { kind: 'body', body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['a refusal', status(403, 'DENIED', 'requested access to the resource is denied')],
    ['a broken connection', { kind: 'drop' }],
  ])('is unknown where HEAD is refused and GET brings %s', async (_, action) => {
    const { source, onHead, onGet } = await withImage();
    onHead(status(403));
    onGet(action);

    expect((await source.resolve('single', TAG, FIRST)).kind).toBe('unknown');
  });
});

function headers(patch: Readonly<Record<string, string | null>>): FaultAction {
  return { kind: 'headers', headers: patch };
}
