import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { escapeControls, visible } from '../../src/report/escape.ts';

describe('visible', () => {
  test.each([
    ['plain text', 'team/app:v1', 'team/app:v1'],
    ['letters of every script', 'größe 画像', 'größe 画像'],
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['the eight-bit form of one', '\u009b31m', '\\u{9b}31m'],
    ['a line break', 'a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['a reversal of the reading direction', 'v1\u202egnp', 'v1\\u{202e}gnp'],
    ['an invisible character', 'v\u200b1', 'v\\u{200b}1'],
    ['an invisible character beyond the first plane', 'v\u{e0041}', 'v\\u{e0041}'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a character', 'a\ud83d', 'a\\u{d83d}'],
    ['delete', 'a\u007f', 'a\\u{7f}'],
    ['a command of GitHub', '::error file=x::y', '\\u{3a}:error file=x::y'],
    ['one that a line may begin with when it is broken', 'x ::add-mask::y', 'x \\u{3a}:add-mask::y'],
    [
      'an address that looks like one',
      'connect to ::1:5000 and ::ffff:127.0.0.1',
      'connect to ::1:5000 and ::ffff:127.0.0.1',
    ],
    ['a command of GitHub in its older form', 'x ##[error]y', 'x \\u{23}#[error]y'],
    ['a command of Azure', 'x##vso[task.setvariable]y', 'x\\u{23}#vso[task.setvariable]y'],
  ])('shows %s', (_case, text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('escapeControls', () => {
  test('never changes what JSON text means', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        const json = escapeControls(JSON.stringify({ text }, null, 2));

        expect(JSON.parse(json)).toEqual({ text });
        expect(json).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  test('leaves no command that acts in the middle of a line', () => {
    const json = escapeControls(JSON.stringify({ text: '##[error]x ##vso[y] ## [z]' }));

    expect(json).not.toMatch(/##[a-z]*\[/);
    expect(JSON.parse(json)).toEqual({ text: '##[error]x ##vso[y] ## [z]' });
  });
});
