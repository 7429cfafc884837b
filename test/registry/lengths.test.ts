import { describe, expect, test } from 'vitest';

import {
  announcedLength,
  compareLength,
  contentLength,
  encodingOf,
  rangeTotal,
  readRange,
} from '../../src/registry/lengths.ts';
import { response } from './scene.ts';

describe('announcedLength', () => {
  test.each<[string, Readonly<Record<string, string>>, number | null]>([
    ['a number', { 'content-length': '12' }, 12],
    ['zero', { 'content-length': '0' }, 0],
    ['nothing', {}, null],
    ['nonsense', { 'content-length': '-1' }, null],
    ['two numbers', { 'content-length': '12, 12' }, null],
    ['a number too long to be one', { 'content-length': '9'.repeat(16) }, null],
    ['the length of something encoded', { 'content-length': '12', 'content-encoding': 'gzip' }, null],
    ['the length under an encoding that is none', { 'content-length': '12', 'content-encoding': 'Identity' }, 12],
  ])('%s', (_, headers, expected) => {
    expect(announcedLength(response(200, { headers }))).toBe(expected);
  });
});

describe('contentLength', () => {
  const headers = { 'content-encoding': 'gzip' };

  test.each<[string, Parameters<typeof response>[1], number | null]>([
    ['what came', { received: 9 }, 9],
    ['what came out of something encoded', { headers, received: 9, coding: coding(20) }, 20],
    ['nothing of what was left encoded', { headers, received: 9, coding: coding(null) }, null],
    ['nothing of what is encoded and was never read', { headers }, null],
  ])('is that of %s', (_, rest, expected) => {
    expect(contentLength(response(200, rest))).toBe(expected);
  });

  function coding(decoded: number | null) {
    return { names: ['gzip'], decoded, forNodes: true };
  }
});

test('encodings are told in one line, however many are said', () => {
  const headers = { 'content-encoding': 'BR,'.repeat(1000) };

  expect(encodingOf(response(200, { headers }))).toBe('br, '.repeat(15));
});

describe('rangeTotal', () => {
  test.each<[string | undefined, number | null]>([
    ['bytes 4-4/5', 5],
    ['Bytes 0-0/1', 1],
    ['bytes */7', 7],
    ['bytes 4-4/*', null],
    ['bytes 0-0', null],
    ['items 4-4/5', null],
    ['', null],
    [undefined, null],
  ])('%j gives %s', (header, expected) => {
    const headers: Readonly<Record<string, string>> = header === undefined ? {} : { 'content-range': header };

    expect(rangeTotal(response(206, { headers }))).toBe(expected);
  });
});

describe('readRange', () => {
  test.each<[string, object | null]>([
    ['bytes 4-4/5', { first: 4, last: 4 }],
    ['Bytes 0-7/*', { first: 0, last: 7 }],
    ['bytes */7', null],
    ['bytes 4-/5', null],
    ['bytes 4-4', null],
    ['items 4-4/5', null],
  ])('%j gives %j', (range, expected) => {
    expect(readRange(response(206, { headers: { 'content-range': range } }))).toEqual(expected);
  });

  test('nothing of something encoded, nor where nothing is said', () => {
    const headers = { 'content-range': 'bytes 4-4/5', 'content-encoding': 'gzip' };

    expect(readRange(response(206, { headers }))).toBeNull();
    expect(readRange(response(206))).toBeNull();
  });
});

describe('compareLength', () => {
  test.each<[number | null, number | null]>([
    [5, 5],
    [null, 5],
    [5, null],
    [null, null],
    [0, 0],
  ])('%s where %s is expected is no finding', (actual, expected) => {
    expect(compareLength('HEAD', response(200), actual, expected)).toBeNull();
  });

  test.each<[number, number]>([
    [0, 5],
    [4, 5],
    [6, 5],
  ])('%i where %i is expected is one, with both', (actual, expected) => {
    const answer = compareLength('HEAD', response(200), actual, expected);

    const detail = `HEAD answered 200 with ${actual} bytes where the descriptor says ${expected}`;
    const observed = { method: 'HEAD', status: 200, bytes: actual, detail };
    expect(answer).toEqual({ kind: 'absent', fault: 'size_mismatch', actual, observed });
  });
});
