import { describe, expect, test } from 'vitest';

import { isImageConfigType, isLayerType, unpackingOf, type Unpacking } from '../../src/oci/layer-types.ts';

const OCI = 'application/vnd.oci.image.layer.v1.tar';
const DOCKER = 'application/vnd.docker.image.rootfs.diff.tar';

describe('a layer of a type', () => {
  test.each<[string, Unpacking]>([
    [OCI, 'plain'],
    [`${OCI}+gzip`, 'detect'],
    [`${OCI}+zstd`, 'detect'],
    [`${OCI}+bzip2`, 'plain'],
    [`${OCI}+gzip+encrypted`, 'encrypted'],
    [`${OCI}+encrypted`, 'encrypted'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'detect'],
    ['application/vnd.oci.image.layer.v1.squashfs', 'none'],
    [DOCKER, 'detect'],
    [`${DOCKER}.gzip`, 'detect'],
    [`${DOCKER}.zstd`, 'detect'],
    [`${DOCKER}.gzip+other`, 'plain'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'detect'],
  ])('%s is unpacked so: %s', (mediaType, unpacking) => {
    expect([isLayerType(mediaType), unpackingOf(mediaType)]).toEqual([true, unpacking]);
  });

  test.each([
    'application/vnd.in-toto+json',
    'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.diff.tar.bzip2',
    'application/vnd.oci.empty.v1+json',
    '',
  ])('%j is none to a node', (mediaType) => {
    expect(isLayerType(mediaType)).toBe(false);
  });
});

describe('isImageConfigType', () => {
  test.each([
    ['application/vnd.oci.image.config.v1+json', true],
    ['application/vnd.docker.container.image.v1+json', true],
    ['application/vnd.cncf.helm.config.v1+json', false],
    ['application/vnd.oci.empty.v1+json', false],
    ['application/vnd.oci.image.config.v1+json; charset=utf-8', false],
  ])('%s is %s', (mediaType, expected) => {
    expect(isImageConfigType(mediaType)).toBe(expected);
  });
});
