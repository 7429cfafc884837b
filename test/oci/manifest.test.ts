import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  isBlobDescriptor,
  isForeignLayer,
  readManifest,
  type Descriptor,
  type Manifest,
} from '../../src/oci/manifest.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, MANIFEST_TYPES, OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';
const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const HELM = 'application/vnd.cncf.helm.manifest.v9+json';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const CONFIG = { mediaType: CONFIG_TYPE, digest: DIGEST, size: 7 };
const LAYER = { mediaType: LAYER_TYPE, digest: `sha256:${'b'.repeat(64)}`, size: 42 };
const CHILD = {
  mediaType: OCI_MANIFEST,
  digest: `sha256:${'c'.repeat(64)}`,
  size: 9,
  platform: { os: 'linux', architecture: 'amd64' },
};
const IMAGE = { schemaVersion: 2, config: CONFIG, layers: [LAYER] };
const INDEX = { schemaVersion: 2, manifests: [CHILD] };

describe('readManifest', () => {
  test.each<[string, unknown, string, Manifest]>([
    ['an image', IMAGE, OCI_MANIFEST, image(OCI_MANIFEST)],
    ['a Docker image', { ...IMAGE, mediaType: DOCKER_MANIFEST }, DOCKER_MANIFEST, image(DOCKER_MANIFEST)],
    ['an index', INDEX, OCI_INDEX, index(OCI_INDEX)],
    ['a Docker manifest list', { ...INDEX, mediaType: DOCKER_LIST }, DOCKER_LIST, index(DOCKER_LIST)],
    ['a content type with a charset', INDEX, `${OCI_INDEX}; charset=utf-8`, index(OCI_INDEX)],
    ['a content type in upper case', IMAGE, OCI_MANIFEST.toUpperCase(), image(OCI_MANIFEST)],
    ['an index without any type', INDEX, '', index(OCI_INDEX)],
    ['an image without any type', IMAGE, '', image(OCI_MANIFEST)],
    ['an image without a type in the body, served as JSON', IMAGE, 'application/json', image(OCI_MANIFEST)],
    ['an index typed in the body alone', { ...INDEX, mediaType: DOCKER_LIST }, 'application/json', index(DOCKER_LIST)],
    ['an index that is served as an image', INDEX, OCI_MANIFEST, index(OCI_MANIFEST)],
    ['an index that says in its body to be an image', { ...INDEX, mediaType: OCI_MANIFEST }, '', index(OCI_MANIFEST)],
    ['a type in the body that is no text', { ...INDEX, mediaType: 5 }, '', index(OCI_INDEX)],
    ['an empty index', { manifests: [] }, OCI_INDEX, index(OCI_INDEX, [])],
    ['an index with null for its manifests', { manifests: null }, OCI_INDEX, index(OCI_INDEX, [])],
    ['an image with null for its layers', { ...IMAGE, layers: null }, OCI_MANIFEST, image(OCI_MANIFEST, [])],
    ['an image without layers', { ...IMAGE, layers: [] }, OCI_MANIFEST, image(OCI_MANIFEST, [])],
    [
      'fields of no interest',
      { ...IMAGE, annotations: { a: 1 }, subject: null, x: [[]] },
      OCI_MANIFEST,
      image(OCI_MANIFEST),
    ],
    ['a future type by its known shape', { ...INDEX, mediaType: HELM }, '', index(HELM)],
  ])('reads %s', (_, body, contentType, expected) => {
    const manifest = readManifest(bytesOf(body), contentType);

    expect(manifest).toEqual(expected);
  });

  test.each<[string, unknown, string, string]>([
    ['schema 1 by its content type', { schemaVersion: 1, fsLayers: [] }, SCHEMA_1, SCHEMA_1],
    ['schema 1 by its content type, with a body that is none', 'no JSON', SCHEMA_1, SCHEMA_1],
    ['schema 1 with the fields of an image', IMAGE, `${SCHEMA_1}; charset=utf-8`, SCHEMA_1],
    ['schema 1 by its body, with the fields of an image', { ...IMAGE, mediaType: SCHEMA_1 }, '', SCHEMA_1],
    ['schema 1 by its body', { mediaType: SCHEMA_1, fsLayers: [] }, 'application/json', SCHEMA_1],
    ['a future type by its content type', { blobs: [] }, HELM, HELM],
    ['a future type by its content type, with a body that is none', 'no JSON', HELM, HELM],
    ['a future type by its body', { mediaType: HELM, blobs: [] }, '', HELM],
    ['a future type with the fields of both kinds', { ...IMAGE, ...INDEX, mediaType: HELM }, '', HELM],
  ])('leaves alone %s', (_, body, contentType, mediaType) => {
    const manifest = readManifest(bytesOf(body), contentType);

    expect(manifest).toEqual({ kind: 'unsupported', mediaType });
  });

  const noShape = 'neither a list of manifests nor a config with layers';
  test.each<[string, unknown, string, string]>([
    ['an empty body', '', OCI_MANIFEST, 'the body is not JSON'],
    ['a body cut short', '{"schemaVersion":2,"manifests":[', OCI_INDEX, 'the body is not JSON'],
    ['zero bytes', '\0\0\0\0', OCI_MANIFEST, 'the body is not JSON'],
    ['HTML without a type', '<html></html>', '', 'the body is not JSON'],
    [
      'a byte order mark, which container engines refuse',
      `\uFEFF${JSON.stringify(IMAGE)}`,
      OCI_MANIFEST,
      'the body is not JSON',
    ],
    ['two documents', '{}{}', 'application/json', 'the body is not JSON'],
    ['a list', [CHILD], OCI_INDEX, noShape],
    ['null', null, OCI_MANIFEST, noShape],
    ['a number', 5, OCI_MANIFEST, noShape],
    ['a string', '"manifests"', OCI_MANIFEST, noShape],
    ['an empty object', {}, OCI_MANIFEST, noShape],
    ['an error of a registry', { errors: [{ code: 'UNKNOWN' }] }, 'application/json', noShape],
    ['manifests that are an object', { manifests: { 0: CHILD } }, OCI_INDEX, noShape],
    ['manifests that are text', { manifests: DIGEST }, OCI_INDEX, noShape],
    ['a null among the manifests', { manifests: [CHILD, null] }, OCI_INDEX, noShape],
    ['a child without a digest', { manifests: [{ mediaType: OCI_MANIFEST, size: 5 }] }, OCI_INDEX, noShape],
    ['a child whose digest is a number', { manifests: [{ ...CHILD, digest: 5 }] }, OCI_INDEX, noShape],
    ['a child whose digest is a path', { manifests: [{ ...CHILD, digest: '../../secret' }] }, OCI_INDEX, noShape],
    ['a child whose digest is too short', { manifests: [{ ...CHILD, digest: 'sha256:abc' }] }, OCI_INDEX, noShape],
    ['a child whose type is a number', { manifests: [{ ...CHILD, mediaType: 5 }] }, OCI_INDEX, noShape],
    ['an image without layers and without their name', { config: CONFIG }, OCI_MANIFEST, noShape],
    ['an image without a config', { layers: [LAYER] }, OCI_MANIFEST, noShape],
    ['an image with null for its config', { ...IMAGE, config: null }, OCI_MANIFEST, noShape],
    ['an image that is served as an index', IMAGE, OCI_INDEX, noShape],
    ['a digest on __proto__ alone', '{"config":{"__proto__":{"digest":"x"}},"layers":[]}', OCI_MANIFEST, noShape],
    ['an index and an image in one', { ...IMAGE, ...INDEX }, OCI_MANIFEST, 'an index and an image in one'],
    ['an empty index and an image in one', { ...IMAGE, manifests: null }, OCI_INDEX, 'an index and an image in one'],
    ['an index with layers', { ...INDEX, layers: [] }, '', 'an index and an image in one'],
  ])('finds invalid: %s', (_, body, contentType, problem) => {
    const manifest = readManifest(bytesOf(body), contentType);

    expect(manifest).toEqual({ kind: 'invalid', problem });
  });

  test.each<[string, unknown, number | null]>([
    ['is a number', 42, 42],
    ['is zero', 0, 0],
    ['is as large as numbers are exact', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['is absent', undefined, null],
    ['is null', null, null],
    ['is negative', -1, null],
    ['is text', '42', null],
    ['is a fraction', 1.5, null],
    ['is larger than numbers are exact', 2 ** 60, null],
    ['is an object', {}, null],
  ])('a size that %s is read as %s', (_, size, expected) => {
    const manifest = readManifest(bytesOf({ config: { ...CONFIG, size }, layers: [] }), OCI_MANIFEST);

    expect(manifest).toHaveProperty('config.size', expected);
  });

  test.each<[string, object, object]>([
    ['no media type', { digest: DIGEST, size: 1 }, { mediaType: '', digest: DIGEST, size: 1 }],
    ['null for a media type', { mediaType: null, digest: DIGEST, size: 1 }, { mediaType: '', digest: DIGEST, size: 1 }],
    [
      'a digest by sha512',
      { ...LAYER, digest: `sha512:${'d'.repeat(128)}` },
      { ...LAYER, digest: `sha512:${'d'.repeat(128)}` },
    ],
    ['a digest by blake3', { ...LAYER, digest: 'blake3:abc' }, { ...LAYER, digest: 'blake3:abc' }],
    ['other places', { ...LAYER, urls: ['https://example.com/l'] }, { ...LAYER, urls: ['https://example.com/l'] }],
    ['other places that are nonsense', { ...LAYER, urls: 'https://example.com/l' }, LAYER],
    ['null for a platform', { ...LAYER, platform: null }, LAYER],
    ['a platform that names no architecture', { ...LAYER, platform: { os: 'linux' } }, LAYER],
    ['a platform with more fields', { ...CHILD, platform: { ...CHILD.platform, 'os.version': '10' } }, CHILD],
    ['annotations', { ...LAYER, annotations: { a: 'b' }, data: 'e30=' }, LAYER],
  ])('a descriptor with %s is read', (_, descriptor, expected) => {
    const manifest = readManifest(bytesOf({ manifests: [descriptor] }), OCI_INDEX);

    expect(manifest).toEqual({ kind: 'index', mediaType: OCI_INDEX, manifests: [expected] });
  });

  test('of a name that is repeated, the last value counts, as for the container engines', () => {
    const text = `{"manifests":[],"manifests":${JSON.stringify([CHILD])}}`;

    const manifest = readManifest(bytesOf(text), OCI_INDEX);

    expect(manifest).toEqual(index(OCI_INDEX));
  });

  test('bytes in an annotation that are no UTF-8 do not make an image invalid, which container engines pull', () => {
    const [before, after] = JSON.stringify({ ...IMAGE, annotations: { a: '#' } }).split('#');
    const bytes = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xff, 0xfe]), Buffer.from(after ?? '')]);

    const manifest = readManifest(bytes, OCI_MANIFEST);

    expect(manifest).toEqual(image(OCI_MANIFEST));
  });

  test('an index that BuildKit keeps its cache in is an index of blobs', () => {
    const cacheConfig = { mediaType: 'application/vnd.buildkit.cacheconfig.v0', digest: DIGEST, size: 5 };

    const manifest = readManifest(bytesOf({ schemaVersion: 2, manifests: [LAYER, cacheConfig] }), OCI_INDEX);

    expect(manifest).toEqual(index(OCI_INDEX, [LAYER, cacheConfig]));
    expect([LAYER, cacheConfig, CHILD].map(isBlobDescriptor)).toEqual([true, true, false]);
  });

  test('deep nesting does not make it throw', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    const kinds = [deep, `{"manifests":${deep}}`, '['.repeat(1_000_000)].map(
      (text) => readManifest(bytesOf(text), OCI_INDEX).kind,
    );

    expect(kinds).toEqual(['invalid', 'invalid', 'invalid']);
  });

  test('no bytes and no content type make it throw', () => {
    const contentType = fc.oneof(fc.constantFrom(...MANIFEST_TYPES, SCHEMA_1, 'application/json', ''), fc.string());

    const bytes = fc.oneof(fc.uint8Array(), fc.json().map(bytesOf));

    fc.assert(
      fc.property(bytes, contentType, (body, type) => {
        expect(['index', 'image', 'unsupported', 'invalid']).toContain(readManifest(body, type).kind);
      }),
    );
  });

  test('no fields make it throw, and every digest that it hands on is one', () => {
    const odd = fc.oneof(
      { maxDepth: 2 },
      fc.jsonValue(),
      fc.constantFrom(DIGEST, LAYER, [LAYER], [CHILD, null], OCI_INDEX),
    );
    const names = ['schemaVersion', 'mediaType', 'manifests', 'config', 'layers'];
    const body = fc.dictionary(fc.constantFrom(...names), odd);

    fc.assert(
      fc.property(body, fc.constantFrom(...MANIFEST_TYPES, ''), (fields, type) => {
        const manifest = readManifest(bytesOf(fields), type);

        for (const { digest, size } of descriptorsOf(manifest)) {
          expect(digest).toMatch(/^[a-z0-9+._-]+:[a-zA-Z0-9=_-]+$/);
          expect(size === null || (Number.isSafeInteger(size) && size >= 0)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('isForeignLayer', () => {
  test.each<[string, Partial<Descriptor>, boolean]>([
    ['an ordinary layer', {}, false],
    ['a layer with an empty list of places', { urls: [] }, false],
    ['a layer with another place', { urls: ['https://example.com/layer'] }, true],
    ['a foreign layer', { mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }, true],
    ['a layer not for distribution', { mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar' }, true],
  ])('%s: %s', (_, change, expected) => {
    const foreign = isForeignLayer({ ...LAYER, ...change });

    expect(foreign).toBe(expected);
  });
});

function image(mediaType: string, layers: readonly Descriptor[] = [LAYER]): Manifest {
  return { kind: 'image', mediaType, config: CONFIG, layers };
}

function index(mediaType: string, manifests: readonly Descriptor[] = [CHILD]): Manifest {
  return { kind: 'index', mediaType, manifests };
}

/** Text as it is, anything else as JSON. */
function bytesOf(body: unknown): Uint8Array {
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

function descriptorsOf(manifest: Manifest): readonly Descriptor[] {
  if (manifest.kind === 'index') return manifest.manifests;
  return manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : [];
}
