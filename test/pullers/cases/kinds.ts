import { zstdCompressSync } from 'node:zlib';

import { buildAttestation, buildImage, buildIndex } from '../../../src/demo/content.ts';
import { layerArchive } from '../../../src/demo/layer-archive.ts';
import { rawLayer } from '../../../src/demo/layer.ts';
import { noise } from '../../../src/demo/noise.ts';
import { seal, sealJson } from '../../../src/demo/sealed.ts';
import { digestOf } from '../../../src/oci/digest.ts';
import { OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import {
  contentsOf,
  type Contents,
  descriptorOf,
  edited,
  editedIndex,
  handmade,
} from '../../support/pullers/contents.ts';
import { ALL } from '../odd-case.ts';

const ARM64 = { os: 'linux', architecture: 'arm64' };
/** No image: Docker has nothing to unpack it with. */
const NO_IMAGE = 'c2+ c1+ D- S+ C+';

/** What people push, undamaged: nothing of it is a finding. */
export interface Kind {
  readonly title: string;
  readonly tag: string;
  readonly contents: Contents;
  readonly pullers: string;
  /** What the probe says; default `sound`. */
  readonly probe?: string;
}

const amd64 = buildImage({ seed: 'kinds/index/amd64' });
const arm64 = buildImage({ seed: 'kinds/index/arm64', platform: ARM64 });
const EMPTY = seal('application/vnd.oci.empty.v1+json', new TextEncoder().encode('{}'));

function zstd(): Contents {
  const { tar } = layerArchive('opt/data.bin', noise('kinds/zstd', 300));
  const packed = rawLayer(zstdCompressSync(tar), 'application/vnd.oci.image.layer.v1.tar+zstd');
  return contentsOf(buildImage({ seed: 'kinds/zstd', layers: [{ ...packed, diffId: digestOf(tar) }] }));
}

function plainTar(): Contents {
  const { tar } = layerArchive('opt/data.bin', noise('kinds/tar', 300));
  return contentsOf(
    buildImage({ seed: 'kinds/tar', layers: [rawLayer(tar, 'application/vnd.oci.image.layer.v1.tar')] }),
  );
}

function chart(): Contents {
  const config = sealJson('application/vnd.cncf.helm.config.v1+json', {
    name: 'example',
    version: '1.0.0',
    apiVersion: 'v2',
  });
  const archive = seal('application/vnd.cncf.helm.chart.content.v1.tar+gzip', noise('kinds/chart', 400));
  return artifact({ config: descriptorOf(config), layers: [descriptorOf(archive)] }, [config, archive]);
}

function sbom(): Contents {
  const bill = sealJson('application/spdx+json', { spdxVersion: 'SPDX-2.3' });
  const artifactType = 'application/spdx+json';
  return artifact({ artifactType, config: descriptorOf(EMPTY), layers: [descriptorOf(bill)] }, [EMPTY, bill]);
}

function artifact(document: object, blobs: Contents['blobs']): Contents {
  return handmade(OCI_MANIFEST, { schemaVersion: 2, mediaType: OCI_MANIFEST, ...document }, blobs);
}

export const KINDS: readonly Kind[] = [
  { title: 'a single image', tag: 'single', contents: contentsOf(buildImage({ seed: 'kinds/single' })), pullers: ALL },
  {
    title: 'an image of Docker',
    tag: 'docker',
    contents: contentsOf(buildImage({ seed: 'kinds/docker', dockerTypes: true })),
    pullers: ALL,
  },
  { title: 'an index', tag: 'index', contents: contentsOf(buildIndex([amd64, arm64])), pullers: ALL },
  {
    title: 'a manifest list of Docker',
    tag: 'list',
    contents: contentsOf(
      buildIndex(
        [
          buildImage({ seed: 'kinds/list/amd64', dockerTypes: true }),
          buildImage({ seed: 'kinds/list/arm64', dockerTypes: true, platform: ARM64 }),
        ],
        { docker: true },
      ),
    ),
    pullers: ALL,
  },
  {
    title: 'an index with attestations',
    tag: 'attested',
    contents: contentsOf(buildIndex([amd64, buildAttestation(amd64)])),
    pullers: ALL,
  },
  {
    title: 'an index of indexes',
    tag: 'nested',
    contents: contentsOf(buildIndex([buildIndex([amd64, arm64])])),
    pullers: 'c2+ c1+ D- S- C+',
  },
  {
    title: 'an index without children',
    tag: 'empty',
    contents: contentsOf(buildIndex([])),
    pullers: 'c2+ c1+ D- S+ C-',
  },
  {
    title: 'an index that does not say what it is',
    tag: 'no-type',
    contents: contentsOf(buildIndex([amd64, arm64], { mediaType: false })),
    pullers: ALL,
  },
  {
    title: 'an image that does not say what it is',
    tag: 'image-no-type',
    contents: edited('kinds/no-type', (document) => ({ ...document, mediaType: undefined })),
    pullers: ALL,
  },
  {
    title: 'a manifest with keys and annotations of its own',
    tag: 'annotated',
    contents: edited('kinds/annotated', (document) => ({
      ...document,
      annotations: { 'com.example.note': 'ä' },
      'com.example': { anything: [1, 2.5, null] },
    })),
    pullers: ALL,
  },
  {
    title: 'an index whose children say nothing of a platform',
    tag: 'no-platform',
    contents: editedIndex('kinds/no-platform', (document) => ({
      ...document,
      manifests: (document['manifests'] as readonly object[]).map((child) => ({ ...child, platform: undefined })),
    })),
    pullers: NO_IMAGE,
  },
  { title: 'a layer packed by zstd', tag: 'zstd', contents: zstd(), pullers: 'c2+ c1+ D- S+ C+' },
  { title: 'a layer that is not packed', tag: 'tar', contents: plainTar(), pullers: ALL },
  {
    title: 'an image without layers',
    tag: 'no-layers',
    contents: contentsOf(buildImage({ seed: 'kinds/no-layers', layers: 0 })),
    pullers: ALL,
  },
  {
    title: 'a layer twice in one image',
    tag: 'twice',
    contents: contentsOf(buildImage({ seed: 'kinds/twice', layers: [...amd64.layers, ...amd64.layers] })),
    pullers: ALL,
  },
  { title: 'a chart of Helm', tag: 'chart', contents: chart(), pullers: NO_IMAGE },
  { title: 'a bill of materials', tag: 'sbom', contents: sbom(), pullers: NO_IMAGE },
];
