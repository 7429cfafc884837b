import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createChunkReader } from '../../src/http/lenient-chunks.ts';

/** What a body becomes that comes in these pieces, and whether anything in it was odd. */
function read(...pieces: readonly string[]): { readonly plain: string; readonly odd: boolean } {
  let odd = false;
  const reader = createChunkReader(() => (odd = true));
  const plain = pieces.map((piece) => Buffer.from(reader(Buffer.from(piece, 'latin1'))).toString('latin1')).join('');
  return { plain, odd };
}

/** The content of plain chunks. */
function contentOf(plain: string): string {
  let content = '';
  for (let rest = plain; rest !== '';) {
    const [size = ''] = rest.split('\r\n', 1);
    const length = Number.parseInt(size, 16);
    content += rest.slice(size.length + 2, size.length + 2 + length);
    rest = rest.slice(size.length + 4 + length);
  }
  return content;
}

describe('chunks that Go reads', () => {
  test.each([
    ['as they should be', '5\r\nhello\r\n0\r\n\r\n', false],
    ['with zeros', '0005\r\nhello\r\n000\r\n\r\n', false],
    ['with blanks behind a size', '5 \t\r\nhello\r\n0  \r\n\r\n', true],
    ['with extensions', '5;a=b\r\nhello\r\n0\r\n\r\n', true],
    ['with trailers that look like framing', '5\r\nhello\r\n0\r\nContent-Length: 7\r\nX: y\r\n\r\n', true],
    ['with more behind them', '5\r\nhello\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n', false],
  ])('are given back plain: %s', (_name, body, odd) => {
    expect(read(body)).toEqual({ plain: '5\r\nhello\r\n0\r\n\r\n', odd });
  });

  test('have the same content however they are cut in pieces on the way', () => {
    const body = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), { maxLength: 5 });

    fc.assert(
      fc.property(body, fc.array(fc.nat(60)), (chunks, cuts) => {
        const coded = chunks.map((chunk) => `${chunk.length.toString(16)} \r\n${chunk}\r\n`).join('') + '0\r\n\r\n';
        const places = [
          0,
          ...cuts.map((cut) => cut % coded.length).toSorted((one, other) => one - other),
          coded.length,
        ];
        const pieces = places.slice(1).map((place, index) => coded.slice(places[index], place));

        const { plain } = read(...pieces);

        expect(contentOf(plain)).toBe(chunks.join(''));
        expect(plain.endsWith('0\r\n\r\n')).toBe(true);
      }),
    );
  });

  test('that stop in the middle have no end', () => {
    expect(read('5\r\nhel').plain).toBe('3\r\nhel\r\n');
    expect(read('5\r\nhello\r\n0\r\n').plain).toBe('5\r\nhello\r\n');
  });
});

describe('what is no chunk', () => {
  test.each([
    ['a size that ends with LF alone', '5\r\nhello\r\n', '0\n\n'],
    ['content that ends with LF alone', '5\r\nhello\n', '0\r\n\r\n'],
    ['content that goes on behind its size', '5\r\nhello', ', world\r\n0\r\n\r\n'],
    ['a size that is none', '5\r\nhello\r\n', 'what?\r\n'],
    ['a size below zero', '5\r\nhello\r\n', '-5\r\nhello\r\n'],
    ['a size with a prefix', '5\r\nhello\r\n', '0x5\r\nhello\r\n'],
    ['a size that no number holds', '5\r\nhello\r\n', 'ffffffffffffff\r\n'],
    ['a line without end', '5\r\nhello\r\n', '5;'.padEnd(5000, 'a')],
    ['trailers without end', '5\r\nhello\r\n', `0\r\n${'X: y\r\n'.repeat(300)}\r\n`],
  ])('is given on as such, and nothing after it: %s', (_name, ...pieces) => {
    const { plain } = read(...pieces, '0\r\n\r\n');

    expect(plain).toBe('5\r\nhello\r\nno chunk\r\n');
  });
});
