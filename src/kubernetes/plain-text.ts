/**
 * Text that every tool prints as it is: printable ASCII on one line, without a blank at its end. `kubectl` shows a text
 * with a tab, a trailing blank or a rare character in it as one long line of escapes. Names come from a registry, which
 * may be hostile, so what is not plain is written as `\u{1b}`.
 */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
