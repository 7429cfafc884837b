import { describe, expect, test } from 'vitest';

import { buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import type { FaultAction } from '../../src/demo/fault-actions.ts';
import { buildLayer } from '../../src/demo/layer.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { MANIFEST_TYPES, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { app } from '../support/reg-fixture.ts';
import { broken, detailOf, outcome, SOUND, startHostile } from './scene.ts';

const child = app.amd64.manifest.digest;
const typed = (type: string): FaultAction => ({ kind: 'headers', headers: { 'content-type': type } });
const entry = (content: Image | Index, repository = 'deep') => ({ repository, tag: 'v1', content });

/** An image below `levels` indexes, each of which lists the next one `times` times over. */
function nest(levels: number, times: number, inner: Image | Index): Image | Index {
  if (levels === 0) return inner;
  return nest(levels - 1, times, buildIndex(Array.from({ length: times }, () => inner)));
}

describe('an index with a lost child', () => {
  test('is one finding that names tag, platform and digest, and the other children are walked', async () => {
    const { store, run, asked } = await startHostile();
    store.removeManifest('app', child);

    const done = await run();

    expect(outcome(done)).toEqual(broken('app:v1 child/missing linux/amd64'));
    expect(done.registry().findings).toMatchObject([{ digest: child, tags: ['v1'], platforms: ['linux/amd64'] }]);
    for (const { config } of [app.arm64, app.attestation]) {
      expect(asked({ kind: 'blob', method: 'HEAD', reference: config.digest })).toHaveLength(1);
    }
  });

  test('that it may lack is sound, with the platform allowed to be missing, and broken without', async () => {
    const { store, run } = await startHostile();
    store.removeManifest('app', app.arm64.manifest.digest);

    const sparse = await run({ PROBE_ALLOW_MISSING_PLATFORMS: 'linux/arm64' });
    const strict = await run();

    expect(outcome(sparse)).toEqual(SOUND);
    expect(sparse.registry().counts.skipped.excluded).toBe(1);
    expect(outcome(strict)).toEqual(broken('app:v1 child/missing linux/arm64'));
  });

  test('that is not to be asked for is not asked for', async () => {
    const { run, asked } = await startHostile();

    expect(outcome(await run({ PROBE_EXCLUDE_PLATFORMS: 'linux/arm64' }))).toEqual(SOUND);
    expect(asked({ reference: app.arm64.manifest.digest })).toEqual([]);
  });
});

describe('an index is known by its shape', () => {
  const shapes = buildIndex([app.amd64, app.arm64], { mediaType: false });

  test.each<[string, readonly string[]]>([
    [`${OCI_INDEX}; charset=utf-8`, []],
    ['Application/VND.oci.image.index.V1+JSON', ['deep:v1 manifest/unresolvable']],
    [`${OCI_INDEX} ; charset=utf-8`, ['deep:v1 manifest/unresolvable']],
    [OCI_MANIFEST, ['deep:v1 manifest/unresolvable']],
    ['application/json', ['deep:v1 manifest/unresolvable']],
    ['application/json; charset=utf-8', ['deep:v1 manifest/unresolvable']],
    ['application/octet-stream', ['deep:v1 manifest/unresolvable']],
    ['text/plain; charset=utf-8', ['deep:v1 manifest/unresolvable']],
    ['', ['deep:v1 manifest/unresolvable']],
  ])('without a type in its body, served as "%s", and is walked whether nodes take it or not', async (type, own) => {
    const { store, fail, run } = await startHostile({}, [entry(shapes)]);
    fail(typed(type), { kind: 'manifest', reference: 'v1' });

    const whole = await run();
    store.removeManifest('deep', child);
    const lost = await run();

    expect(outcome(whole)).toEqual(own.length === 0 ? SOUND : broken(...own));
    expect(whole.registry().counts).toMatchObject({ indexes: 1, manifests: 2 });
    expect(outcome(lost)).toEqual(broken('deep:v1 child/missing linux/amd64', ...own));
  });
});

describe('a registry that serves a manifest to whoever names its type', () => {
  test('is always asked with all four types, for children and confirmations, too', async () => {
    const { store, fail, run, registry } = await startHostile();
    const names = (accept: string): boolean => MANIFEST_TYPES.every((type) => accept.split(', ').includes(type));
    fail(
      { kind: 'status', status: 404 },
      { kind: 'manifest', predicate: ({ headers }) => !names(headers['accept'] ?? '') },
    );
    store.removeBlob('app', app.amd64.config.digest);

    expect(outcome(await run())).toEqual(broken('app:v1 config/missing linux/amd64'));
    expect(registry.requests.matching({ kind: 'manifest' }).length).toBeGreaterThan(5);
  });
});

describe('a build cache, whose index lists layers', () => {
  const layers = [buildLayer('cache/one'), buildLayer('cache/two')];
  const config = sealJson('application/vnd.buildkit.cacheconfig.v0', { layers: [] });
  const manifests = [...layers, config].map(({ mediaType, digest, size }) => ({ mediaType, digest, size }));
  const cache = sealJson(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });

  test.each([404, 500])('is asked for blobs, never for manifests, which would be a %i', async (status) => {
    const { store, fail, run, asked } = await startHostile({}, []);
    for (const blob of [...layers, config]) store.putBlob('cache', blob);
    store.putManifest('cache', 'main', cache);
    fail(
      { kind: 'status', status },
      { kind: 'manifest', predicate: ({ reference }) => reference !== 'main' && reference !== cache.digest },
    );

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ indexes: 1, manifests: 0, blobs: 3 });
    expect(asked({ kind: 'manifest' })).toHaveLength(2);
  });
});

describe('indexes in indexes', () => {
  test('that list each other eight times over cost one request each', async () => {
    const { run, asked } = await startHostile({}, [entry(nest(12, 8, app.amd64))]);

    const done = await run();

    expect(outcome(done)).toEqual(SOUND);
    expect(done.registry().counts).toMatchObject({ indexes: 12, manifests: 1, blobs: 3 });
    expect(asked({ kind: 'manifest' })).toHaveLength(1 + 13);
  });

  test('with a lost image below twelve of them are one finding, with the whole path', async () => {
    const { store, run } = await startHostile({}, [entry(nest(12, 8, app.amd64))]);
    store.removeManifest('deep', child);

    const done = await run();

    expect(outcome(done)).toEqual(broken('deep:v1 child/missing linux/amd64'));
    expect(done.registry().findings[0]?.path).toHaveLength(13);
  });

  test('deeper than anybody nests them are unknown, not walked on', async () => {
    const { run, asked } = await startHostile({}, [entry(nest(40, 1, app.amd64))]);

    const done = await run();

    expect(outcome(done)).toMatchObject({ code: 3, verdict: 'unknown', findings: [] });
    expect(detailOf(done)).toBe('an index nested more than 32 deep');
    // One for each level, and two to see where the tag leads: at the beginning, and whether it still does.
    expect(asked({ kind: 'manifest' })).toHaveLength(33 + 2);
  });

  test('that were altered to list themselves are altered, and walked in no circle', async () => {
    const { store, run, asked } = await startHostile();
    const { digest, mediaType, size } = app.content.manifest;
    const circle = { schemaVersion: 2, mediaType, manifests: [{ mediaType, digest, size }] };
    store.replaceManifest('app', digest, sealJson(mediaType, circle).bytes);

    expect(outcome(await run())).toEqual(broken('app:v1 manifest/digest_mismatch'));
    expect(asked({ repository: 'app', kind: 'manifest' }).length).toBeLessThan(10);
  });
});
