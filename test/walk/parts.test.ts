import { expect, test } from 'vitest';

import { partOf } from '../../src/walk/parts.ts';

test('a tag belongs to a part by the first bits of the SHA-256 of its name, for good', () => {
  // printf %s app:v1 | sha256sum
  const first = 0x41b008cb;

  expect(partOf('app', 'v1', 0)).toBe(0);
  expect(partOf('app', 'v1', 4)).toBe(first >>> 28);
  expect(partOf('app', 'v1', 17)).toBe(first >>> 15);
});

test('a part that is divided once more has two that nothing else is in', () => {
  const tags = Array.from({ length: 200 }, (_, index) => `v${index}`);

  expect(tags.every((tag) => partOf('app', tag, 3) >> 1 === partOf('app', tag, 2))).toBe(true);
  expect(new Set(tags.map((tag) => partOf('app', tag, 3))).size).toBe(8);
});
