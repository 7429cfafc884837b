import { describe, expect, test } from 'vitest';

import { seal, sealJson } from '../../src/demo/sealed.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../src/oci/media-types.ts';
import { fetchManifest, resolveTag } from '../../src/walk/fetch-manifest.ts';
import type { Ask, ManifestContent } from '../../src/walk/source.ts';
import { absent, AMD64, APP, GOOD, manifestSource, noAnswer } from './scene.ts';

const SCHEMA_1 = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
const HELM = 'application/vnd.cncf.helm.chart.v1+json';
const ASK: Ask = { again: false, signal: new AbortController().signal };
const { bytes: amd64, digest, size } = AMD64.manifest;

/** A manifest as a source hands it over: what is declared is the test's. */
function content(bytes: Uint8Array, claimedDigest: string | null, mediaType = OCI_MANIFEST): ManifestContent {
  const observed = { method: 'GET', status: 200, bytes: bytes.length, detail: 'GET answered 200' };
  return { bytes, mediaType, claimedDigest, observed };
}

function byDigest(wanted: string, value: ManifestContent) {
  return fetchManifest(
    manifestSource(() => ({ kind: 'found', value })),
    'app',
    wanted,
    ASK,
  );
}

function byTag(value: ManifestContent) {
  return resolveTag(
    manifestSource(() => ({ kind: 'found', value })),
    'app',
    'v1',
    ASK,
  );
}

describe('fetchManifest', () => {
  test('reads a manifest whose bytes hash to the digest, and measures it', async () => {
    const seen = await byDigest(digest, content(amd64, null));

    expect(seen).toMatchObject({ kind: 'found', value: { size, manifest: { kind: 'image' } } });
  });

  test.each([
    ['another manifest under the right header', content(GOOD.manifest.bytes, digest)],
    ['one byte changed under the right header', content(amd64.with(amd64.indexOf(0x0a), 0x20), digest)],
    ['bytes that are no manifest either', content(new TextEncoder().encode('{'), digest)],
    ['nothing at all', content(new Uint8Array(), digest)],
  ])('%s is a mismatch, whatever is declared', async (_, value) => {
    const seen = await byDigest(digest, value);

    const detail = `the content hashes to ${digestOf(value.bytes)}`;
    expect(seen).toMatchObject({ kind: 'absent', fault: 'digest_mismatch', digest, observed: { status: 200, detail } });
  });

  test('sha512 is computed where it is asked for', async () => {
    const sound = await byDigest(digestOf(amd64, 'sha512'), content(amd64, null));
    const altered = await byDigest(digestOf(GOOD.manifest.bytes, 'sha512'), content(amd64, null));

    expect(sound.kind).toBe('found');
    expect(altered).toMatchObject({ kind: 'absent', fault: 'digest_mismatch' });
  });

  test('schema 1 is not hashed, for its digest leaves the signatures out', async () => {
    const seen = await byDigest(digest, content(GOOD.manifest.bytes, digest, SCHEMA_1));

    expect(seen).toMatchObject({ kind: 'found', value: { manifest: { kind: 'unsupported', mediaType: SCHEMA_1 } } });
  });

  test('any other type that is not read is hashed all the same', async () => {
    const chart = sealJson(HELM, { name: 'chart' });

    const sound = await byDigest(chart.digest, content(chart.bytes, null, HELM));
    const altered = await byDigest(digest, content(chart.bytes, digest, HELM));

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

    const seen = await byDigest(sealed.digest, content(sealed.bytes, sealed.digest));

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

describe('resolveTag', () => {
  const sha512 = digestOf(amd64, 'sha512');

  test.each<[string, string | null, string]>([
    ['no digest is declared', null, digest],
    ['the declared one is right', digest, digest],
    ['the declared one is sha512', sha512, sha512],
    ['what is declared is no digest', 'latest', digest],
    ['the declared algorithm is not known here', `md5:${'0'.repeat(32)}`, digest],
  ])('resolves to a digest that the body hashes to, where %s', async (_, claimed, expected) => {
    const resolved = await byTag(content(amd64, claimed));

    expect(resolved).toMatchObject({ kind: 'found', value: { digest: expected, seen: { kind: 'found' } } });
  });

  test('leaves a body that is not what the header says to a request by that digest', async () => {
    const resolved = await byTag(content(amd64, APP.manifest.digest, OCI_INDEX));

    expect(resolved).toMatchObject({ kind: 'found', value: { digest: APP.manifest.digest, seen: null } });
  });

  test('resolves to something invalid all the same', async () => {
    const bytes = new TextEncoder().encode('{}');

    const resolved = await byTag(content(bytes, null));

    const seen = { kind: 'absent', fault: 'invalid', digest: digestOf(bytes) };
    expect(resolved).toMatchObject({ kind: 'found', value: { digest: digestOf(bytes), seen } });
  });

  test('takes the declared digest of schema 1 as it is', async () => {
    const resolved = await byTag(content(amd64, GOOD.manifest.digest, SCHEMA_1));

    const seen = { kind: 'found', value: { manifest: { kind: 'unsupported' } } };
    expect(resolved).toMatchObject({ kind: 'found', value: { digest: GOOD.manifest.digest, seen } });
  });

  test('hands on that there is no answer', async () => {
    const answer = noAnswer('server_error');

    const resolved = await resolveTag(
      manifestSource(() => answer),
      'app',
      'v1',
      ASK,
    );

    expect(resolved).toBe(answer);
  });
});
