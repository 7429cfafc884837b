import { describe, expect, test } from 'vitest';

import { wrap } from '../../src/report/wrap.ts';

describe('wrap', () => {
  test('breaks between words and fills each line', () => {
    const lines = wrap('one two three four five six seven eight nine ten', 30);

    expect(lines).toEqual(['one two three four five six', 'seven eight nine ten']);
  });

  test('keeps a command in backticks in one piece, with what stands against it', () => {
    const command = '`registry-integrity-probe verify registry.example.com/team/app:v1`';

    const lines = wrap(`push the image; then ${command}.`, 40);

    expect(lines).toEqual(['push the image; then', `${command}.`]);
  });

  test('takes a backtick without its partner for a letter', () => {
    const lines = wrap("a ` b can't `c", 80);

    expect(lines.join(' ')).toBe("a ` b can't `c");
  });

  test('keeps a word whole that is longer than a line', () => {
    const digest = `sha256:${'a'.repeat(64)}`;

    const lines = wrap(`the digest ${digest} is gone`, 40);

    expect(lines).toEqual(['the digest', digest, 'is gone']);
  });

  test('gives up on a terminal that is too narrow to read', () => {
    const lines = wrap('one two three four five', 0);

    expect(lines).toEqual(['one two three four five']);
  });

  test.each([
    ['', []],
    ['   ', []],
  ])('makes nothing of %j', (text, lines) => {
    expect(wrap(text, 40)).toEqual(lines);
  });
});
