import { describe, expect, test } from 'vitest';

import { allContent, buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import type { Lookup } from '../../src/walk/lookup.ts';
import type { ContentSource } from '../../src/walk/source.ts';
import type { MapSource } from '../support/map-source.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import { absent, AMD64, APP, ARM64, descriptorOf, GOOD, indexOf, noAnswer, putManifest, sourceWith } from './scene.ts';

const V1 = [{ repository: 'app', tag: 'v1', digest: null }];
const KNOWN = new Map(
  [APP, GOOD].flatMap((root) => allContent(root).blobs).map(({ digest, bytes }) => [digest, bytes]),
);

/** The source, with the bytes of configs, or the answer in their place. */
function readable(source: MapSource, answer?: Lookup<never>): ContentSource {
  const blobBytes: ContentSource['blobBytes'] = (_, { digest }) => {
    const bytes = KNOWN.get(digest);
    return Promise.resolve(answer ?? (bytes === undefined ? absent() : { kind: 'found', value: bytes }));
  };
  return { ...source, blobBytes };
}

function require(root: Image | Index, platforms: readonly string[]) {
  return verify(readable(sourceWith({ 'app:v1': root })), V1, { platforms });
}

describe('requirePlatforms', () => {
  test.each<[string, Image | Index, readonly string[], readonly string[]]>([
    ['an index has what it lists', APP, ['linux/amd64', 'linux/arm64/v8'], []],
    ['a platform without a variant is met by any variant', APP, ['linux/arm64'], []],
    ['a variant is not met by another', APP, ['linux/arm64/v7'], ['linux/arm64/v7']],
    ['an index lacks what it does not list', APP, ['linux/s390x', 'linux/amd64'], ['linux/s390x']],
    [
      'several lacking platforms are one finding',
      APP,
      ['linux/s390x', 'windows/amd64'],
      ['linux/s390x', 'windows/amd64'],
    ],
    ['a single image has what its config says', GOOD, ['linux/amd64'], []],
    ['a single image lacks everything else', GOOD, ['linux/arm64'], ['linux/arm64']],
    ['an index in an index counts', buildIndex([buildIndex([ARM64]), AMD64]), ['linux/arm64', 'linux/amd64'], []],
    ['an empty index has nothing', buildIndex([]), ['linux/amd64'], ['linux/amd64']],
  ])('%s', async (_, root, platforms, lacking) => {
    const { findings, verdict } = await require(root, platforms);

    const expected = lacking.length > 0 ? [`app:v1 manifest/platform_missing ${lacking.join(',')}`] : [];
    expect(findings.map(summarize)).toEqual(expected);
    expect(verdict).toBe(lacking.length > 0 ? 'broken' : 'sound');
  });

  test('a finding names the image, what it has, and how often that was asked', async () => {
    const { findings } = await require(APP, ['linux/s390x']);

    expect(findings).toMatchObject([
      {
        digest: APP.manifest.digest,
        path: [APP.manifest.digest],
        observed: { detail: 'no linux/s390x: it has linux/amd64, linux/arm64/v8' },
        confirmations: 3,
      },
    ]);
  });

  test('a child of which the index says nothing has what its config says', async () => {
    const source = sourceWith({ 'app:other': APP });
    putManifest(source, 'app', 'v1', indexOf(descriptorOf(ARM64.manifest)));

    const { findings, verdict } = await verify(readable(source), V1, { platforms: ['linux/arm64'] });

    expect([findings, verdict]).toEqual([[], 'sound']);
  });

  test('a config that does not come leaves the platform unknown, and is a finding of its own at most', async () => {
    const gone = sourceWith({ 'app:v1': GOOD });
    gone.repository('app').blobs.delete(GOOD.config.digest);

    const missing = await verify(readable(gone, absent('missing')), V1, { platforms: ['linux/amd64'] });
    const silent = await verify(readable(sourceWith({ 'app:v1': GOOD }), noAnswer('timeout')), V1, {
      platforms: ['linux/amd64'],
    });

    expect(missing.findings.map(summarize)).toEqual(['app:v1 config/missing']);
    expect(missing.unknowns).toMatchObject([{ reference: GOOD.manifest.digest, reason: 'protocol' }]);
    expect([silent.findings, silent.verdict]).toEqual([[], 'unknown']);
  });

  test('a config that names no platform leaves it unknown', async () => {
    const config = sealJson('application/vnd.oci.image.config.v1+json', { created: 'today' });
    const manifest = sealJson(OCI_MANIFEST, { schemaVersion: 2, config: descriptorOf(config), layers: [] });
    const source = sourceWith({ 'app:other': GOOD });
    source.repository('app').blobs.set(config.digest, config.size);
    putManifest(source, 'app', 'v1', manifest);
    KNOWN.set(config.digest, config.bytes);

    const { unknowns } = await verify(readable(source), V1, { platforms: ['linux/amd64'] });

    expect(unknowns).toMatchObject([{ reason: 'protocol', detail: expect.stringContaining('does not say') }]);
  });

  test('a nested index that could not be read may have the platform', async () => {
    const inner = buildIndex([ARM64]);
    const source = sourceWith({ 'app:v1': buildIndex([inner, AMD64]) });
    source.repository('app').manifests.delete(inner.manifest.digest);

    const { findings, complete } = await verify(readable(source), V1, { platforms: ['linux/arm64', 'linux/amd64'] });

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing']);
    expect(complete).toBe(false);
  });

  test('a missing image is missing, and nothing is said of its platforms', async () => {
    const { findings } = await verify(readable(sourceWith({})), V1, { platforms: ['linux/amd64'] });

    expect(findings.map(summarize)).toEqual(['app:v1 manifest/missing']);
  });

  test('children do not need every platform, only what was named does', async () => {
    const source = sourceWith({ 'app:v1': APP });

    const { verdict } = await verify(readable(source), V1, { platforms: ['linux/amd64', 'linux/arm64'] });

    expect(verdict).toBe('sound');
  });

  test('an index that lists an index 8 times over 12 levels is read through once', async () => {
    let root: Image | Index = buildImage({ seed: 'platforms/deep', platform: ARM64.platform });
    for (let level = 0; level < 12; level += 1) {
      const child = root;
      root = buildIndex(Array.from({ length: 8 }, () => child));
    }

    const { findings } = await require(root, ['linux/arm64', 'linux/s390x']);

    expect(findings.map(summarize)).toEqual(['app:v1 manifest/platform_missing linux/s390x']);
  });

  test('a walk over a catalog requires none', async () => {
    expect((await walk(readable(sourceWith({ 'app:v1': APP })))).verdict).toBe('sound');
  });
});
