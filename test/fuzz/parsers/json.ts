import assert from 'node:assert/strict';

import fc from 'fast-check';

import { parseDigest } from '../../../src/oci/digest.ts';
import { decodeJson, list, presence, text as textShape } from '../../../src/oci/go-json.ts';
import { readDiffIds } from '../../../src/oci/image-config.ts';
import { readManifest } from '../../../src/oci/manifest.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST } from '../../../src/oci/media-types.ts';
import { readPlatform } from '../../../src/oci/platform.ts';
import { assertLine } from '../claims.ts';
import { property, type Property } from '../property.ts';
import { anyText, damaged, digest, nearly, oddJson, oddText } from '../texts.ts';

const DEEPEST = 10_000;
/** So much of what is wrong with a document is told; the report cuts it again. */
const LONGEST_PROBLEM = 1_000;

const written = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> => value.map((one) => JSON.stringify(one));

const platform = nearly({
  os: fc.constantFrom('linux', 'windows'),
  architecture: fc.constantFrom('amd64', 'arm64'),
  variant: oddText,
  'os.version': oddText,
  'os.features': fc.array(oddText, { maxLength: 3 }),
});
const descriptor = nearly({
  mediaType: fc.oneof(
    fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, 'application/vnd.oci.image.layer.v1.tar'),
    oddText,
  ),
  digest,
  size: fc.integer(),
  urls: fc.array(oddText, { maxLength: 2 }),
  annotations: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
  data: fc.string(),
  platform,
});
export const manifest = nearly({
  schemaVersion: fc.constant(2),
  mediaType: fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST),
  config: descriptor,
  layers: fc.array(descriptor, { maxLength: 3 }),
  manifests: fc.array(descriptor, { maxLength: 3 }),
  annotations: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
  subject: descriptor,
  fsLayers: oddJson,
});
const imageConfig = nearly({
  created: fc.oneof(fc.constantFrom('2026-01-02T03:04:05Z', '2026-02-30T00:00:00Z'), oddText),
  os: oddText,
  architecture: oddText,
  config: oddJson,
  rootfs: nearly({ type: oddText, diff_ids: fc.array(digest, { maxLength: 3 }) }),
  history: fc.array(nearly({ created: oddText, empty_layer: fc.boolean() }), { maxLength: 2 }),
});
const declared = fc.oneof(
  fc.constantFrom(OCI_MANIFEST, OCI_INDEX, DOCKER_LIST, '', 'text/html', 'application/json'),
  oddText,
);

/** Opened over and over, in all ways, and closed or not. */
const nested = fc
  .record({
    open: fc.constantFrom('[', '{"a":', '[{"a":', '{"layers":', '{"config":', '{"manifests":[', '[[],', '[""'),
    levels: fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 9_000, max: 11_000 }),
      fc.integer({ min: 100_000, max: 500_000 }),
    ),
    closed: fc.boolean(),
    at: fc.constantFrom('', '{"x":', '{"annotations":', '{"manifests":', '{"layers":[{"digest":'),
  })
  .map((how) => {
    const opening = how.at + how.open.repeat(how.levels);
    const closers = { '[': ']', '{': '}' } as const;
    const behind = how.closed
      ? opening
          .split('')
          .toReversed()
          .flatMap((one) => (one === '[' || one === '{' ? closers[one] : []))
      : [];
    const inner = /[:,]$/.test(opening) ? 'null' : '';
    return { ...how, depth: behind.length, bytes: Buffer.from(opening + inner + behind.join('')) };
  });

/** What reads documents of registries. */
export const JSON_PROPERTIES: readonly Property[] = [
  property('json-as-everybody', damaged(written(oddJson)), (bytes) => {
    const decoded = decodeJson(bytes, presence);

    assert.equal(decoded.kind === 'value', isJson(bytes));
  }),
  property('json-printed-again', fc.dictionary(oddText, oddJson), (value) => {
    const names = JSON.stringify(Object.keys(value));

    const decoded = decodeJson(Buffer.from(names), list(textShape));

    const keys = Object.keys(value).map((key) => key.toWellFormed());
    assert.deepEqual(decoded.kind === 'value' ? decoded.value : decoded, keys);
  }),
  property(
    'json-depth',
    nested,
    ({ bytes, depth, closed }) => {
      const decoded = decodeJson(bytes, presence);
      const manifests = [OCI_MANIFEST, OCI_INDEX].map((type) => readManifest(bytes, type));

      if (!closed || depth > DEEPEST) assert.equal(decoded.kind, 'invalid');
      if (!closed || depth > DEEPEST)
        assert.deepEqual(new Set(manifests.map(({ kind }) => kind)), new Set(['invalid']));
      readPlatform(bytes);
      assert.equal(readDiffIds(bytes).kind === 'value' && !closed, false);
    },
    0.05,
  ),
  property('manifests', fc.tuple(fc.oneof(damaged(written(manifest)), damaged(anyText)), declared), ([bytes, type]) => {
    const read = readManifest(bytes, type);

    if (read.kind === 'invalid')
      assert.ok(read.problem.length < LONGEST_PROBLEM, `a problem of ${read.problem.length}`);
    const listed = read.kind === 'index' ? read.manifests : read.kind === 'image' ? [read.config, ...read.layers] : [];
    for (const one of listed) {
      assert.notEqual(parseDigest(one.digest).kind, 'malformed');
      assert.ok(one.size >= 0);
    }
  }),
  property('image-configs', damaged(written(imageConfig)), (bytes) => {
    const read = readDiffIds(bytes);

    if (read.kind === 'invalid') assert.ok(read.problem.length < LONGEST_PROBLEM);
    if (read.kind === 'value') for (const id of read.value) assert.equal(typeof id, 'string');
    assert.ok(readPlatform(bytes) === null || isJson(bytes));
  }),
  property('digests', fc.oneof(digest, anyText), (text) => {
    const parsed = parseDigest(text);

    if (parsed.kind === 'supported') assertLine(parsed.digest, 135);
  }),
];

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}
