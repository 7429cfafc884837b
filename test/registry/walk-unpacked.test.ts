import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { buildAttestation, buildImage, buildIndex, type Image } from '../../src/demo/content.ts';
import { buildLayer, OCI_LAYER, rawLayer } from '../../src/demo/layer.ts';
import { seal, sealJson, type Sealed } from '../../src/demo/sealed.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { summarize, verify, walk } from '../support/walk.ts';
import { openScene } from './scene.ts';

const CONFIG = 'application/vnd.oci.image.config.v1+json';
const ONE = buildLayer('unpacked/one');
const TWO = buildLayer('unpacked/two');
const SOUND = buildImage({ seed: 'unpacked', layers: [ONE, TWO] });
const FOREIGN = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip';

/** An image whose config names these, whatever its layers are. */
function image(layers: readonly Sealed[], diffIds: readonly string[]): Image {
  return withConfig(layers, sealJson(CONFIG, { architecture: 'amd64', os: 'linux', rootfs: { diff_ids: diffIds } }));
}

function withConfig(layers: readonly Sealed[], config: Sealed): Image {
  const named = ({ mediaType, digest, size }: Sealed): object => ({ mediaType, digest, size });
  const body = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: named(config), layers: layers.map(named) };
  const manifest = sealJson(OCI_MANIFEST, body);
  return { ...SOUND, manifest, config, layers: layers.map((layer) => ({ ...layer, diffId: '' })) };
}

async function put(content: Image) {
  const scene = await openScene();
  scene.registry.store.put('app', 'v1', content);
  const check = () => verify(scene.source, [{ repository: 'app', tag: 'v1', digest: null }], { blobCheck: 'unpack' });
  return { ...scene, check };
}

describe('a walk that unpacks', () => {
  test.each<[string, Image]>([
    ['an image', SOUND],
    ['an image of the same layer twice', image([ONE, ONE], [ONE.diffId, ONE.diffId])],
    ['an image without a layer', image([], [])],
    ['an attestation', buildAttestation(SOUND)],
    [
      'a chart',
      withConfig(
        [seal('application/vnd.cncf.helm.chart.content.v1.tar+gzip', gzipSync('chart'))],
        seal('application/vnd.cncf.helm.config.v1+json', Buffer.from('chart')),
      ),
    ],
    [
      'an artifact with a layer of an image',
      withConfig([rawLayer(Buffer.from('text'))], seal('application/vnd.oci.empty.v1+json', Buffer.from('{}'))),
    ],
    [
      'an image with a part that is no layer',
      image([ONE, seal('application/vnd.example.sbom', Buffer.from('x'))], [ONE.diffId]),
    ],
    [
      'an image with a layer that only its owner can read',
      image([{ ...ONE, mediaType: `${OCI_LAYER}+encrypted` }], [TWO.diffId]),
    ],
    [
      'an image with a layer from elsewhere',
      image([{ ...ONE, mediaType: FOREIGN }, TWO], ['sha256:elsewhere', TWO.diffId]),
    ],
  ])('finds nothing in %s', async (_, content) => {
    const { check } = await put(content);

    expect(await check()).toMatchObject({ verdict: 'sound', complete: true, findings: [] });
  });

  const text = rawLayer(gzipSync('no archive'));
  const cut = rawLayer(Buffer.from(ONE.bytes.subarray(0, -20)));
  test.each<[string, Image, string]>([
    ['no archive', image([text], [text.diffId]), 'layer'],
    ['gzip cut short', image([cut], [ONE.diffId]), 'layer'],
    ['the diff_id of another layer', image([ONE, TWO], [ONE.diffId, ONE.diffId]), 'config'],
    ['the diff_ids in another order', image([ONE, TWO], [TWO.diffId, ONE.diffId]), 'config'],
    ['too few diff_ids', image([ONE, TWO], [ONE.diffId]), 'config'],
    ['too many diff_ids', image([ONE], [ONE.diffId, TWO.diffId]), 'config'],
    ['diff_ids and no layer', image([], [ONE.diffId]), 'config'],
    ['a config that is no JSON', withConfig([ONE], seal(CONFIG, Buffer.from('no JSON'))), 'config'],
    [
      'a config of a wrong type',
      withConfig([ONE], sealJson(CONFIG, { os: 7, rootfs: { diff_ids: [ONE.diffId] } })),
      'config',
    ],
  ])('finds %s, in the %3$s, as often as it is asked', async (_, content, object) => {
    const { check } = await put(content);

    const { findings, verdict } = await check();

    expect(verdict).toBe('broken');
    expect(findings.map(summarize)).toEqual([`app:v1 ${object}/not_unpackable`]);
    expect(findings[0]?.confirmations).toBe(3);
  });

  test('and is told nothing of it by any other check', async () => {
    const { source } = await put(image([text], [ONE.diffId]));

    for (const blobCheck of ['head', 'tail', 'full'] as const) {
      expect(await walk(source, { blobCheck })).toMatchObject({ verdict: 'sound' });
    }
  });

  test('holds a layer that came late against the config all the same', async () => {
    const { registry, check } = await put(image([ONE, TWO], [ONE.diffId, ONE.diffId]));
    registry.faults.add({ when: { reference: TWO.digest }, times: 1, action: { kind: 'drop' } });

    const { findings } = await check();

    expect(findings.map(summarize)).toEqual(['app:v1 config/not_unpackable']);
  });

  test('tells of a layer that is gone, and not of what it would have unpacked to', async () => {
    const { registry, check } = await put(SOUND);
    registry.store.removeBlob('app', TWO.digest);

    const { findings, unknowns } = await check();

    expect(findings.map(summarize)).toEqual(['app:v1 layer/missing']);
    expect(unknowns).toEqual([]);
  });

  test('tells two images apart that share a config and not the layers', async () => {
    const other = image([ONE, ONE], [ONE.diffId, TWO.diffId]);
    const { registry, source } = await put(image([ONE, TWO], [ONE.diffId, TWO.diffId]));
    registry.store.put('app', 'v2', other);

    const { findings } = await walk(source, { blobCheck: 'unpack' });

    expect(findings.map(summarize)).toEqual(['app:v2 config/not_unpackable']);
  });

  test('unpacks a layer once, whoever needs it', async () => {
    const scene = await openScene();
    const both = buildIndex([SOUND, image([ONE], [ONE.diffId])]);
    scene.registry.store.put('app', 'v1', both);

    await walk(scene.source, { blobCheck: 'unpack' });

    expect(scene.asked().filter((line) => line.includes(ONE.digest))).toHaveLength(1);
  });
});
