import { describe, expect, test } from 'vitest';

import { digestOf } from '../../src/oci/digest.ts';
import { readManifest } from '../../src/oci/manifest.ts';
import {
  allContent,
  buildAttestation,
  buildImage,
  buildIndex,
  type Image,
  type Index,
} from '../../src/demo/content.ts';

const ARM64 = { os: 'linux', architecture: 'arm64', variant: 'v8' };

describe('buildImage', () => {
  test('the same seed gives the same image, and another seed another one', () => {
    expect(buildImage({ seed: 'a' })).toEqual(buildImage({ seed: 'a' }));
    expect(buildImage({ seed: 'a' }).manifest.digest).not.toBe(buildImage({ seed: 'b' }).manifest.digest);
  });

  test.each([
    ['OCI', false, 'application/vnd.oci.image.manifest.v1+json', 'application/vnd.oci.image.config.v1+json'],
    [
      'Docker',
      true,
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.docker.container.image.v1+json',
    ],
  ])('an image of %s reads as one, with right digests and lengths', (_name, dockerTypes, mediaType, configType) => {
    const image = buildImage({ seed: 'a', layers: 3, dockerTypes });

    const read = readManifest(image.manifest.bytes, image.manifest.mediaType);

    expect(read).toMatchObject({
      kind: 'image',
      mediaType,
      config: { mediaType: configType, digest: digestOf(image.config.bytes), size: image.config.bytes.length },
      layers: image.layers.map(({ bytes }) => ({ digest: digestOf(bytes), size: bytes.length })),
    });
    expect(image.layers).toHaveLength(3);
  });

  test('the config names the platform and what every layer unpacks to', () => {
    const image = buildImage({ seed: 'a', platform: ARM64 });

    const config: unknown = JSON.parse(Buffer.from(image.config.bytes).toString());

    expect(config).toMatchObject({
      ...ARM64,
      rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
    });
  });

  test('takes the layers of another image', () => {
    const base = buildImage({ seed: 'base' });

    const image = buildImage({ seed: 'a', layers: base.layers });

    expect(image.layers).toEqual(base.layers);
  });

  test('makes layers as long as they are wanted', () => {
    const [small, large] = [buildImage({ seed: 'a', layerSize: 10 }), buildImage({ seed: 'a', layerSize: 10_000 })];

    expect(large.layers[0]?.size).toBeGreaterThan((small.layers[0]?.size ?? 0) + 9000);
  });
});

describe('buildIndex', () => {
  const amd64 = buildImage({ seed: 'amd64' });
  const arm64 = buildImage({ seed: 'arm64', platform: ARM64 });

  test('lists its children with their platforms', () => {
    const index = buildIndex([amd64, arm64]);

    const read = readManifest(index.manifest.bytes, index.manifest.mediaType);

    expect(read).toMatchObject({
      kind: 'index',
      manifests: [
        { digest: amd64.manifest.digest, size: amd64.manifest.size, platform: { architecture: 'amd64' } },
        { digest: arm64.manifest.digest, size: arm64.manifest.size, platform: ARM64 },
      ],
    });
  });

  test.each([
    ['names its type in the body', {}, true, 'application/vnd.oci.image.index.v1+json'],
    ['leaves it out where told to', { mediaType: false }, false, 'application/vnd.oci.image.index.v1+json'],
    [
      'is a Docker list where told to',
      { docker: true },
      true,
      'application/vnd.docker.distribution.manifest.list.v2+json',
    ],
  ])('%s', (_claim, options, named, mediaType) => {
    const { manifest } = buildIndex([amd64], options);

    const body = JSON.parse(Buffer.from(manifest.bytes).toString()) as { readonly mediaType?: string };

    expect(manifest.mediaType).toBe(mediaType);
    expect(body.mediaType).toBe(named ? mediaType : undefined);
  });

  test('may be empty', () => {
    const { manifest } = buildIndex([]);

    expect(readManifest(manifest.bytes, manifest.mediaType)).toMatchObject({ kind: 'index', manifests: [] });
  });

  test('an attestation is listed with no platform and with what it speaks of', () => {
    const { manifest } = buildIndex([amd64, buildAttestation(amd64)]);

    const { manifests } = JSON.parse(Buffer.from(manifest.bytes).toString()) as { readonly manifests: unknown[] };

    expect(manifests[1]).toMatchObject({
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': amd64.manifest.digest,
      },
    });
  });
});

describe('allContent', () => {
  const base = buildImage({ seed: 'base' });
  const sibling = buildImage({ seed: 'sibling', layers: base.layers, platform: ARM64 });
  const inner = buildIndex([base, sibling]);
  const outer = buildIndex([inner, base]);

  test('lists shared content once', () => {
    const { blobs, manifests } = allContent(outer);

    expect(blobs).toHaveLength(4);
    expect(manifests).toHaveLength(4);
  });

  test('lists children before what refers to them', () => {
    const digests = allContent(outer).manifests.map(({ digest }) => digest);

    expect(digests).toEqual([base, sibling, inner, outer].map((node: Image | Index) => node.manifest.digest));
  });
});
