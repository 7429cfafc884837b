import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import { seal, sealJson } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { app, single } from '../support/reg-fixture.ts';
import { IN_FLIGHT, startEndless } from './endless.ts';
import { broken, detailOf, outcome, SOUND, startHostile, untold } from './scene.ts';

const child = app.arm64.manifest.digest;
const MIB = 1024 ** 2;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const headers = (changes: Readonly<Record<string, string | null>>): FaultAction => ({
  kind: 'headers',
  headers: changes,
});

describe('the digest that a registry declares', () => {
  test.each<[string, string | null]>([
    ['missing', null],
    ['wrong', `sha256:${'0'.repeat(64)}`],
    ['no digest at all', 'abc'],
    ['of another algorithm', `blake3:${'0'.repeat(64)}`],
  ])('that is %s is of no interest where the body hashes to the digest that was asked for', async (_, digest) => {
    const { fail, run } = await startHostile();
    fail(headers({ 'docker-content-digest': digest }), { kind: 'manifest', reference: child });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('that is missing for a tag is made up for by hashing', async () => {
    const { fail, run } = await startHostile();
    fail(headers({ 'docker-content-digest': null }), { kind: 'manifest' });

    expect(outcome(await run())).toEqual(SOUND);
  });

  test('and the bytes behind it are not those of the image, is an altered image', async () => {
    const { store, run } = await startHostile();
    store.alterManifest('app', child);

    expect(outcome(await run())).toEqual(broken('app:v1 child/digest_mismatch linux/arm64'));
  });

  test('for a tag is asked for by itself, whatever the tag would bring', async () => {
    const { fail, run, asked } = await startHostile();
    const { bytes, mediaType } = single.content.manifest;
    const other: FaultAction = { kind: 'body', body: bytes, headers: { 'content-type': mediaType } };
    fail(other, { kind: 'manifest', method: 'GET', repository: 'app', reference: 'v1' });

    expect(outcome(await run())).toEqual(SOUND);
    expect(asked({ kind: 'manifest', reference: app.content.manifest.digest })).toHaveLength(1);
  });

  test('for a tag, beside the length and the type of another manifest, is nothing that a node can resolve', async () => {
    const { fail, run } = await startHostile();
    const { size, mediaType } = single.content.manifest;
    const other = headers({ 'content-type': mediaType, 'content-length': String(size) });
    fail(other, { kind: 'manifest', method: 'HEAD', repository: 'app', reference: 'v1' });

    expect(outcome(await run())).toEqual(broken('app:v1 manifest/unresolvable'));
  });

  test('right, over bytes that changed, passes for a layer unless all content is read', async () => {
    const { store, run } = await startHostile();
    store.flipBlobByte('app', app.arm64.layers[0]?.digest ?? '');

    expect(outcome(await run())).toEqual(SOUND);
    expect(outcome(await run({}, '--blob-check', 'full'))).toEqual(broken('app:v1 layer/digest_mismatch linux/arm64'));
  });
});

describe('a manifest that a policy blocks by its digest', () => {
  test.each([
    [403, untold(`app ${child} forbidden`)],
    [451, untold(`app ${child} protocol`)],
    [404, broken('app:v1 child/missing linux/arm64')],
  ])('with %i is what the registry calls it', async (status, expected) => {
    const { fail, run } = await startHostile();
    fail({ kind: 'status', status }, { kind: 'manifest', reference: child });

    expect(outcome(await run())).toEqual(expected);
  });
});

describe('a manifest that is no manifest', () => {
  test.each([
    ['an array', '[]'],
    ['a number', '0'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['an index and an image in one', '{"manifests":[],"config":{},"layers":[]}'],
    ['a list of children that is none', '{"manifests":{}}'],
    ['a child without a digest', '{"manifests":[{"size":1}]}'],
    ['no JSON', 'ok'],
  ])('%s is invalid', async (_, text) => {
    const { store, fail, run } = await startHostile();
    const manifest = seal(OCI_MANIFEST, bytesOf(text));
    store.putManifest('app', 'v2', manifest);
    const { digest, mediaType } = manifest;
    const type = { 'content-type': mediaType, 'docker-content-digest': digest };
    // The registry itself would not serve all of them.
    for (const reference of ['v2', digest])
      fail({ kind: 'status', status: 200, body: text, headers: type }, { reference });

    expect(outcome(await run())).toEqual(broken('app:v2 manifest/invalid'));
  });

  test.each([
    'application/vnd.docker.distribution.manifest.v1+prettyjws',
    'application/vnd.docker.distribution.manifest.v1+json',
    'application/vnd.cncf.helm.chart.v9+json',
  ])('of the type %s is left out, and counted', async (type) => {
    const { store, run } = await startHostile();
    store.putManifest('app', 'old', sealJson(type, { schemaVersion: 1, fsLayers: [], signatures: [{}] }));

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts.skipped.unsupported_media_type).toBe(1);
  });
});

describe('a manifest that is too large', () => {
  const padded = { ...JSON.parse(new TextDecoder().decode(single.content.manifest.bytes)), annotations: {} };
  const huge = sealJson(OCI_MANIFEST, { ...padded, annotations: { padding: 'x'.repeat(5 * MIB) } });

  test('for nodes is one that they cannot resolve, whatever is read here', async () => {
    const { store, run, asked } = await startHostile({}, [single]);
    store.putManifest('single', 'huge', huge);

    for (const limit of [4 * MIB, 6 * MIB]) {
      expect(outcome(await run({ PROBE_MANIFEST_LIMIT: `${limit}B` }))).toEqual(
        broken('single:huge manifest/unresolvable'),
      );
    }
    expect(asked({ kind: 'manifest', method: 'GET', reference: huge.digest })).toEqual([]);
  });

  test('to be read, as a child, is unknown, and sound where the limit is raised', async () => {
    const { store, run } = await startHostile({}, [single]);
    const { digest, mediaType, size } = huge;
    store.putManifest('single', null, huge);
    store.putManifest('single', 'index', sealJson(OCI_INDEX, { manifests: [{ digest, mediaType, size }] }));

    const usual = await run();
    const raised = await run({ PROBE_MANIFEST_LIMIT: '6MiB' });

    expect(outcome(usual)).toEqual(untold(`single ${digest} protocol`));
    expect(detailOf(usual)).toContain('body_too_large');
    expect(outcome(raised)).toEqual(SOUND);
  });

  test('without end is let go of at the limit, each time that it is asked for', async () => {
    const flood = await startEndless(100 * MIB, { 'content-type': OCI_MANIFEST });
    const { fail, run, asked } = await startHostile();
    const { digest } = app.content.manifest;
    fail({ kind: 'redirect', to: flood.url }, { kind: 'manifest', reference: digest, repository: 'app' });

    const done = await run({ PROBE_CONFIRM_ROUNDS: '1' });

    expect(outcome(done)).toEqual(untold(`app ${digest} protocol`));
    expect(detailOf(done)).toContain('body_too_large');
    expect(asked({ kind: 'manifest', repository: 'app', reference: digest })).toHaveLength(2);
    expect(flood.sent()).toBeLessThan(2 * 4.2 * MIB + IN_FLIGHT);
  });

  test('of another length than its index says is refused by clients, and so it is found', async () => {
    const { store, run } = await startHostile({}, [single]);
    const { digest, mediaType, size } = single.content.manifest;
    const manifests = [{ mediaType, digest, size: size + 1 }];
    store.putManifest('single', 'v2', sealJson('application/vnd.oci.image.index.v1+json', { manifests }));

    expect(outcome(await run())).toEqual(broken('single:v2 child/size_mismatch'));
    expect(digestOf(single.content.manifest.bytes)).toBe(digest);
  });
});

describe('a registry that serves by tag what it does not have by digest', () => {
  const other = { repository: 'other', tag: 'v1', content: buildImage({ seed: 'by tag alone', layers: 2 }) };
  const byDigest: RequestMatch = {
    kind: 'manifest',
    predicate: ({ path }) => path.includes('sha256:'),
  };
  const notFound: FaultAction = { kind: 'status', status: 404 };

  test('has images that no node pulls, and what is lost in them is told as well', async () => {
    const { fail, run, store } = await startHostile({}, [single, other]);
    fail(notFound, byDigest);
    store.removeBlob('other', other.content.layers[0]?.digest ?? '');

    const done = await run();

    expect(outcome(done)).toEqual(
      broken('other:v1 layer/missing', 'other:v1 manifest/missing', 'single:v1 manifest/missing'),
    );
  });

  test('is asked by tag only where something is missing by digest', async () => {
    const { run, asked } = await startHostile();

    await run();

    expect(asked({ kind: 'manifest', method: 'GET', reference: 'v1' })).toEqual([]);
  });
});
