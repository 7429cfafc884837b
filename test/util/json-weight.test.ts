import { expect, test } from 'vitest';

import { isHeavyJson } from '../../src/util/json-weight.ts';

test.each([
  ['objects in a list', `[${'{},'.repeat(9)}{}]`, true],
  ['lists in lists', '['.repeat(11), true],
  ['members', `{${'"a":0,'.repeat(5)}"a":0}`, true],
  ['what stands in a text', `["${',:[{'.repeat(9)}"]`, false],
  ['a quote in a text', String.raw`["\"${',,,,,,,,,,,,'}"]`, false],
  ['a few values', '{"a":[1,2,3]}', false],
])('of more than ten values are %s: %s', (_, text, isHeavy) => {
  expect(isHeavyJson(Buffer.from(text), 10)).toBe(isHeavy);
});
