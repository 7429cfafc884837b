import { describe, expect, test } from 'vitest';

import type { HttpResponse } from '../../src/http/exchange.ts';
import { judgeContent, type ContentQuestion } from '../../src/registry/content.ts';
import { unknown } from '../../src/walk/lookup.ts';
import { response } from './scene.ts';

const QUESTION: ContentQuestion = {
  method: 'GET',
  name: 'the content',
  statuses: [200],
  size: 4,
  mayBeEmpty: false,
  mayBeEncoded: false,
};
const LENGTH = { 'content-length': '4' };
const PAGE = { 'content-type': 'text/html' };
const CODED = { 'content-encoding': 'gzip' };
const DECODED = { names: ['gzip'], decoded: 4, forNodes: true } as const;

function judged(answer: HttpResponse, question: Partial<ContentQuestion> = {}): string {
  const { kind, ...rest } = judgeContent({ ...QUESTION, ...question }, answer);
  if ('fault' in rest) return rest.fault;
  return 'reason' in rest ? `${rest.reason}: ${rest.detail}` : kind;
}

describe('judgeContent', () => {
  test('hands on an answer that brings what was asked for', () => {
    const answer = response(200, { headers: LENGTH }, 'abcd');

    expect(judgeContent(QUESTION, answer)).toEqual({ kind: 'found', value: answer });
  });

  test('hands on why there is no answer', () => {
    const why = unknown('auth', 'no credentials');

    expect(judgeContent(QUESTION, why)).toBe(why);
  });

  /** Each row fits the rules of all rows below it as well, as far as one answer can. */
  test.each<[string, HttpResponse, string]>([
    ['a denial', response(404, { end: 'timeout', headers: CODED }), 'missing'],
    ['another status', response(500, { end: 'timeout', headers: { ...PAGE, ...CODED } }), 'server_error'],
    ['a part that nobody asked for', response(206, { end: 'timeout', headers: CODED }), 'protocol: GET answered 206'],
    ['a web page', response(200, { end: 'timeout', headers: { ...PAGE, ...CODED } }), 'protocol: GET answered 200 (w'],
    ['encoded bytes that nodes do not decode', response(200, { end: 'timeout', headers: CODED }), 'unreadable'],
    ['another length', response(200, { end: 'timeout', headers: { 'content-length': '5' } }), 'size_mismatch'],
    ['a body that stops coming', response(200, { end: 'timeout', headers: LENGTH }), 'timeout: GET answered 200; the'],
    [
      'a body that is not read for want of time',
      response(200, { end: 'aborted' }),
      'deadline: GET answered 200; there',
    ],
    ['more than may come', response(200, { end: 'limit' }), 'protocol: body_too_large: the content is longer than 9'],
    ['a body that breaks off', response(200, { end: 'cut' }, 'ab'), 'unreadable'],
    ['no bytes', response(200), 'unreadable'],
    ['fewer bytes', response(200, {}, 'ab'), 'size_mismatch'],
  ])('is decided by the first rule that fits: %s', (_, answer, expected) => {
    expect(judged(answer, { limit: 9 })).toMatch(new RegExp(`^${expected.replace('(', '\\(')}`));
  });

  test.each<[string, HttpResponse, Partial<ContentQuestion>, string]>([
    ['a part that was asked for', response(206, {}, 'd'), { statuses: [200, 206] }, 'found'],
    [
      'a part of something shorter',
      response(206, { headers: { 'content-range': 'bytes 2-2/3' } }, 'c'),
      { statuses: [206] },
      'size_mismatch',
    ],
    ['a web page in parts', response(206, { headers: PAGE }, '>'), { statuses: [206] }, 'protocol'],
    ['encoded bytes that will do', response(200, { headers: CODED }, 'abcdefg'), { mayBeEncoded: true }, 'found'],
    ['bytes that were decoded', response(200, { headers: CODED, coding: DECODED, received: 9 }, 'abcd'), {}, 'found'],
    ['fewer bytes when decoded', response(200, { headers: CODED, coding: DECODED }, 'abcd'), { size: 5 }, 'digest_mi'],
    ['no bytes of an empty blob', response(200), { size: 0, mayBeEmpty: true }, 'found'],
    ['any length where none is known', response(200, { headers: LENGTH }, 'abcd'), { size: null }, 'found'],
    ['enough of a body that breaks off', response(200, { end: 'cut' }, 'a'), { isEnough: () => true }, 'found'],
    ['a HEAD, which has no body', response(200, { headers: LENGTH }), { method: 'HEAD' }, 'found'],
    [
      'a HEAD with another length',
      response(200, { headers: { 'content-length': '5' } }),
      { method: 'HEAD' },
      'size_mi',
    ],
  ])('%s', (_, answer, question, expected) => {
    expect(judged(answer, question)).toMatch(new RegExp(`^${expected}`));
  });

  test.each<[HttpResponse, number | null, string]>([
    [response(200, { end: 'cut', headers: { 'content-length': '9' } }, 'abc'), null, 'sent 3 of 9 bytes'],
    [response(200, { end: 'cut' }, 'abc'), 7, 'sent 3 of 7 bytes'],
    [response(200, { end: 'cut' }, 'abc'), null, 'sent 3 of an unknown number of bytes'],
    [response(200), null, 'sent nothing'],
    [
      response(200, { end: 'cut', headers: { ...CODED, 'content-length': '9' }, coding: DECODED, received: 9 }),
      null,
      'sent 9 bytes, which are broken as gzip',
    ],
    [
      response(200, { end: 'cut', headers: CODED, coding: DECODED, received: 9 }),
      7,
      'sent 9 bytes, which are broken as gzip',
    ],
    [
      response(200, { end: 'cut', headers: { ...CODED, 'content-length': '9' }, coding: DECODED, received: 3 }),
      null,
      'sent 3 of 9 bytes',
    ],
    [
      response(200, { headers: { 'content-encoding': 'BR, identity, gzip' } }, 'x'),
      null,
      'sent something encoded as br, gzip, which nodes do not undo',
    ],
  ])('tells how much of a body came: %#', (answer, size, expected) => {
    const told = judgeContent({ ...QUESTION, size }, answer);

    expect(told).toMatchObject({ observed: { detail: `GET of the content answered 200 and ${expected}` } });
  });
});
