import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isBlobDescriptor, type Descriptor } from '../../src/oci/descriptor.ts';
import { disagreement, readManifest, type Manifest, type ReadableManifest } from '../../src/oci/manifest.ts';
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
/** https://github.com/opencontainers/image-spec/blob/v1.1.0/manifest.md#guidance-for-an-empty-descriptor */
const EMPTY = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
  data: 'e30=',
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
    ['an index that is served as an image', INDEX, OCI_MANIFEST, index(OCI_INDEX)],
    ['an image that is served as an index', IMAGE, OCI_INDEX, image(OCI_MANIFEST)],
    ['an index served as what is no type of a manifest', INDEX, 'application/octet-stream', index(OCI_INDEX)],
    [
      'a list served as text, typed in the body',
      { ...INDEX, mediaType: DOCKER_LIST },
      'text/plain',
      index(DOCKER_LIST),
    ],
    ['an image by its own word, served as a chart', { ...IMAGE, mediaType: OCI_MANIFEST }, HELM, image(OCI_MANIFEST)],
    ['an index with its list left out', { schemaVersion: 2 }, OCI_INDEX, index(OCI_INDEX, [])],
    ['an index by the type in its body alone', { mediaType: OCI_INDEX }, '', index(OCI_INDEX, [])],
    [
      'null in the place of anything',
      { ...INDEX, mediaType: null, schemaVersion: null, annotations: null, subject: null },
      OCI_INDEX,
      index(OCI_INDEX),
    ],
    ['keys in any case', { SCHEMAVERSION: 2, mediatype: OCI_INDEX, Manifests: [CHILD] }, OCI_INDEX, index(OCI_INDEX)],
    ['an empty index', { manifests: [] }, OCI_INDEX, index(OCI_INDEX, [])],
    ['an index with null for its manifests', { manifests: null }, OCI_INDEX, index(OCI_INDEX, [])],
    ['an image with null for its layers', { ...IMAGE, layers: null }, OCI_MANIFEST, image(OCI_MANIFEST, [])],
    ['an image without layers', { ...IMAGE, layers: [] }, OCI_MANIFEST, image(OCI_MANIFEST, [])],
    ['an image without layers and without their name', { config: CONFIG }, OCI_MANIFEST, image(OCI_MANIFEST, [])],
    ['the history of schema 1, which only some mind', { ...IMAGE, history: [{}] }, OCI_MANIFEST, image(OCI_MANIFEST)],
    ['an annotation that is null', { ...IMAGE, annotations: { a: null } }, OCI_MANIFEST, image(OCI_MANIFEST)],
    ['fields that no specification has', { ...IMAGE, x: [[{ y: 1e9 }]] }, OCI_MANIFEST, image(OCI_MANIFEST)],
    ['a type with a space before its parameters', INDEX, `${OCI_INDEX} ; charset=utf-8`, index(OCI_INDEX)],
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
    ['a future type by its body, with the fields of an image', { ...IMAGE, mediaType: HELM }, '', HELM],
    [
      'schema 1 by its fields, served as JSON',
      { schemaVersion: 1, fsLayers: [] },
      'application/json',
      'application/vnd.docker.distribution.manifest.v1+json',
    ],
    ['a future type with the fields of both kinds', { ...IMAGE, ...INDEX, mediaType: HELM }, '', HELM],
  ])('leaves alone %s', (_, body, contentType, mediaType) => {
    const manifest = readManifest(bytesOf(body), contentType);

    expect(manifest).toEqual({ kind: 'unsupported', mediaType });
  });

  const noShape = 'neither a list of manifests nor a config with layers';
  const both = 'an index and an image in one';
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
    ['a list', [CHILD], OCI_INDEX, 'the body is a list where an object belongs'],
    ['null', null, OCI_MANIFEST, 'config has no digest'],
    ['a number', 5, OCI_MANIFEST, 'the body is a number where an object belongs'],
    ['a string', '"manifests"', OCI_MANIFEST, 'the body is text where an object belongs'],
    ['an empty object without a type', {}, '', noShape],
    ['an empty object', {}, OCI_MANIFEST, 'config has no digest'],
    ['an error of a registry', { errors: [{ code: 'UNKNOWN' }] }, 'application/json', noShape],
    [
      'manifests that are an object',
      { manifests: { 0: CHILD } },
      OCI_INDEX,
      'manifests is an object where a list belongs',
    ],
    ['manifests that are text', { manifests: DIGEST }, OCI_INDEX, 'manifests is text where a list belongs'],
    ['a null among the manifests', { manifests: [CHILD, null] }, OCI_INDEX, 'manifests[1] has no digest'],
    [
      'a child without a digest',
      { manifests: [{ mediaType: OCI_MANIFEST, size: 5 }] },
      OCI_INDEX,
      'manifests[0] has no digest',
    ],
    [
      'a child whose digest is a number',
      { manifests: [{ ...CHILD, digest: 5 }] },
      OCI_INDEX,
      'manifests[0].digest is a number where text belongs',
    ],
    [
      'a child whose digest is a path',
      { manifests: [{ ...CHILD, digest: '../../secret' }] },
      OCI_INDEX,
      'manifests[0] has a digest that is none',
    ],
    [
      'a child whose digest is too short',
      { manifests: [{ ...CHILD, digest: 'sha256:abc' }] },
      OCI_INDEX,
      'manifests[0] has a digest that is none',
    ],
    [
      'a child whose type is a number',
      { manifests: [{ ...CHILD, mediaType: 5 }] },
      OCI_INDEX,
      'manifests[0].mediaType is a number where text belongs',
    ],
    ['an image without a config', { layers: [LAYER] }, OCI_MANIFEST, 'config has no digest'],
    ['an image with null for its config', { ...IMAGE, config: null }, OCI_MANIFEST, 'config has no digest'],
    [
      'a digest on __proto__ alone',
      '{"config":{"__proto__":{"digest":"x"}},"layers":[]}',
      OCI_MANIFEST,
      'config has no digest',
    ],
    ['an index and an image in one', { ...IMAGE, ...INDEX }, OCI_MANIFEST, both],
    ['an empty index and an image in one', { ...IMAGE, manifests: null }, OCI_INDEX, both],
    ['an index with layers', { ...INDEX, layers: [] }, '', both],
    ['an index that says in its body to be an image', { ...INDEX, mediaType: OCI_MANIFEST }, '', both],
    ['an image that says in its body to be an index', { ...IMAGE, mediaType: DOCKER_LIST }, DOCKER_LIST, both],
    ['a type in the body that is no text', { ...INDEX, mediaType: 5 }, '', 'mediaType is a number where text belongs'],
    [
      'a version that is text',
      { ...IMAGE, schemaVersion: '2' },
      OCI_MANIFEST,
      'schemaVersion is text where a whole number belongs',
    ],
    [
      'an annotation that is a number',
      { ...IMAGE, annotations: { a: 1 } },
      OCI_MANIFEST,
      'annotations.a is a number where text belongs',
    ],
    [
      'an annotation of a layer that is a list',
      { ...IMAGE, layers: [{ ...LAYER, annotations: { a: [] } }] },
      OCI_MANIFEST,
      'layers[0].annotations.a is a list where text belongs',
    ],
    [
      'annotations that are a list',
      { ...INDEX, annotations: [] },
      OCI_INDEX,
      'annotations is a list where an object belongs',
    ],
    ['a subject that is text', { ...IMAGE, subject: DIGEST }, OCI_MANIFEST, 'subject is text where an object belongs'],
    [
      'an artifact type that is a number',
      { ...IMAGE, artifactType: 1 },
      OCI_MANIFEST,
      'artifactType is a number where text belongs',
    ],
    [
      'a platform that is text',
      { manifests: [{ ...CHILD, platform: 'linux/amd64' }] },
      OCI_INDEX,
      'manifests[0].platform is text where an object belongs',
    ],
    [
      'features of a system that are text',
      { manifests: [{ ...CHILD, platform: { ...CHILD.platform, 'os.features': 'win32k' } }] },
      OCI_INDEX,
      'manifests[0].platform.os.features is text where a list belongs',
    ],
    [
      'places that are text',
      { manifests: [{ ...CHILD, urls: 'https://x' }] },
      OCI_INDEX,
      'manifests[0].urls is text where a list belongs',
    ],
    [
      'data that is no base64',
      { ...IMAGE, config: { ...CONFIG, data: '?' } },
      OCI_MANIFEST,
      'config.data is text where base64 belongs',
    ],
    [
      'data that is something else',
      { ...IMAGE, config: { ...CONFIG, size: 2, data: 'e30=' } },
      OCI_MANIFEST,
      'config carries data that does not hash to its digest',
    ],
    [
      'the layers of schema 1 in an image',
      { ...IMAGE, fsLayers: [] },
      OCI_MANIFEST,
      'fsLayers: the layers of schema 1, which nodes refuse',
    ],
    [
      'a size that is text',
      { ...IMAGE, layers: [{ ...LAYER, size: '42' }] },
      OCI_MANIFEST,
      'layers[0].size is text where a whole number belongs',
    ],
    [
      'a size with a fraction',
      '{"config":{"digest":"' + DIGEST + '","size":7.0}}',
      OCI_MANIFEST,
      'config.size is a number where a whole number of 64 bits belongs',
    ],
    [
      'a size with an exponent',
      '{"config":{"digest":"' + DIGEST + '","size":7e0}}',
      OCI_MANIFEST,
      'config.size is a number where a whole number of 64 bits belongs',
    ],
    [
      'a size that no machine word holds',
      '{"config":{"digest":"' + DIGEST + '","size":9223372036854775808}}',
      OCI_MANIFEST,
      'config.size is a number where a whole number of 64 bits belongs',
    ],
    [
      'a size that is negative',
      { ...IMAGE, config: { ...CONFIG, size: -1 } },
      OCI_MANIFEST,
      'config has a negative size',
    ],
  ])('finds invalid: %s', (_, body, contentType, problem) => {
    const manifest = readManifest(bytesOf(body), contentType);

    expect(manifest).toEqual({ kind: 'invalid', problem });
  });

  test.each<[string, unknown, number]>([
    ['is a number', 42, 42],
    ['is zero', 0, 0],
    ['is as large as numbers are exact', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ['is larger than numbers are exact', 2 ** 60, 2 ** 60],
    ['is left out', undefined, 0],
    ['is null', null, 0],
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
    ['null for other places', { ...LAYER, urls: null }, LAYER],
    ['its own content', EMPTY, { mediaType: EMPTY.mediaType, digest: EMPTY.digest, size: 2, embedded: true }],
    ['null for a platform', { ...LAYER, platform: null }, LAYER],
    ['a platform that names no architecture', { ...LAYER, platform: { os: 'linux' } }, LAYER],
    ['a platform with more fields', { ...CHILD, platform: { ...CHILD.platform, 'os.version': '10' } }, CHILD],
    ['annotations', { ...LAYER, annotations: { a: 'b' }, data: 'e30=' }, LAYER],
  ])('a descriptor with %s is read', (_, descriptor, expected) => {
    const manifest = readManifest(bytesOf({ manifests: [descriptor] }), OCI_INDEX);

    expect(manifest).toEqual({ kind: 'index', mediaType: OCI_INDEX, manifests: [expected] });
  });

  test('of a name that is repeated, the last value counts, as for the container engines', () => {
    const text = `{"manifests":[],"Manifests":${JSON.stringify([CHILD])}}`;

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
          expect(size >= 0).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('disagreement', () => {
  test.each<[ReadableManifest, string, string | null]>([
    [index(OCI_INDEX), OCI_INDEX, null],
    [index(OCI_INDEX), DOCKER_LIST, null],
    [image(OCI_MANIFEST), `${DOCKER_MANIFEST};charset=utf-8`, null],
    [index(OCI_INDEX), OCI_MANIFEST, `it is an index, and is given as '${OCI_MANIFEST}'`],
    [image(OCI_MANIFEST), OCI_INDEX, `it is an image, and is given as '${OCI_INDEX}'`],
    [image(OCI_MANIFEST), '', 'it is an image, and no type is given for it'],
    [image(OCI_MANIFEST), 'application/json', "it is an image, and is given as 'application/json'"],
    [index(OCI_INDEX), `${OCI_INDEX} ; a=b`, `it is an index, and is given as '${OCI_INDEX} '`],
    [index(OCI_INDEX), OCI_INDEX.toUpperCase(), `it is an index, and is given as '${OCI_INDEX.toUpperCase()}'`],
  ])('%j under %s: %s', (manifest, declared, expected) => {
    expect(disagreement(manifest, declared)).toBe(expected);
  });
});

function image(mediaType: string, layers: readonly Descriptor[] = [LAYER]): ReadableManifest {
  return { kind: 'image', mediaType, config: CONFIG, layers };
}

function index(mediaType: string, manifests: readonly Descriptor[] = [CHILD]): ReadableManifest {
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
