/** The bytes that JSON gives a meaning. Below a space, all may only be escaped. */
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
/** In place of a byte where there is none left, and of an end where what begins does not end as it should. */
export const NONE = -1;

/** Keys of a path in a message are cut here: they are a stranger's. */
export const SHOWN_KEY = 40;

/** One of the ten digits. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Where what is no white space by RFC 8259, section 2, begins from here on. */
export function spaceEnd(document: Uint8Array, from: number): number {
  let at = from;
  while (at < document.length) {
    const code = document[at] ?? NONE;
    if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
    at += 1;
  }
  return at;
}

/** Where the escape that begins here ends; `NONE` for none. */
function escapeEnd(document: Uint8Array, at: number): number {
  const letter = document[at + 1] ?? NONE;
  if (letter !== 0x75) return '"\\/bfnrt'.includes(String.fromCharCode(letter)) ? at + 2 : NONE;
  for (let digit = at + 2; digit < at + 6; digit += 1) if (!isHex(document[digit] ?? NONE)) return NONE;
  return at + 6;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

/**
 * Where the string whose first quote is here ends, behind its last one; `NONE` for none. Byte by byte, because a pattern
 * for all of it would need a stack as long as the string.
 */
export function stringEnd(document: Uint8Array, from: number): number {
  let at = from + 1;
  while (at < document.length) {
    const code = document[at] ?? NONE;
    if (code === QUOTE) return at + 1;
    if (code < SPACE) return NONE;
    if (code === BACKSLASH) {
      at = escapeEnd(document, at);
      if (at === NONE) return NONE;
    } else at += 1;
  }
  return NONE;
}

/** Where the number that begins here ends; `NONE` for none. https://www.rfc-editor.org/rfc/rfc8259#section-6 */
export function numberEnd(document: Uint8Array, from: number): number {
  const first = document[from] === MINUS ? from + 1 : from;
  let at = document[first] === 0x30 ? first + 1 : digitsEnd(document, first);
  if (at === first) return NONE;
  if (document[at] === 0x2e) {
    const fraction = digitsEnd(document, at + 1);
    if (fraction === at + 1) return NONE;
    at = fraction;
  }
  if (document[at] !== 0x65 && document[at] !== 0x45) return at;
  const sign = document[at + 1];
  const exponent = at + (sign === 0x2b || sign === MINUS ? 2 : 1);
  const end = digitsEnd(document, exponent);
  return end === exponent ? NONE : end;
}

function digitsEnd(document: Uint8Array, from: number): number {
  let at = from;
  while (at < document.length && isDigit(document[at] ?? NONE)) at += 1;
  return at;
}

const WORDS: readonly Uint8Array[] = ['true', 'false', 'null'].map((word) => new TextEncoder().encode(word));

/** Where `true`, `false` or `null` that begins here ends; `NONE` for anything else. */
export function wordEnd(document: Uint8Array, from: number): number {
  const word = WORDS.find((one) => one[0] === document[from]);
  return word?.every((code, index) => document[from + index] === code) === true ? from + word.length : NONE;
}

/** The text of bytes that may not be ASCII. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
