import { expect, test } from 'vitest';

import { cutTo } from '../../src/util/cut.ts';

test.each([
  ['short', 'abc', 'abc'],
  ['as long as it may be', 'abcde', 'abcde'],
  ['longer', 'abcdefgh', 'abcde'],
  ['cut in the middle of a pair', 'abcd\u{1F600}', 'abcd\uFFFD'],
])('a text that is %s', (_, text, cut) => {
  expect(cutTo(text, 5)).toBe(cut);
});
