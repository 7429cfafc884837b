import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../src/http/retry-after.ts';

const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);

test.each([
  ['120', 120_000],
  [' 7 ', 7000],
  ['0', 0],
  ['Fri, 06 Nov 2026 08:49:37 GMT', 7000],
  ['Friday, 06-Nov-26 08:49:37 GMT', 7000],
  ['Fri, 06 Nov 2026 08:49:00 GMT', 0],
  ['Fri, 99 Nov 2026 08:49:00 GMT', null],
  ['Fri Nov  6 08:49:37 2026', null],
  ['2026-11-06T08:49:37Z', null],
  ['-5', null],
  ['1.5', null],
  ['soon', null],
  ['', null],
  [undefined, null],
])('%s asks for a wait of %s ms', (value, expected) => {
  expect(parseRetryAfter(value, NOW)).toBe(expected);
});
