import { describe, expect, test } from 'vitest';

import { DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { buildImage, buildIndex } from '../../src/demo/content.ts';
import { errorIn, startRegistry } from './ask.ts';

const image = buildImage({ seed: 'a' });
const index = buildIndex([image]);
const unnamed = buildIndex([image], { mediaType: false });
const docker = buildImage({ seed: 'a', dockerTypes: true });
const { digest, bytes } = image.manifest;

describe('a manifest', () => {
  test.each(['v1', digest])('comes by %s, with its digest, type and length', async (reference) => {
    const { ask, registry } = await startRegistry();
    registry.store.put('team/app', 'v1', image);

    const answer = await ask(`/v2/team/app/manifests/${reference}`);

    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': OCI_MANIFEST,
      'content-length': String(bytes.length),
      'docker-content-digest': digest,
      'docker-distribution-api-version': 'registry/2.0',
    });
    expect(answer.body).toBe(Buffer.from(bytes).toString());
  });

  test('a HEAD has the same headers and no body', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);

    const answer = await ask('/v2/app/manifests/v1', { method: 'HEAD' });

    expect(answer.headers).toMatchObject({ 'content-length': String(bytes.length), 'docker-content-digest': digest });
    expect(answer.body).toBe('');
  });

  test.each([
    ['an OCI manifest', image, '*/*', 404],
    ['an OCI manifest', image, OCI_INDEX, 404],
    ['an OCI manifest', image, `${DOCKER_MANIFEST}, ${OCI_MANIFEST};q=0.9`, 200],
    ['an OCI index', index, OCI_MANIFEST, 404],
    ['an OCI index', index, OCI_INDEX, 200],
    ['an index without a type in its body', unnamed, '*/*', 200],
    ['a Docker manifest', docker, '*/*', 200],
  ])('%s, asked for with Accept: %#', async (_name, content, accept, status) => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', content);

    const answer = await ask('/v2/app/manifests/v1', { headers: { accept } });

    expect(answer.status).toBe(status);
  });

  test('the 404 for a type that was not named says so', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', index);

    const answer = await ask('/v2/app/manifests/v1', { headers: { accept: '*/*' } });

    expect(errorIn(answer)).toEqual({
      code: 'MANIFEST_UNKNOWN',
      message: 'OCI index found, but accept header does not support OCI indexes',
    });
  });

  test('a tag that does not exist is a 404 that names the tag', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);

    const answer = await ask('/v2/app/manifests/v9');

    expect(answer.status).toBe(404);
    expect(errorIn(answer)).toMatchObject({ code: 'MANIFEST_UNKNOWN', detail: { Tag: 'v9' } });
  });

  test('a dangling tag is listed, and a 404 that names the tag', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);
    registry.store.danglingTag('app', 'v1');

    const [list, answer] = [await ask('/v2/app/tags/list'), await ask('/v2/app/manifests/v1')];

    expect(JSON.parse(list.body)).toEqual({ name: 'app', tags: ['v1'] });
    expect(errorIn(answer).detail).toEqual({ Tag: 'v1' });
  });

  test.each(['v1', digest])('a removed manifest asked for by %s is a 404 that names the digest', async (reference) => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);
    registry.store.removeManifest('app', digest);

    const answer = await ask(`/v2/app/manifests/${reference}`);

    expect(answer.status).toBe(404);
    expect(errorIn(answer).detail).toEqual({ Name: 'app', Revision: digest });
  });

  test('an altered body goes out under the digest that was asked for', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);
    registry.store.alterManifest('app', digest);

    const answer = await ask(`/v2/app/manifests/${digest}`);

    expect(answer.status).toBe(200);
    expect(answer.headers['docker-content-digest']).toBe(digest);
    expect(answer.body).not.toBe(Buffer.from(bytes).toString());
  });

  test.each(['', '{', 'garbage', '3'])('a body that reads %j is a 500', async (body) => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);
    registry.store.replaceManifest('app', digest, Buffer.from(body));

    const answer = await ask('/v2/app/manifests/v1');

    expect(answer.status).toBe(500);
    expect(errorIn(answer).code).toBe('UNKNOWN');
  });

  test('a client that has it already gets a 304, even when it is gone', async () => {
    const { ask, registry } = await startRegistry();
    registry.store.put('app', 'v1', image);
    registry.store.removeManifest('app', digest);

    const answer = await ask('/v2/app/manifests/v1', { headers: { 'if-none-match': `"${digest}"` } });

    expect(answer.status).toBe(304);
  });
});
