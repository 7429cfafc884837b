import { describe, expect, test } from 'vitest';

import { seal, sealJson } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { fetchManifest } from '../../src/walk/fetch-manifest.ts';
import type { Ask, ManifestContent } from '../../src/walk/source.ts';
import { absent, AMD64, GOOD, manifestSource, noAnswer } from './scene.ts';

const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const HELM = 'application/vnd.cncf.helm.chart.v1+json';
const ASK: Ask = { again: false, signal: new AbortController().signal };
const { bytes: amd64, digest, size } = AMD64.manifest;

/** A manifest as a source hands it over: what is declared is the test's. */
function content(bytes: Uint8Array, mediaType = OCI_MANIFEST): ManifestContent {
  const observed = { method: 'GET', status: 200, bytes: bytes.length, detail: 'GET answered 200' };
  return { bytes, mediaType, observed };
}

function byDigest(wanted: string, value: ManifestContent) {
  return fetchManifest(
    manifestSource(() => ({ kind: 'found', value })),
    'app',
    wanted,
    ASK,
  );
}

describe('fetchManifest', () => {
  test('reads a manifest whose bytes hash to the digest, and measures it', async () => {
    const seen = await byDigest(digest, content(amd64));

    expect(seen).toMatchObject({ kind: 'found', value: { size, manifest: { kind: 'image' } } });
  });

  test.each([
    ['another manifest under the right header', content(GOOD.manifest.bytes)],
    ['one byte changed under the right header', content(amd64.with(amd64.indexOf(0x0a), 0x20))],
    ['bytes that are no manifest either', content(new TextEncoder().encode('{'))],
    ['nothing at all', content(new Uint8Array())],
  ])('%s is a mismatch, whatever is declared', async (_, value) => {
    const seen = await byDigest(digest, value);

    const detail = `the content hashes to ${digestOf(value.bytes)}`;
    expect(seen).toMatchObject({ kind: 'absent', fault: 'digest_mismatch', digest, observed: { status: 200, detail } });
  });

  test('sha512 is computed where it is asked for', async () => {
    const sound = await byDigest(digestOf(amd64, 'sha512'), content(amd64));
    const altered = await byDigest(digestOf(GOOD.manifest.bytes, 'sha512'), content(amd64));

    expect(sound.kind).toBe('found');
    expect(altered).toMatchObject({ kind: 'absent', fault: 'digest_mismatch' });
  });

  test('schema 1 is not hashed, for its digest leaves the signatures out', async () => {
    const seen = await byDigest(digest, content(GOOD.manifest.bytes, SCHEMA_1));

    expect(seen).toMatchObject({ kind: 'found', value: { manifest: { kind: 'unsupported', mediaType: SCHEMA_1 } } });
  });

  test('any other type that is not read is hashed all the same', async () => {
    const chart = sealJson(HELM, { name: 'chart' });

    const sound = await byDigest(chart.digest, content(chart.bytes, HELM));
    const altered = await byDigest(digest, content(chart.bytes, HELM));

    expect(sound).toMatchObject({ kind: 'found', value: { manifest: { kind: 'unsupported', mediaType: HELM } } });
    expect(altered).toMatchObject({ kind: 'absent', fault: 'digest_mismatch' });
  });

  test.each([
    ['not JSON', 'no manifest'],
    ['neither an index nor an image', '{"schemaVersion":2}'],
    ['an index with a malformed digest', '{"manifests":[{"digest":"sha256:beef","size":2}]}'],
    ['an image without a config', '{"layers":[]}'],
  ])('bytes that hash right and are %s are invalid', async (_, text) => {
    const sealed = seal(OCI_MANIFEST, new TextEncoder().encode(text));

    const seen = await byDigest(sealed.digest, content(sealed.bytes));

    expect(seen).toMatchObject({ kind: 'absent', fault: 'invalid', digest: sealed.digest });
  });

  test.each([absent('missing'), absent('unreadable'), noAnswer('timeout')])(
    'what the source could not bring is handed on: $kind $fault$reason',
    async (answer) => {
      const seen = await fetchManifest(
        manifestSource(() => answer),
        'app',
        digest,
        ASK,
      );

      expect(seen).toBe(answer);
    },
  );
});
