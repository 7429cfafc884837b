import { describe, expect, test } from 'vitest';

import { readByteRange } from '../../src/demo/byte-range.ts';

describe('readByteRange', () => {
  test.each([
    [undefined, 10, { kind: 'all' }],
    ['bytes=0-0', 10, { kind: 'part', first: 0, last: 0 }],
    ['bytes=9-9', 10, { kind: 'part', first: 9, last: 9 }],
    ['bytes=4-', 10, { kind: 'part', first: 4, last: 9 }],
    ['bytes=-3', 10, { kind: 'part', first: 7, last: 9 }],
    ['bytes=-99', 10, { kind: 'part', first: 0, last: 9 }],
    ['bytes=5-99', 10, { kind: 'part', first: 5, last: 9 }],
    ['bytes=10-10', 10, { kind: 'unsatisfiable' }],
    ['bytes=0-0', 0, { kind: 'unsatisfiable' }],
    ['bytes=-1', 0, { kind: 'unsatisfiable' }],
    ['bytes=5-2', 10, { kind: 'malformed' }],
    ['bytes=-', 10, { kind: 'malformed' }],
    ['lines=1-2', 10, { kind: 'malformed' }],
    ['bytes=0-0,3-4', 10, { kind: 'all' }],
  ])('%s of %i bytes', (header, size, expected) => {
    expect(readByteRange(header, size)).toEqual(expected);
  });
});
