import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isDigit,
  MINUS,
  NONE,
  numberEnd,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  spaceEnd,
  stringEnd,
  wordEnd,
} from './json-bytes.ts';

/** Go's decoder refuses deeper documents: https://pkg.go.dev/encoding/json#Decoder. */
export const MAX_DEPTH = 10_000;

/** Passes over one value, at once or by and by. */
export interface Skip {
  /** Goes on until so many bytes, or a few more, are passed over. True when the value is over, or broken. */
  pass(bytes: number): boolean;
  /** Where the value ends; `NONE` where it is broken, or too deep. */
  readonly end: number;
}

/**
 * Starts at the value that begins here, or behind white space, in a place that is `depth` deep. Nothing is called for
 * each level, and nothing is kept but a bit for it.
 */
export function startSkip(document: Uint8Array, from: number, depth: number): Skip {
  /** Of each level that is open: whether it is an object. */
  const open: boolean[] = [];
  let at = from;
  // Not read by a getter, of which V8 would make a shape for each skip.
  const skip: { -readonly [K in keyof Skip]: Skip[K] } = { pass, end: NONE };
  return skip;

  /** Goes into what begins here, as far as it is not over at once, or behind it; false where it is broken. */
  function begin(): boolean {
    at = spaceEnd(document, at);
    const first = document[at] ?? NONE;
    if (first !== OPEN_OBJECT && first !== OPEN_LIST) {
      at = scalarEnd(document, at);
      return at !== NONE && close();
    }
    if (depth + open.length >= MAX_DEPTH) return false;
    const isObject = first === OPEN_OBJECT;
    at = spaceEnd(document, at + 1);
    if (document[at] === (isObject ? CLOSE_OBJECT : CLOSE_LIST)) {
      at += 1;
      return close();
    }
    open.push(isObject);
    if (isObject) at = keyEnd(document, at);
    return at !== NONE;
  }

  /** Behind a value: what is open ends, or goes on; false where it does neither, and at the end. */
  function close(): boolean {
    while (open.length > 0) {
      const isObject = open[open.length - 1] === true;
      at = spaceEnd(document, at);
      const next = document[at] ?? NONE;
      if (next === COMMA) {
        at = isObject ? keyEnd(document, spaceEnd(document, at + 1)) : at + 1;
        return at !== NONE;
      }
      if (next !== (isObject ? CLOSE_OBJECT : CLOSE_LIST)) return false;
      open.pop();
      at += 1;
    }
    skip.end = at;
    return false;
  }

  function pass(bytes: number): boolean {
    const until = at + bytes;
    while (begin()) if (at >= until) return false;
    return true;
  }
}

/** Where what is neither an object nor a list, and begins here, ends; `NONE` where it is broken. */
export function scalarEnd(document: Uint8Array, at: number): number {
  const first = document[at] ?? NONE;
  if (first === QUOTE) return stringEnd(document, at);
  if (first === MINUS || isDigit(first)) return numberEnd(document, at);
  return wordEnd(document, at);
}

/** Behind the colon of the key that begins here. */
function keyEnd(document: Uint8Array, from: number): number {
  if (document[from] !== QUOTE) return NONE;
  const end = stringEnd(document, from);
  if (end === NONE) return NONE;
  const colon = spaceEnd(document, end);
  return document[colon] === COLON ? colon + 1 : NONE;
}
