import { describe, expect, test } from 'vitest';

import { withoutEcho } from '../../src/http/echo.ts';
import { serve } from './servers.ts';
import { get, responseOf, testTransport, textOf } from './transports.ts';

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
