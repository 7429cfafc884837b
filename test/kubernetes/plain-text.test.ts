import { describe, expect, test } from 'vitest';

import { plainText } from '../../src/kubernetes/plain-text.ts';

describe('plain text', () => {
  test.each([
    ['as it is', 'as it is'],
    ['tabs\tand\nlines\r\nbecome blanks', 'tabs and lines become blanks'],
    ['  no blanks around  ', 'no blanks around'],
    ['an \u001b[31mescape', 'an \\u{1b}[31mescape'],
    ['caf\u00e9', 'caf\\u{e9}'],
    ['\u202eturned', '\\u{202e}turned'],
    ['\u{1f4a5}', '\\u{1f4a5}'],
    ['half \ud83d', 'half \\u{d83d}'],
    ['\u00a0nbsp\u2028ls', 'nbsp ls'],
    ['', ''],
  ])('%j is %j', (text, expected) => {
    const plain = plainText(text);

    expect(plain).toBe(expected);
  });
});
