import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  bool,
  bytes,
  decodeJson,
  entries,
  int64,
  list,
  optional,
  presence,
  struct,
  text,
  unreadText,
} from '../../src/oci/go-json.ts';

/** One field of each kind. */
const Fields = struct<{
  readonly name: string;
  readonly size: number;
  readonly flag: boolean;
  readonly items: readonly string[];
  readonly labels: null;
  readonly data: Uint8Array | null;
  readonly raw: boolean;
  readonly inner: { readonly a: number; readonly b: number };
  readonly pointer: { readonly a: number; readonly b: number } | null;
  readonly rows: readonly { readonly a: number; readonly b: number }[];
}>({
  name: text,
  size: int64,
  flag: bool,
  items: list(text),
  labels: entries(unreadText),
  data: bytes,
  raw: presence,
  inner: struct({ a: int64, b: int64 }),
  pointer: optional(struct({ a: int64, b: int64 })),
  rows: list(struct({ a: int64, b: int64 })),
});

describe('decodeJson', () => {
  test.each<[string, string, object]>([
    ['what is left out is zero', '{}', { name: '', size: 0, flag: false, items: [], data: null, raw: false }],
    ['null leaves text', '{"name":"x","name":null}', { name: 'x' }],
    ['null leaves a number', '{"size":7,"size":null}', { size: 7 }],
    ['null leaves a truth value', '{"flag":true,"flag":null}', { flag: true }],
    ['null leaves an object', '{"inner":{"a":1},"inner":null}', { inner: { a: 1, b: 0 } }],
    ['null empties a list', '{"items":["x"],"items":null}', { items: [] }],
    ['null empties a map', '{"labels":{"x":"y"},"labels":null}', { labels: null }],
    ['null empties a pointer', '{"pointer":{"a":1},"pointer":null}', { pointer: null }],
    ['null empties data', '{"data":"e30=","data":null}', { data: null }],
    ['null is there', '{"raw":null}', { raw: true }],
    ['null for the whole is zero', 'null', { name: '', items: [] }],
    ['null in a list is zero', '{"items":["x",null]}', { items: ['x', ''] }],
    ['null in a map is zero', '{"labels":{"x":null}}', { labels: null }],
    ['of equal keys the last one counts', '{"size":1,"size":2}', { size: 2 }],
    ['equal but for their case', '{"SIZE":1,"Size":2,"sIzE":3}', { size: 3 }],
    ['or for an escape', String.raw`{"s\u0069ze":4}`, { size: 4 }],
    ['or for a letter that folds to one of ASCII', '{"\u017Fize":5}', { size: 5 }],
    ['and a letter that does not is another key', '{"\uFB01size":5}', { size: 0 }],
    ['the objects of equal keys are merged', '{"inner":{"a":1},"inner":{"b":2}}', { inner: { a: 1, b: 2 } }],
    ['those of a pointer as well', '{"pointer":{"a":1},"pointer":{"b":2}}', { pointer: { a: 1, b: 2 } }],
    ['and of a list, place by place', '{"rows":[{"a":1},{"a":2}],"rows":[{"b":3}]}', { rows: [{ a: 1, b: 3 }] }],
    [
      'what a shorter list has left out comes back',
      '{"items":["x","y"],"items":["z"],"items":[null,null]}',
      { items: ['z', 'y'] },
    ],
    ['unless the list was empty', '{"items":["x"],"items":[],"items":[null]}', { items: [''] }],
    ['or null', '{"items":["x"],"items":null,"items":[null]}', { items: [''] }],
    ['a key of a prototype is a key like any other', '{"__proto__":{"size":1},"constructor":2}', { size: 0 }],
    ['minus nothing is nothing', '{"size":-0}', { size: 0 }],
    ['the largest word', '{"size":9223372036854775807}', { size: 2 ** 63 }],
    ['the smallest word', '{"size":-9223372036854775808}', { size: -(2 ** 63) }],
    ['base64 over lines', String.raw`{"data":"e3\n0="}`, { data: Buffer.from('{}') }],
    ['bytes as numbers', '{"data":[123,125]}', { data: Uint8Array.from([123, 125]) }],
    ['half a surrogate pair becomes U+FFFD', String.raw`{"name":"\ud800"}`, { name: '\uFFFD' }],
    ['white space of four kinds', ' \t\r\n{ "size" : 1 , "name" : "x" } \n', { size: 1, name: 'x' }],
  ])('%s: %s', (_, document, expected) => {
    expect(decodeJson(Buffer.from(document), Fields)).toMatchObject({ kind: 'value', value: expected });
  });

  test('bytes that are no UTF-8 become U+FFFD', () => {
    const document = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff]), Buffer.from('"}')]);

    expect(decodeJson(document, Fields)).toMatchObject({ kind: 'value', value: { name: '\uFFFD' } });
  });

  test.each([
    ['{"name":5}', 'name is a number where text belongs'],
    ['{"size":"5"}', 'size is text where a whole number belongs'],
    ['{"size":5.0}', 'size is a number where a whole number of 64 bits belongs'],
    ['{"size":5e0}', 'size is a number where a whole number of 64 bits belongs'],
    ['{"size":9223372036854775808}', 'size is a number where a whole number of 64 bits belongs'],
    ['{"size":-9223372036854775809}', 'size is a number where a whole number of 64 bits belongs'],
    ['{"size":true}', 'size is true or false where a whole number belongs'],
    ['{"flag":0}', 'flag is a number where true or false belongs'],
    ['{"items":"x"}', 'items is text where a list belongs'],
    ['{"items":["x",{}]}', 'items[1] is an object where text belongs'],
    ['{"labels":["x"]}', 'labels is a list where an object belongs'],
    ['{"labels":{"x":1}}', 'labels.x is a number where text belongs'],
    ['{"data":"?"}', 'data is text where base64 belongs'],
    ['{"data":"e30"}', 'data is text where base64 belongs'],
    ['{"data":[256]}', 'data is a list where base64 belongs'],
    ['{"inner":"x"}', 'inner is text where an object belongs'],
    ['{"pointer":[]}', 'pointer is a list where an object belongs'],
    ['{"rows":[{"a":1},{"a":"x"}]}', 'rows[1].a is text where a whole number belongs'],
    ['{"size":"x","size":1}', 'size is text where a whole number belongs'],
    [`{"labels":{"${'x'.repeat(99)}":1}}`, `labels.${'x'.repeat(40)} is a number where text belongs`],
    ['[]', 'the body is a list where an object belongs'],
    ['5', 'the body is a number where an object belongs'],
  ])('a value of another type is named: %s', (document, problem) => {
    expect(decodeJson(Buffer.from(document), Fields)).toEqual({ kind: 'invalid', problem });
  });

  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '"a"',
    '"\\u00',
    '1',
    '-',
    '0',
    '.',
    'e',
    'null',
    'tru',
    ' ',
  ];
  test.each<[string, fc.Arbitrary<string>]>([
    ['what is JSON', fc.json()],
    ['text', fc.string()],
    ['its pieces', fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(''))],
    ['JSON with a character more', fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 1 })).map(insert)],
  ])('of %s, it takes what the grammar takes, wherever it stands', (_, documents) => {
    fc.assert(
      fc.property(documents, (document) => {
        const isJson = parses(document);

        expect(decodeJson(Buffer.from(document), presence).kind === 'value').toBe(isJson);
        expect(decodeJson(Buffer.from(`{"x":[${document}]}`), Fields).kind === 'value').toBe(parses(`[${document}]`));
        expect(
          decodeJson(Buffer.from(`{"labels":{"x":${document}}}`), struct({ labels: entries(presence) })).kind,
        ).toBe(parses(`{"x":${document}}`) ? 'value' : 'invalid');
      }),
      { numRuns: 2_000 },
    );
  });

  test('what has the right types is what was written', () => {
    const row = fc.record({ a: fc.maxSafeInteger(), b: fc.maxSafeInteger() });
    const value = fc.record({
      name: fc.string(),
      size: fc.maxSafeInteger(),
      items: fc.array(fc.string()),
      rows: fc.array(row),
    });

    fc.assert(
      fc.property(value, (written) => {
        const document = Buffer.from(JSON.stringify(written));

        expect(decodeJson(document, Fields)).toMatchObject({ kind: 'value', value: written });
      }),
    );
  });

  test.each([
    ['a level less', 9_998, 'value'],
    ['a level more', 10_001, 'invalid'],
    ['levels without end', 1_000_000, 'invalid'],
  ])('of nesting, it takes ten thousand levels: %s', (_, levels, kind) => {
    const document = `{"x":${'['.repeat(levels)}${']'.repeat(levels)}}`;

    expect(decodeJson(Buffer.from(document), Fields).kind).toBe(kind);
  });

  test('a text as long as a manifest may be does not overflow anything', () => {
    const long = 'x\\n'.repeat(2_000_000);

    expect(decodeJson(Buffer.from(`{"name":"${long}"}`), Fields)).toMatchObject({ kind: 'value' });
  });
});

function insert([document, at, extra]: [string, number, string]): string {
  const place = at % (document.length + 1);
  return document.slice(0, place) + extra + document.slice(place);
}

function parses(document: string): boolean {
  try {
    JSON.parse(document);
    return true;
  } catch {
    return false;
  }
}
