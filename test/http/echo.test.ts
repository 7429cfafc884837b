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

const TOKEN = 'a/b+c=d_e.f-g~h';
const BASIC = { authorization: `Basic ${Buffer.from('robot$ci:pa/ss=wö"rd').toString('base64')}` };
const LONG = `eyJ${'abc/def+'.repeat(200)}==`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hidden = (headers: Readonly<Record<string, string>>, body: string): string =>
  Buffer.from(withoutEcho(Buffer.from(body), headers)).toString();

describe('what a request went out with', () => {
  test.each([
    ['as it was sent', TOKEN],
    ['escaped in JSON', TOKEN.replaceAll('/', '\\/').replaceAll('=', '\\u003d')],
    [
      'escaped in JSON in every character',
      TOKEN.split('')
        .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
    ],
    ['escaped twice in JSON', TOKEN.replaceAll('/', '\\\\/').replaceAll('=', '\\\\u003D')],
    ['in a URL', encodeURIComponent(TOKEN)],
    [
      'in a URL in every character',
      TOKEN.split('')
        .map((one) => `%${one.charCodeAt(0).toString(16)}`)
        .join(''),
    ],
    ['twice in a URL', encodeURIComponent(encodeURIComponent(TOKEN))],
    ['in HTML', TOKEN.replaceAll('/', '&#47;').replaceAll('=', '&#x3d;').replaceAll('+', '&amp;#43;')],
    ['in base64', base64(TOKEN)],
    ['in base64 with its scheme', base64(`Bearer ${TOKEN}`)],
    ['in base64 with something before it', base64(`x: ${TOKEN}; y`)],
    ['in hexadecimal digits', Buffer.from(TOKEN).toString('hex')],
  ])('is taken out %s', (_name, echoed) => {
    const clean = hidden({ authorization: `Bearer ${TOKEN}` }, `{"errors":[{"message":"got ${echoed} from you"}]}`);

    expect(clean).toContain('***');
    expect(clean).toMatch(/^\{"errors":\[\{"message":"got .* from you"\}\]\}$/);
    expect(clean.length).toBeLessThan(60);
  });

  test.each([
    ['the password', 'pa/ss=wö"rd'],
    ['the password in JSON', JSON.stringify('pa/ss=wö"rd').slice(1, -1)],
    ['the pair', 'robot$ci:pa/ss=wö"rd'],
    ['the password in a URL', encodeURIComponent('pa/ss=wö"rd')],
    ['the pair in a URL', encodeURIComponent(encodeURIComponent('robot$ci:pa/ss=wö"rd'))],
  ])('is taken out decoded: %s', (_name, echoed) => {
    expect(hidden(BASIC, `wrong: ${echoed}!`)).not.toMatch(/pa|%2F/);
  });

  test('is taken out to its end, however long it is', () => {
    const body = JSON.stringify({ message: `token ${LONG} is no good` });

    expect(hidden({ authorization: `Bearer ${LONG}` }, body)).toBe('{"message":"token *** is no good"}');
    expect(hidden({ authorization: `Bearer ${LONG}` }, encodeURIComponent(LONG))).toBe('***');
  });

  test('is taken out where a form carried it', () => {
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'identity/token=' }).toString();

    const clean = withoutEcho(Buffer.from('invalid: identity\\/token='), {}, form);

    expect(Buffer.from(clean).toString()).toBe('invalid: ***');
  });

  test('costs little where the answer is long', () => {
    const [escapes, words] = [Buffer.alloc(200_000, '\\%u00&#'), Buffer.alloc(60_000, 'some words ')];

    // Nobody reads a word of that length, and what is in it is not looked for.
    expect(Buffer.from(withoutEcho(escapes, { authorization: `Bearer ${LONG}` })).toString()).toBe('***');
    expect(withoutEcho(words, { authorization: `Bearer ${LONG}` })).toBe(words);
  });

  test.each([
    ['base64 of base64', (text: string) => base64(base64(text))],
    ['base64 of what is escaped in a URL', (text: string) => base64(encodeURIComponent(text))],
    [
      'base64 with hexadecimal escapes',
      (text: string) => base64(text).replaceAll(/./g, (one) => `\\x${one.charCodeAt(0).toString(16)}`),
    ],
    [
      'escaped in HTML, and again in JSON',
      (text: string) => text.replaceAll(/./g, (one) => `\\u0026#${one.charCodeAt(0)};`),
    ],
  ])('is taken out encoded twice: %s', (_name, encode) => {
    const clean = hidden({ authorization: `Bearer ${TOKEN}` }, `got --${encode(TOKEN)} from you`);

    expect(clean).toMatch(/^got .*\*\*\*.* from you$/);
    // Of its end there may be a character or two.
    expect(clean.length).toBeLessThan(40);
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
