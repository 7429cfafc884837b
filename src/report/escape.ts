/**
 * What a terminal may act on instead of showing it: control characters, invisible ones that reorder or hide text, line
 * and paragraph separators, and halves of characters. All names and details come from a registry, which may be hostile.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The same without the newline, which pretty-printed JSON is made of; inside its strings it is escaped already. */
const UNSAFE_IN_JSON = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from elsewhere, made fit to be shown: unsafe characters as `\u{1b}`. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** JSON text with unsafe characters written as escapes, so that it parses to the same value. */
export function escapeControls(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}
