import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readHead, type Head } from '../../src/http/lenient-head.ts';

type Final = Extract<Head, { kind: 'final' }>;

/** A head with these lines below a 200, each ended as HTTP has it. */
function head(...lines: readonly string[]): string {
  return ['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n');
}

function finalOf(read: Head): Final {
  if (read.kind !== 'final') throw new Error(`it is ${read.kind}`);
  return read;
}

/** The fields that it was given back with, but for the one that ends the connection. */
function fieldsOf(raw: string, method: 'GET' | 'HEAD' = 'GET'): readonly string[] {
  const lines = finalOf(readHead(raw, method)).text.split('\r\n');
  expect(lines.splice(-3)).toEqual(['Connection: close', '', '']);
  return lines.slice(1);
}

describe('what Go reads', () => {
  // Each was sent to a client of Go 1.26 over a socket, and taken by it so.
  test.each<[string, string, readonly string[]]>([
    ['one length', head('Content-Length: 5'), ['Content-Length: 5']],
    ['a length twice', head('Content-Length: 5', 'content-length: 5'), ['Content-Length: 5']],
    [
      'a length three times',
      head('Content-Length: 5', 'Content-Length: 5', 'Content-Length: 5'),
      ['Content-Length: 5'],
    ],
    ['blanks behind a length', head('Content-Length: 5  \t'), ['Content-Length: 5']],
    ['chunks and a length', head('Transfer-Encoding: Chunked', 'Content-Length: 9'), ['Transfer-Encoding: chunked']],
    ['a length and chunks', head('Content-Length: 9', 'Transfer-Encoding: chunked'), ['Transfer-Encoding: chunked']],
    ['a blank before a colon, which makes another name of it', head('Content-Length : 5', 'X-A : b'), []],
    [
      'a line that ends with LF alone',
      'HTTP/1.1 200 OK\r\nX-A: b\nContent-Length: 5\r\n\r\n',
      ['X-A: b', 'Content-Length: 5'],
    ],
    ['the last line ending with LF alone', 'HTTP/1.1 200 OK\r\nX-A: b\n\r\n', ['X-A: b']],
    [
      'lines that all end with LF alone',
      'HTTP/1.1 200 OK\nX-A: b\nContent-Length: 5\n\n',
      ['X-A: b', 'Content-Length: 5'],
    ],
    ['a folded line', head('X-A: b', '\t c ', 'Content-Length:', ' 5'), ['X-A: b c', 'Content-Length: 5']],
    ['bytes that are no ASCII', head('X-A: B\xc3\xbcro', 'X-B: \xff'), ['X-A: B\xc3\xbcro', 'X-B: \xff']],
    ['a tab in a value', head('X-A:a\tb'), ['X-A: a\tb']],
    ['no value', head('X-A:', 'X-B: '), ['X-A: ', 'X-B: ']],
    ['no reason and no field', 'HTTP/1.1 200\r\n\r\n', []],
    ['a later minor version', 'HTTP/1.2 200 OK\r\nContent-Length: 5\r\n\r\n', ['Content-Length: 5']],
    ['HTTP/1.0, in which nobody sends chunks', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', []],
  ])('is read: %s', (_name, raw, fields) => {
    expect(fieldsOf(raw)).toEqual(fields);
  });

  test('of a connection is ours to say', () => {
    const raw = head('Connection: Upgrade, keep-alive', 'Keep-Alive: timeout=9', 'Upgrade: h2c', 'Proxy-Connection: x');

    expect(fieldsOf(raw)).toEqual([]);
  });

  test('of a HEAD keeps its length beside chunks that never come', () => {
    const raw = head('Transfer-Encoding: chunked', 'Content-Length: 5', 'Content-Length: 5');

    expect(fieldsOf(raw, 'HEAD')).toEqual(['Content-Length: 5']);
    expect(finalOf(readHead(raw, 'HEAD')).chunked).toBe(false);
    expect(finalOf(readHead(raw, 'GET')).chunked).toBe(true);
  });

  test.each(['204 No Content', '304 Not Modified'])('of a %s has no body, chunks or not', (status) => {
    const read = finalOf(readHead(`HTTP/1.1 ${status}\r\nTransfer-Encoding: chunked\r\n\r\n`, 'GET'));

    expect(read.chunked).toBe(false);
    expect(read.text).toBe(`HTTP/1.1 ${status.slice(0, 3)}\r\nConnection: close\r\n\r\n`);
  });

  test.each(['100 Continue', '102 Processing', '103 Early Hints'])('before the answer is no answer: %s', (status) => {
    expect(readHead(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n`, 'GET')).toEqual({
      kind: 'interim',
    });
  });
});

describe('what Go refuses', () => {
  test.each<[string, string]>([
    [head('Content-Length: 5', 'Content-Length: 6'), 'two Content-Length fields that differ'],
    [head('Content-Length: 5', 'Content-Length: 05'), 'two Content-Length fields that differ'],
    [
      head('Transfer-Encoding: chunked', 'Content-Length: 5', 'Content-Length: 6'),
      'two Content-Length fields that differ',
    ],
    [head('Content-Length: 5, 5'), 'a Content-Length that is no number'],
    [head('Content-Length:'), 'a Content-Length that is no number'],
    [head('Content-Length: +5'), 'a Content-Length that is no number'],
    [head('Content-Length: 0x5'), 'a Content-Length that is no number'],
    [head('Transfer-Encoding: chunked', 'Content-Length: x'), 'a Content-Length that is no number'],
    [head('Content-Length: 5', ' 5'), 'a Content-Length that is no number'],
    [head('Transfer-Encoding: gzip, chunked'), 'a Transfer-Encoding other than chunked'],
    [head('Transfer-Encoding: chunked, identity'), 'a Transfer-Encoding other than chunked'],
    [head('Transfer-Encoding: identity', 'Content-Length: 5'), 'a Transfer-Encoding other than chunked'],
    [head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'), 'a Transfer-Encoding other than chunked'],
    [head('Transfer-Encoding:', 'Content-Length: 5'), 'a Transfer-Encoding other than chunked'],
    [head('X-A: b\rContent-Length: 5'), 'a control character in a header'],
    [head('X-A: a\0b'), 'a control character in a header'],
    [head('X-A: a\x1bb'), 'a control character in a header'],
    [head('X-A: a\x7f'), 'a control character in a header'],
    [head('X-A: b', ' \0'), 'a control character in a header'],
    [head(' X-A: b'), 'a header that begins with a blank'],
    [head('garbage'), 'a header line without a colon'],
    [head(': b'), 'a header with a name that is none'],
    [head('X(A): b'), 'a header with a name that is none'],
    [head('X-B\xc3\xbc: b'), 'a header with a name that is none'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'the status 101'],
    ['HTTP/1.1 099 OK\r\n\r\n', 'the status 099'],
  ])('is refused and named: %j', (raw, oddity) => {
    expect(readHead(raw, 'GET')).toEqual({ kind: 'garbled', oddity });
  });

  test.each(['hello\r\n\r\n', 'http/1.1 200 OK\r\n\r\n', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/2.0 200 OK\r\n\r\n'])(
    'because it is no HTTP is not named anything: %j',
    (raw) => {
      expect(readHead(raw, 'GET')).toEqual({ kind: 'not_http' });
    },
  );
});

describe('whether anything was odd', () => {
  test.each([
    [head('Content-Length: 5', 'X-A: b'), false],
    [head('transfer-encoding:chunked'), false],
    ['HTTP/1.0 200\r\n\r\n', false],
    ['HTTP/1.2 200\r\n\r\n', true],
    [head('Content-Length: 5', 'Content-Length: 5'), true],
    [head('Content-Length: 5', 'Transfer-Encoding: chunked'), true],
    [head('Content-Length: 5 '), true],
    [head('X-A : b'), true],
    [head('X-A: b', ' c'), true],
    ['HTTP/1.1 200 OK\r\nX-A: b\n\r\n', true],
    ['HTTP/1.1 200 OK\nX-A: b\r\n\r\n', true],
  ])('is told of %j: %s', (raw, changed) => {
    expect(finalOf(readHead(raw, 'GET')).changed).toBe(changed);
  });

  test('is no longer the case of what was put right', () => {
    const line = fc.constantFrom(
      'X-A: b',
      'X-B : c',
      ' d',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      'X-C:\t e ',
    );
    const ending = fc.constantFrom('\r\n', '\n');

    fc.assert(
      fc.property(fc.array(fc.tuple(line, ending)), fc.constantFrom('GET', 'HEAD'), (lines, method) => {
        const raw = `HTTP/1.1 200 OK\r\n${lines.map((one) => one.join('')).join('')}\r\n`;
        const first = readHead(raw, method);
        if (first.kind !== 'final') return;

        expect(readHead(first.text, method)).toEqual({ ...first, changed: false });
      }),
    );
  });
});
