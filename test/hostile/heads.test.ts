import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { rawLayer } from '../../src/demo/layer.ts';
import { app } from '../support/reg-fixture.ts';
import { broken, detailOf, outcome, RANGED, SOUND, startHostile, untold } from './scene.ts';

const layer = app.arm64.layers[0]?.digest ?? '';
const HEADS = { kind: 'blob', method: 'HEAD' } as const;
const GETS = { kind: 'blob', method: 'GET' } as const;

describe('a HEAD that says yes', () => {
  test('does not vouch for data that is gone behind the cache of descriptors', async () => {
    const { store, run, asked } = await startHostile();
    store.loseBlobData('app', layer);

    const found = await run();

    expect(outcome(found)).toEqual(broken('app:v1 layer/unreadable linux/arm64'));
    expect(found.registry().findings).toMatchObject([
      { digest: layer, observed: { method: 'GET', status: 206, bytes: 0 }, cause: { code: 'stale_descriptor_cache' } },
    ]);
    expect(asked({ ...HEADS, reference: layer })).toHaveLength(1);
  });

  test('is all that is asked for with blobCheck head, which is blind to it', async () => {
    const { store, run, asked } = await startHostile();
    store.loseBlobData('app', layer);

    expect(outcome(await run({}, '--blob-check', 'head'))).toEqual(SOUND);
    expect(asked(GETS)).toEqual([]);
  });

  test('from a database, while every GET of this one blob is a 500, is a broken blob and no broken registry', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 500 }, { ...GETS, reference: layer });

    const found = await run();

    expect(outcome(found)).toEqual(broken('app:v1 layer/unreadable linux/arm64'));
    expect(found.registry().findings).toMatchObject([{ confirmations: 3, observed: { method: 'GET', status: 500 } }]);
  });

  test('does not outweigh a GET that says no, as where another repository has the blob', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 404 }, { ...GETS, reference: layer });

    expect(outcome(await run())).toEqual(broken('app:v1 layer/missing linux/arm64'));
  });
});

describe('a HEAD that says no', () => {
  test.each([401, 403, 405, 400, 501])('with %i, while GET serves a range, leaves it to the GET', async (status) => {
    const { fail, run, asked } = await startHostile();
    fail({ kind: 'status', status }, HEADS);

    const done = await run();

    const { blobs } = done.registry().counts;
    expect(outcome(done)).toEqual(SOUND);
    expect([asked(HEADS).length, asked(GETS).length]).toEqual([blobs, blobs]);
    // At once, and not only when it is asked again.
    expect(asked({ predicate: ({ search }) => search.includes('probe=') })).toEqual([]);
  });

  test('with 404, while GET serves it, is cleared by the confirmation', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 404 }, { ...HEADS, reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.cleared).toBe(1);
  });

  test('and a GET that says the same is unknown, with the reason of the GET', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 403 }, { kind: 'blob', reference: layer });

    const done = await run();

    expect(outcome(done)).toEqual(untold(`app ${layer} forbidden`));
    expect(detailOf(done)).toBe('GET answered 403 DENIED: requested access to the resource is denied');
  });

  test('of a blob without a byte leaves it to a GET of the whole', async () => {
    const empty = rawLayer(new Uint8Array());
    const content = buildImage({ seed: 'empty', layers: [empty] });
    const { fail, run, asked } = await startHostile({}, [{ repository: 'empty', tag: 'v1', content }]);
    fail({ kind: 'status', status: 401 }, HEADS);

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ ...RANGED, reference: empty.digest })).toEqual([]);
  });
});

describe('a HEAD that says little', () => {
  test.each([
    ['no length', { 'content-length': null }],
    ['no digest', { 'docker-content-digest': null }],
    ['neither', { 'content-length': null, 'docker-content-digest': null, etag: null }],
    ['no API version', { 'docker-distribution-api-version': null }],
  ])('%s is made up for by the read', async (_, headers) => {
    const { fail, run } = await startHostile();
    fail({ kind: 'headers', headers });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('a missing length does not hide a blob that was cut short', async () => {
    const { store, fail, run } = await startHostile();
    store.truncateBlob('app', layer, 100);
    fail({ kind: 'headers', headers: { 'content-length': null } }, HEADS);

    expect(outcome(await run())).toEqual(broken('app:v1 layer/size_mismatch linux/arm64'));
  });

  test('of manifests, which old versions of some registries deny, keeps nodes from a tag and not from a child', async () => {
    const { fail, run, asked } = await startHostile();
    fail({ kind: 'status', status: 404 }, { kind: 'manifest', method: 'HEAD', repository: 'app' });

    expect(outcome(await run())).toEqual(broken('app:v1 manifest/unresolvable'));
    expect(asked({ kind: 'manifest', method: 'HEAD', reference: app.arm64.manifest.digest })).toEqual([]);
  });

  test('of manifests that is not allowed is no matter, for nodes then go on by GET', async () => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status: 405 }, { kind: 'manifest', method: 'HEAD' });

    expect(outcome(await run())).toEqual(SOUND);
  });
});

describe('a registry that keeps nodes from all its tags', () => {
  const MANY = Array.from({ length: 20 }, (_, number) => ({
    repository: `service-${number}`,
    tag: 'v1',
    content: buildImage({ seed: `heads/${number}`, layers: 1 }),
  }));

  test('is one finding of the whole registry, and what is lost in it is told beside', async () => {
    const { fail, run, store } = await startHostile({}, MANY);
    fail({ kind: 'status', status: 403 }, { kind: 'manifest', method: 'HEAD' });
    const lost = MANY[7]?.content.layers[0]?.digest ?? '';
    store.removeBlob('service-7', lost);

    const done = await run();

    expect(done.registry()).toMatchObject({ verdict: 'broken', complete: true });
    expect(done.registry().findings).toMatchObject([
      { repository: null, object: 'manifest', fault: 'unresolvable', digest: null, tags: [], affected: 20 },
      { repository: 'service-7', object: 'layer', fault: 'missing', digest: lost },
    ]);
  });

  test('for a moment only is sound', async () => {
    const { fail, run } = await startHostile({}, MANY);
    fail({ kind: 'status', status: 403 }, { kind: 'manifest', method: 'HEAD' }, { times: 20 });

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.cleared).toBe(20);
  });
});
