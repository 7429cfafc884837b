import fc, { type Arbitrary } from 'fast-check';

import { MANIFEST_TYPES } from '../../src/oci/media-types.ts';

/** JSON as text, so that keys may come twice and numbers be written as nobody would. */
type Text = Arbitrary<string>;

const DIGEST = fc.constantFrom(
  ...['a', '1', 'f'].map((character) => JSON.stringify(`sha256:${character.repeat(64)}`)),
  '""',
  '"sha256:abc"',
  '"SHA256:ABC"',
  '"sha512:00"',
);

const TEXT: Text = fc.oneof(
  fc.string({ maxLength: 6 }).map((text) => JSON.stringify(text)),
  fc.constantFrom('"linux"', '"\\u0061"', '"\\ud800"', '"\\ud83d\\ude00"', '"a\\/b"', '"\u2028"', '"\u00e9"', '""'),
);

const NUMBER: Text = fc.oneof(
  fc.nat({ max: 5_000 }).map(String),
  fc.constantFrom('-0', '-1', '1.0', '1e0', '1E2', '0.5', '01', '+1', '9223372036854775807', '9223372036854775808'),
  fc.constantFrom('-9223372036854775808', '-9223372036854775809', '1e400', '.5', '1.', '0x1', 'NaN'),
);

const TIME: Text = fc.constantFrom(
  '"2026-01-02T03:04:05Z"',
  '"2026-01-02T03:04:05.123456789+02:00"',
  '"2024-02-29T00:00:00Z"',
  '"2026-02-29T00:00:00Z"',
  '"2026-01-02T24:00:00Z"',
  '"2026-01-02T03:04:60Z"',
  '"2026-01-02t03:04:05z"',
  '"2026-01-02 03:04:05Z"',
  '"2026-01-02T03:04:05"',
  '"0000-01-01T00:00:00Z"',
  '"2026-1-02T03:04:05Z"',
  '"2026-01-02T03:04:05,5Z"',
  '"2026-01-02T3:04:05Z"',
  '"2026-01-02T03:04:05+24:00"',
);

const DATA: Text = fc.constantFrom(
  '"e30="',
  '"e30"',
  '"e3 0="',
  '"e3\\n0="',
  '"-_=="',
  '[123,125]',
  '[256]',
  '[-1]',
  '""',
);

const ANYTHING: Text = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '{}', '[]', '[null]', '{"a":null}', '[[]]', '"1"', 'nul', ''),
  NUMBER,
  TEXT,
);

/** Mostly what belongs there, sometimes null, and sometimes anything. */
function mostly(text: Text): Text {
  return fc.oneof(
    { weight: 24, arbitrary: text },
    { weight: 2, arbitrary: fc.constant('null') },
    { weight: 1, arbitrary: ANYTHING },
  );
}

function list(item: Text): Text {
  return fc.array(item, { maxLength: 3 }).map((items) => `[${items.join(',')}]`);
}

function map(value: Text): Text {
  return fc
    .array(fc.tuple(fc.constantFrom('a', 'A', 'b', ''), value), { maxLength: 3 })
    .map((entries) => `{${entries.map(([key, one]) => `"${key}":${one}`).join(',')}}`);
}

/** Keys match in any case, and some letters outside ASCII fold to letters of it. */
function spelled(key: string): Text {
  const odd = [
    key.toUpperCase(),
    key.charAt(0).toUpperCase() + key.slice(1),
    key.replace('s', '\u017f'),
    key.replace('k', '\u212a'),
    key.replace('i', '\\u0069'),
    key.replace('i', '\u0131'),
    `${key}s`,
  ];
  return fc.oneof({ weight: 12, arbitrary: fc.constant(key) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });
}

/** Some of these fields, in any order, now and then one of them twice. */
function object(fields: Readonly<Record<string, Text>>, needed: readonly string[] = []): Text {
  const member = (name: string): Text =>
    fc.tuple(spelled(name), mostly(fields[name] ?? ANYTHING)).map(([key, value]) => `"${key}":${value}`);
  const some = fc.array(fc.constantFrom(...Object.keys(fields)).chain(member), { maxLength: 4 });
  const all = fc.tuple(...needed.map(member));
  return fc.tuple(all, some).map(([first, more]) => `{${[...first, ...more].join(',')}}`);
}

