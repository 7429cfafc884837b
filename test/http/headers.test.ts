import { expect, test } from 'vitest';
import {
  announcedLength,
  describeUrl,
  joinFields,
  requestHeaders,
  withoutCredentials,
} from '../../src/http/headers.ts';
import { get } from './transports.ts';

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

test.each([
  ['https://registry.example.com/v2/', 'https://registry.example.com/v2/'],
  ['https://user:secret@registry.example.com:5000/v2/?token=secret#part', 'https://registry.example.com:5000/v2/'],
  ['http://[::1]:5000/v2/app/blobs/sha256:0?X-Amz-Signature=secret', 'http://[::1]:5000/v2/app/blobs/sha256:0'],
])('%s is shown as %s', (url, shown) => {
  expect(describeUrl(new URL(url))).toBe(shown);
});
