import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createTarReader } from '../../src/registry/tar-reader.ts';
import { END, entry, paxRecord } from '../support/archive.ts';

const FILE = entry('hello', { name: 'hello' });
const SPLIT = 512 + 100;

function read(...parts: readonly Uint8Array[]): string | null {
  const reader = createTarReader();
  for (const part of parts) reader.push(part);
  return reader.end();
}

describe('createTarReader', () => {
  test.each<[string, readonly Uint8Array[]]>([
    ['no byte at all', []],
    ['nothing but its end', [END]],
    ['many blocks of zeros', [Buffer.alloc(10_240)]],
    ['a file', [FILE, END]],
    ['a file without an end', [FILE]],
    ['a file and half an end', [FILE, END.subarray(0, 512)]],
    ['a file without its padding', [FILE.subarray(0, 512 + 5)]],
    ['anything behind the end', [FILE, END, Buffer.from('and more')]],
    ['the same file twice', [FILE, FILE, END]],
    ['a file of exactly a block', [entry(Buffer.alloc(512, 1)), END]],
    ['an empty file', [entry(), END]],
    ['a file in the oldest form', [entry('x', { magic: '', type: '\0', raw: { 329: 'zz' } }), END]],
    ["a file in GNU's form", [entry('x', { magic: 'ustar  \0' }), END]],
    [
      'links, devices, folders and pipes, whatever size they say',
      ['1', '2', '3', '4', '5', '6'].map((type) => entry('', { type, size: 9999 })),
    ],
    ['a whiteout', [entry('', { name: 'etc/.wh.passwd' }), entry('', { name: 'var/.wh..wh..opq' }), END]],
    [
      'a long name',
      [entry('n'.repeat(300), { type: 'L', name: '././@LongLink' }), entry('', { type: 'K' }), FILE, END],
    ],
    ['records', [entry(paxRecord('path', 'p'.repeat(200)) + paxRecord('mtime', '1.5'), { type: 'x' }), FILE, END]],
    [
      'records of attributes with any bytes',
      [entry(paxRecord('SCHILY.xattr.user.x', '\n=\0'), { type: 'x' }), FILE, END],
    ],
    ['records for all', [entry(paxRecord('comment', 'x'), { type: 'g' }), FILE, END]],
    [
      'a size that is in the records',
      [entry(paxRecord('size', '600'), { type: 'x' }), entry('x'.repeat(600), { size: 0 }), END],
    ],
    ['a size in binary', [entry('hello', { raw: { 124: '\x80\0\0\0\0\0\0\0\0\0\0\x05' } }), END]],
    ['numbers between blanks', [entry('', { raw: { 100: '   644 \0', 108: '        ', 136: ' 0' } }), END]],
    ['a negative time', [entry('', { raw: { 136: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' } }), END]],
  ])('takes %s', (_, parts) => {
    expect(read(...parts)).toBeNull();
  });

  test.each<[string, readonly Uint8Array[], RegExp]>([
    ['text', [Buffer.from('no archive '.repeat(100))], /^no archive: a header with a wrong checksum/],
    ['a few bytes', [Buffer.from('hello')], /^no archive: it ends within a header/],
    ['a file that is cut', [entry('x'.repeat(600)).subarray(0, 700)], /^it ends within a file \(behind header 1\)/],
    ['a header that is cut', [FILE, FILE.subarray(0, 100)], /^it ends within a header \(behind header 1\)/],
    ['an end that is cut', [FILE, END.subarray(0, 600)], /ends within a header/],
    ['something behind a block of zeros', [FILE, END.subarray(0, 512), FILE], /something behind a block of zeros/],
    ['a checksum that is wrong', [FILE.with(0, 1)], /wrong checksum/],
    ['a mode that is none', [entry('', { raw: { 100: '9999999\0' } })], /a number that is none/],
    ['a device number that is none', [entry('', { raw: { 329: 'zz' } })], /a number that is none/],
    ['a size that is none', [entry('', { raw: { 124: 'x' } })], /a size that is none/],
    ['a size below zero', [entry('', { raw: { 124: '\xff'.repeat(12) } })], /a size that is none/],
    [
      'a size of more than 63 bits',
      [entry('', { raw: { 124: `\x80\0\0\0${'\xff'.repeat(8)}` } })],
      /a size that is none/,
    ],
    [
      'a type that nobody unpacks',
      [entry('', { type: 'S', magic: 'ustar  \0' })],
      /a type that nodes do not unpack \("S"\)/,
    ],
    ['records that are none', [entry('nonsense', { type: 'x' }), FILE], /extended records/],
    ['records with a wrong length', [entry('99 path=x\n', { type: 'x' }), FILE], /extended records/],
    ['a size in the records that is none', [entry(paxRecord('size', '1e3'), { type: 'x' }), FILE], /extended records/],
    ['records of more than a MiB', [entry('', { type: 'x', size: 2 ** 20 + 1 })], /more than 1 MiB/],
    [
      'a size in the records that is too large',
      [entry(paxRecord('size', '9999'), { type: 'x' }), FILE, END],
      /within a file/,
    ],
  ])('refuses %s', (_, parts, problem) => {
    expect(read(...parts)).toMatch(problem);
  });

  test('reads the same in pieces of any size', () => {
    const archive = Buffer.concat([
      entry(paxRecord('size', '600'), { type: 'x' }),
      entry('x'.repeat(600), { size: 1 }),
      FILE,
    ]);

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 0, max: archive.length }), (step, length) => {
        const cut = archive.subarray(0, length);
        const pieces = Array.from({ length: Math.ceil(length / step) }, (_, at) =>
          cut.subarray(at * step, (at + 1) * step),
        );

        expect(read(...pieces)).toBe(read(cut));
      }),
      {
        examples: [
          [1, archive.length],
          [512, SPLIT],
        ],
      },
    );
  });
});