const MEDIA_TYPE: Text = fc
  .constantFrom(...MANIFEST_TYPES, 'application/vnd.oci.image.layer.v1.tar+gzip', 'text/plain', '')
  .map((type) => JSON.stringify(type));

const PLATFORM = object(
  { os: TEXT, architecture: TEXT, variant: TEXT, 'os.version': TEXT, 'os.features': list(mostly(TEXT)) },
  ['os', 'architecture'],
);

const DESCRIPTOR = object(
  {
    mediaType: MEDIA_TYPE,
    digest: DIGEST,
    size: NUMBER,
    urls: list(mostly(TEXT)),
    annotations: map(mostly(TEXT)),
    data: DATA,
    platform: PLATFORM,
    artifactType: TEXT,
    other: ANYTHING,
  },
  ['mediaType', 'digest', 'size'],
);

const MANIFEST = object({
  schemaVersion: fc.oneof(fc.constant('2'), NUMBER),
  mediaType: MEDIA_TYPE,
  artifactType: TEXT,
  config: DESCRIPTOR,
  layers: list(DESCRIPTOR),
  subject: DESCRIPTOR,
  annotations: map(mostly(TEXT)),
  other: ANYTHING,
});

const INDEX = object({
  schemaVersion: fc.oneof(fc.constant('2'), NUMBER),
  mediaType: MEDIA_TYPE,
  manifests: list(DESCRIPTOR),
  subject: DESCRIPTOR,
  annotations: map(mostly(TEXT)),
  fsLayers: fc.constantFrom('null', '[]'),
  other: ANYTHING,
});

const HISTORY = object({
  created: TIME,
  created_by: TEXT,
  author: TEXT,
  comment: TEXT,
  empty_layer: fc.constantFrom('true', 'false'),
});

const CONFIG = object(
  {
    created: TIME,
    author: TEXT,
    architecture: TEXT,
    os: TEXT,
    'os.version': TEXT,
    'os.features': list(mostly(TEXT)),
    variant: TEXT,
    config: object({
      User: TEXT,
      ExposedPorts: map(mostly(fc.constant('{}'))),
      Env: list(mostly(TEXT)),
      Entrypoint: list(mostly(TEXT)),
      Cmd: list(mostly(TEXT)),
      Volumes: map(mostly(fc.constant('{"a":1}'))),
      WorkingDir: TEXT,
      Labels: map(mostly(TEXT)),
      StopSignal: TEXT,
      ArgsEscaped: fc.constantFrom('true', 'false'),
      Memory: ANYTHING,
    }),
    rootfs: object({ type: TEXT, diff_ids: list(mostly(DIGEST)) }, ['diff_ids']),
    history: list(HISTORY),
  },
  ['rootfs'],
);

/** Bytes, a few of them with one that is another, which may be no UTF-8 and no JSON. */
function bytesOf(text: Text): Arbitrary<Buffer> {
  const change = fc.option(fc.tuple(fc.nat(), fc.constantFrom(0x00, 0x20, 0x22, 0x2c, 0x5c, 0x7d, 0xc3, 0xff)), {
    freq: 12,
  });
  return fc.tuple(text, fc.boolean(), change).map(([written, isWide, changed]) => {
    const bytes = Buffer.from(isWide ? ` ${written}\r\n\t` : written);
    if (changed !== null && bytes.length > 0) bytes[changed[0] % bytes.length] = changed[1];
    return bytes;
  });
}

/** Documents that may be manifests or indexes, for a decoder that reads by Go's rules. */
export const manifestDocument = bytesOf(fc.oneof(MANIFEST, INDEX, { weight: 1, arbitrary: ANYTHING }));
/** Documents that may be configs of images. */
export const configDocument = bytesOf(CONFIG);
