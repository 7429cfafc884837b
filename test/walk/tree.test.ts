import { describe, expect, test } from 'vitest';

import { blobKey } from '../../src/walk/tree.ts';

describe('blobKey', () => {
  test.each([
    [1, 1, true],
    [1, 2, false],
  ])('the sizes %s and %s of one digest are one question: %s', (one, other, same) => {
    const key = (size: number): string => blobKey({ mediaType: '', digest: 'sha256:a', size });

    expect(key(one) === key(other)).toBe(same);
  });
});
