import { describe, expect, test } from 'vitest';
import {
  announcedLength,
  describeUrl,
  joinFields,
  requestHeaders,
  withoutCredentials,
  withoutEcho,
} from '../../src/http/headers.ts';
import { serve } from './servers.ts';
import { get, responseOf, testTransport, textOf } from './transports.ts';

test('names are sent in lower case, with our user agent and without a content coding', () => {
  const headers = requestHeaders(get('http://registry.example.com', { headers: { Accept: 'a/b' } }), 'probe/1.0');

  expect(headers).toEqual({ accept: 'a/b', 'accept-encoding': 'identity', 'user-agent': 'probe/1.0' });
});

test('credentials of every kind are left out, and nothing else', () => {
  const headers = withoutCredentials({ authorization: 'Bearer x', cookie: 'a=b', accept: 'a/b', range: 'bytes=0-0' });

  expect(headers).toEqual({ accept: 'a/b', range: 'bytes=0-0' });
});

test('repeated fields become one', () => {
  const headers = joinFields({
    'www-authenticate': ['Bearer realm="a"', 'Basic realm="b"'],
    etag: 'x',
    link: undefined,
  });

  expect(headers).toEqual({ 'www-authenticate': 'Bearer realm="a", Basic realm="b"', etag: 'x' });
});

test('blanks around a value are none of it', () => {
  expect(joinFields({ 'docker-content-digest': ' sha256:0\t', 'content-length': '12  ' })).toEqual({
    'docker-content-digest': 'sha256:0',
    'content-length': '12',
  });
});

test.each(['content-type', 'content-length', 'content-range', 'docker-content-digest', 'location', 'retry-after'])(
  'of several fields %s the first counts, as for nodes',
  (name) => {
    expect(joinFields({ [name]: ['one ', 'two'] })).toEqual({ [name]: 'one' });
  },
);

test.each([
  ['GET', 200, { 'content-length': '12' }, 12],
  ['GET', 200, { 'content-length': '12, 12' }, null],
  ['GET', 200, { 'content-length': '12', 'transfer-encoding': 'chunked' }, null],
  ['GET', 200, {}, null],
  ['GET', 304, { 'content-length': '12' }, null],
  ['HEAD', 200, { 'content-length': '12' }, null],
] as const)('the answer %s %i %j announces a body of %s bytes', (method, status, headers, length) => {
  expect(announcedLength(method, status, { ...headers })).toBe(length);
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const HEADERS = { authorization: 'Bearer opaque-token', cookie: 'session=0815', accept: 'application/json' };

describe('an error document', () => {
  test.each([
    ['bad header: Bearer opaque-token', 'bad header: Bearer ***'],
    ['opaque-token, opaque-token and session=0815', '***, *** and ***'],
    ['{"errors":[{"message":"Bearer opaque-token"}]}', '{"errors":[{"message":"Bearer ***"}]}'],
    ['application/json is not accepted', 'application/json is not accepted'],
    ['größer als erlaubt: opaque-token', 'größer als erlaubt: ***'],
    ['', ''],
  ])('%j is handed on as %j', (body, clean) => {
    const result = withoutEcho(bytes(body), HEADERS);

    expect(new TextDecoder().decode(result)).toBe(clean);
  });

  test('is left alone where what was sent is too short to be a secret', () => {
    const body = bytes('{"errors":[{"code":"t1"}]}');

    expect(withoutEcho(body, { authorization: 'Bearer t1' })).toBe(body);
  });

  test('keeps every byte that is not text', () => {
    const body = Uint8Array.from([0x00, 0xff, 0xc3, 0x28, ...bytes('opaque-token'), 0x80]);

    expect([...withoutEcho(body, HEADERS)]).toEqual([0x00, 0xff, 0xc3, 0x28, ...bytes('***'), 0x80]);
  });
});

test.each([
  [200, 'Bearer opaque-token'],
  [206, 'Bearer opaque-token'],
  [400, 'Bearer ***'],
  [500, 'Bearer ***'],
])('a %i that quotes what it was asked with comes as %j: content is never touched', async (status, text) => {
  const server = await serve(({ headers }, response) => response.writeHead(status).end(headers.authorization));

  const response = responseOf(await testTransport().send(get(server.url, { headers: HEADERS })));

  expect(textOf(response)).toBe(text);
  expect(response.received).toBe('Bearer opaque-token'.length);
});

test.each([
  ['https://registry.example.com/v2/', 'https://registry.example.com/v2/'],
  ['https://user:secret@registry.example.com:5000/v2/?token=secret#part', 'https://registry.example.com:5000/v2/'],
  ['http://[::1]:5000/v2/app/blobs/sha256:0?X-Amz-Signature=secret', 'http://[::1]:5000/v2/app/blobs/sha256:0'],
])('%s is shown as %s', (url, shown) => {
  expect(describeUrl(new URL(url))).toBe(shown);
});
