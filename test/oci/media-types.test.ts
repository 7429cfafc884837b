import { describe, expect, test } from 'vitest';

import {
  baseMediaType,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  isBlobType,
  isForeignType,
  isIndexType,
  isManifestType,
  isSchema1Type,
  MANIFEST_ACCEPT,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../../src/oci/media-types.ts';

describe('MANIFEST_ACCEPT', () => {
  test('names each of the four manifest types, and no wildcard', () => {
    const types = MANIFEST_ACCEPT.split(', ');

    expect(types.toSorted()).toEqual([OCI_INDEX, OCI_MANIFEST, DOCKER_LIST, DOCKER_MANIFEST].toSorted());
  });
});

describe('baseMediaType', () => {
  test.each([
    ['application/json', 'application/json'],
    ['application/json; charset=utf-8', 'application/json'],
    [`${OCI_INDEX};charset=utf-8`, OCI_INDEX],
    [' Application/Vnd.OCI.Image.Manifest.v1+JSON ; q=1; a="b;c"', OCI_MANIFEST],
    ['text/html', 'text/html'],
    [';', ''],
    ['', ''],
  ])('%j is %j', (header, expected) => {
    const type = baseMediaType(header);

    expect(type).toBe(expected);
  });
});

describe('the kind of a media type', () => {
  type Kind = 'index' | 'image' | 'schema 1' | 'blob' | 'foreign blob' | 'other';

  test.each<[string, Kind]>([
    [OCI_INDEX, 'index'],
    [DOCKER_LIST, 'index'],
    [OCI_MANIFEST, 'image'],
    [DOCKER_MANIFEST, 'image'],
    ['application/vnd.docker.distribution.manifest.v1+json', 'schema 1'],
    ['application/vnd.docker.distribution.manifest.v1+prettyjws', 'schema 1'],
    ['application/vnd.oci.image.layer.v1.tar', 'blob'],
    ['application/vnd.oci.image.layer.v1.tar+gzip', 'blob'],
    ['application/vnd.oci.image.layer.v1.tar+zstd', 'blob'],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', 'blob'],
    ['application/vnd.oci.image.config.v1+json', 'blob'],
    ['application/vnd.docker.container.image.v1+json', 'blob'],
    ['application/vnd.buildkit.cacheconfig.v0', 'blob'],
    ['application/octet-stream', 'blob'],
    ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'foreign blob'],
    ['application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', 'foreign blob'],
    ['application/vnd.cncf.helm.config.v1+json', 'other'],
    ['application/vnd.oci.artifact.manifest.v1+json', 'other'],
    ['application/vnd.docker.distribution.manifest.v1+jsonx', 'other'],
    ['application/json', 'other'],
    ['text/html', 'other'],
    ['', 'other'],
  ])('%j is: %s', (type, kind) => {
    const kinds = {
      index: isIndexType(type),
      manifest: isManifestType(type),
      schema1: isSchema1Type(type),
      blob: isBlobType(type),
      foreign: isForeignType(type),
    };

    expect(kinds).toEqual({
      index: kind === 'index',
      manifest: kind === 'index' || kind === 'image',
      schema1: kind === 'schema 1',
      blob: kind === 'blob' || kind === 'foreign blob',
      foreign: kind === 'foreign blob',
    });
  });
});
