import { describe, expect, test } from 'vitest';

import { buildImage, buildIndex, type Image, type Index } from '../../src/demo/content.ts';
import { sealJson } from '../../src/demo/sealed.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import {
  AMD64,
  APP,
  ARM64,
  asked,
  descriptorOf,
  GOOD,
  indexOf,
  keepingLog,
  noAnswer,
  putManifest,
  sourceWith,
} from './scene.ts';

const FOREIGN = 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const ELSEWHERE = { digest: `sha256:${'e'.repeat(64)}`, size: 9, mediaType: OCI_LAYER };

/** An image with one more layer, as the descriptor says. */
function withLayer(layer: object) {
  const config = descriptorOf(GOOD.config);
  return sealJson(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] });
}

function nest(innermost: Image | Index, levels: number, times = 1): Image | Index {
  let node = innermost;
  for (let level = 0; level < levels; level += 1) node = buildIndex(Array.from({ length: times }, () => node));
  return node;
}

describe('explore', () => {
  test('asks for every child, config and layer, attestations and all', async () => {
    const source = sourceWith({ 'app:v1': APP });

    const { counts } = await walk(source);

    const blobs = [AMD64, ARM64].flatMap(({ config, layers }) => [config, ...layers]);
    expect(new Set(asked(source, { kind: 'blob' }))).toEqual(new Set(blobs.map(({ digest }) => `app blob ${digest}`)));
    expect(counts).toMatchObject({ tags: 1, indexes: 1, manifests: 2, blobs: blobs.length });
  });

  test('a broken child does not hide what is wrong beside it and below its siblings', async () => {
    const source = sourceWith({ 'app:v1': APP, 'app:good': GOOD });
    source.repository('app').manifests.delete(AMD64.manifest.digest);
    source.repository('app').blobs.delete(ARM64.layers[1]?.digest ?? '');
    source.repository('app').blobs.delete(ARM64.config.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual([
      'app:v1 child/missing linux/amd64',
      'app:v1 config/missing linux/arm64/v8',
      'app:v1 layer/missing linux/arm64/v8',
    ]);
    expect(findings[2]?.path).toEqual(
      [APP, ARM64].map(({ manifest }) => manifest.digest).concat(findings[2]?.digest ?? ''),
    );
  });

  test('counts the blobs that could not be looked at as closely as asked, also where asked again', async () => {
    const source = sourceWith({ 'app:v1': GOOD });
    const blob = source.blob;
    source.blob = async (...question) => {
      const answer = await blob(...question);
      if (answer.kind !== 'found' || question[1].digest !== GOOD.layers[0]?.digest) return answer;
      return { kind: 'found', value: { ...answer.value, weak: true } };
    };
    source.intercept = ({ kind, again }) => (kind === 'blob' && !again ? noAnswer('timeout') : undefined);

    const { counts, verdict } = await walk(source);

    expect([verdict, counts.weak]).toEqual(['sound', 1]);
  });

  test('the same digest is asked for in each repository by itself', async () => {
    const source = sourceWith({ 'one:v1': GOOD, 'two:v1': GOOD });
    source.repository('two').blobs.delete(GOOD.config.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['two:v1 config/missing']);
  });

  test.each<[string, object, Partial<Record<string, number>>]>([
    ['a foreign layer', { ...ELSEWHERE, mediaType: FOREIGN }, { foreign_layer: 1 }],
    ['a layer with URLs', { ...ELSEWHERE, urls: ['https://example.com/layer'] }, { foreign_layer: 1 }],
    [
      'a layer under an algorithm not known here',
      { ...ELSEWHERE, digest: `md5:${'0'.repeat(32)}` },
      { unsupported_digest: 1 },
    ],
  ])('%s is not asked for, and counted', async (_, layer, expected) => {
    const source = sourceWith({ 'app:good': GOOD });
    putManifest(source, 'app', 'v1', withLayer(layer));

    const { findings, counts, verdict } = await walk(source);

    expect([findings, verdict]).toEqual([[], 'sound']);
    expect(counts.skipped).toMatchObject(expected);
    expect(asked(source).filter((line) => line.includes((layer as { digest: string }).digest))).toEqual([]);
  });

  test('a child of a type that is not read is not asked for', async () => {
    const chart = { mediaType: 'application/vnd.cncf.helm.chart.v1+json', digest: ELSEWHERE.digest, size: 3 };
    const source = sourceWith({ 'app:good': GOOD });
    putManifest(source, 'app', 'v1', indexOf(chart, chart, descriptorOf(GOOD.manifest)));

    const { findings, counts } = await walk(source);

    expect(findings).toEqual([]);
    expect(counts.skipped.unsupported_media_type).toBe(1);
    expect(asked(source).join()).not.toContain(ELSEWHERE.digest);
  });

  test('a tag on a type that is not read is skipped, logged, and not counted as checked', async () => {
    const log = keepingLog();
    const source = sourceWith({ 'app:good': GOOD });
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    putManifest(source, 'app', 'old', { ...AMD64.manifest, mediaType });

    const { counts, verdict } = await walk(source, {}, { log });

    expect(verdict).toBe('sound');
    expect(counts).toMatchObject({ tags: 1, manifests: 1, skipped: { unsupported_media_type: 1 } });
    expect(log.lines.join()).toContain(mediaType);
  });

  test('what is listed in a cache index as a layer is asked for as one', async () => {
    const [layer] = GOOD.layers;
    const cache = { ...ELSEWHERE, mediaType: 'application/vnd.buildkit.cacheconfig.v0' };
    const source = sourceWith({ 'app:good': GOOD });
    putManifest(source, 'app', 'cache', indexOf(descriptorOf(layer ?? GOOD.config), cache));

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:cache layer/missing']);
    expect(asked(source, { reference: ELSEWHERE.digest })[0]).toBe(`app blob ${ELSEWHERE.digest}`);
  });

  test('a malformed digest makes the manifest that names it invalid', async () => {
    const source = sourceWith({ 'app:good': GOOD });
    const bad = indexOf({ mediaType: OCI_MANIFEST, digest: 'sha256:beef', size: 2 });
    const outer = indexOf(descriptorOf(bad));
    putManifest(source, 'app', null, bad);
    putManifest(source, 'app', 'v1', outer);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/invalid']);
    expect(findings[0]?.path).toEqual([outer.digest, bad.digest]);
  });

  test.each([
    ['empty', indexOf()],
    ['without a list', sealJson(OCI_INDEX, { schemaVersion: 2, manifests: null })],
    ['without a type in the body', sealJson(OCI_INDEX, { manifests: [descriptorOf(GOOD.manifest)] })],
  ])('an index that is %s is sound', async (_, index) => {
    const source = sourceWith({ 'app:good': GOOD });
    putManifest(source, 'app', 'v1', index);

    const { verdict, counts } = await walk(source);

    expect(verdict).toBe('sound');
    expect(counts.indexes).toBe(1);
  });

  test('an index in an index is walked, whatever is below it', async () => {
    const source = sourceWith({ 'app:v1': nest(ARM64, 5), 'app:good': GOOD });
    source.repository('app').manifests.delete(ARM64.manifest.digest);

    const { findings } = await walk(source);

    expect(findings.map(summarize)).toEqual(['app:v1 child/missing linux/arm64/v8']);
    expect(findings[0]?.path).toHaveLength(6);
  });

  test.each([
    [walk, 1] as const,
    [
      (source: Parameters<typeof walk>[0]) => verify(source, [{ repository: 'app', tag: 'v1', digest: null }]),
      0,
    ] as const,
  ])('indexes nested 40 deep end in an unknown, not in a finding and not in a sound image: %#', async (ask, others) => {
    const source = sourceWith({ 'app:v1': nest(ARM64, 40), 'app:good': GOOD });

    const { findings, unknowns, counts, complete } = await ask(source);

    expect([findings, complete]).toEqual([[], false]);
    expect(unknowns).toMatchObject([{ reason: 'protocol', detail: 'an index nested more than 32 deep' }]);
    expect(counts).toMatchObject({ indexes: 33, manifests: others });
  });

  test('an index that lists the same child 8 times over 12 levels costs one question a level', async () => {
    const source = sourceWith({ 'app:v1': nest(ARM64, 12, 8), 'app:good': buildImage({ seed: 'few', layers: 0 }) });
    source.repository('app').blobs.delete(ARM64.config.digest);

    const { findings } = await walk(source);

    expect(asked(source, { kind: 'manifest', again: false })).toHaveLength(2 + 12);
    expect(findings.map(summarize)).toEqual(['app:v1 config/missing linux/arm64/v8']);
    expect(findings[0]?.path).toHaveLength(14);
  });
});
