import { expect, test } from 'vitest';
import { announcedLength, joinFields, requestHeaders, withoutCredentials } from '../../src/http/headers.ts';
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
