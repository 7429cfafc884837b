import { describe, expect, test } from 'vitest';

import { noise } from '../../src/demo/noise.ts';

describe('noise', () => {
  test('the same seed gives the same bytes', () => {
    expect(noise('a', 300)).toEqual(noise('a', 300));
  });

  test('another seed gives other bytes', () => {
    expect(noise('a', 300)).not.toEqual(noise('b', 300));
  });

  test.each([0, 1, 31, 32, 33, 1000])('%i bytes are as many as were asked for', (length) => {
    expect(noise('a', length)).toHaveLength(length);
  });

  test('does not repeat itself from block to block', () => {
    const bytes = noise('a', 64);

    expect(bytes.slice(0, 32)).not.toEqual(bytes.slice(32));
  });
});
