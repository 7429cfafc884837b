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
import { textOf, type KeyOf } from './json-keys.ts';
import { formatPath, NAMES, type Next } from './json-path.ts';
import { MAX_DEPTH, scalarEnd, startSkip, type Skip } from './json-skip.ts';

export type { Next };

/** Why a document is not read to its end: it is none of its kind, or there is more in it than is read. */
export type Stopped =
  { readonly kind: 'invalid'; readonly problem: string } | { readonly kind: 'too_much'; readonly problem: string };

/**
 * Goes through a JSON document value by value, without building it: what nobody asks for costs no memory, and nothing
 * in it is called for each level. It stops at the first thing that does not belong there: after it, everything that
 * comes is `end`.
 */
export interface Scan {
  next(): Next;
  string(): string;
  /** The digits as they stand there. */
  number(): string;
  /** A whole number of up to 15 digits; null, and nothing is read, where it is another one. */
  wholeNumber(): number | null;
  boolean(): boolean;
  /** Passes over one value of whatever kind. */
  skip(): void;
  /** The same, and hands out its bytes. */
  raw(): Uint8Array;
  /** The same, so many bytes at a time: false as long as there is more of it. */
  skipSome(bytes: number): boolean;
  /** Calls `visit` at each element of an array, which has to read or skip it. */
  elements(visit: (index: number) => void): void;
  /** Calls `visit` at each member of an object with what its key is, which has to read or skip the value. */
  members<K extends string>(keyOf: KeyOf<K>, visit: (key: K | null) => void): void;
  /** Goes into the array or object that comes next: true where there is something in it. */
  enter(kind: 'array' | 'object'): boolean;
  /** Goes on in it: false behind its end. */
  another(kind: 'array' | 'object'): boolean;
  /** What the key is that comes next, with its colon. */
  key<K extends string>(keyOf: KeyOf<K>): K | null;
  /** The value just passed was not of the kind that belongs there. */
  mismatch(expected: string, found: Next): void;
  /** The value that is being read is one with which nothing can be done; `what` follows its path. */
  refuse(what: string): void;
  /** There is more of something in the document than is read. */
  exceed(what: string): void;
  /** False once it was stopped: what came last is not what is in the document. */
  isOpen(): boolean;
  /** Ends the reading: why it was stopped, or null. Nothing but white space may be left. */
  finish(): Stopped | null;
}

/** Digits that a double holds exactly. */
const EXACT_DIGITS = 15;

/**
 * Starts at the beginning of a document. The grammar is that of RFC 8259; bytes that are no UTF-8 become U+FFFD, and a
 * byte order mark is an error. Each string that is handed out stands for itself: one that was cut out of the text of the
 * document would keep all of it in memory.
 */
export function createScan(bytes: Uint8Array): Scan {
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { length } = document;
  let at = 0;
  let stopped: Stopped | null = null;
  /** Of each level that is open: an index, or less than zero where it is a key, which begins that far from the start. */
  const path: number[] = [];
  let skipping: Skip | null = null;

  function stop(kind: Stopped['kind'], problem: string): void {
    stopped ??= { kind, problem };
    at = length;
  }

  function fail(): void {
    stop('invalid', 'the body is not JSON');
  }

  /** The byte after white space; `NONE` at the end. */
  function peek(): number {
    at = spaceEnd(document, at);
    return at < length ? (document[at] ?? NONE) : NONE;
  }

  function take(wanted: number): boolean {
    if (peek() !== wanted) return false;
    at += 1;
    return true;
  }

  function next(): Next {
    const first = peek();
    if (first === OPEN_OBJECT) return 'object';
    if (first === OPEN_LIST) return 'array';
    if (first === QUOTE) return 'string';
    if (first === MINUS || isDigit(first)) return 'number';
    if (first === 0x74 || first === 0x66) return 'boolean';
    if (first === 0x6e) return 'null';
    fail();
    return 'end';
  }

  /** Goes on to the end of what begins behind white space, and tells where that was; `NONE` where it does not end. */
  function pass(endOf: (document: Uint8Array, from: number) => number): number {
    peek();
    const start = at;
    const end = at < length ? endOf(document, at) : NONE;
    if (end === NONE) {
      fail();
      return NONE;
    }
    at = end;
    return start;
  }

  function string(): string {
    if (peek() !== QUOTE) fail();
    const start = pass(stringEnd);
    return start === NONE ? '' : textOf(document, start, at);
  }

  function number(): string {
    const start = pass(numberEnd);
    return start === NONE ? '0' : document.toString('latin1', start, at);
  }

  function wholeNumber(): number | null {
    peek();
    const isNegative = document[at] === MINUS;
    const first = isNegative ? at + 1 : at;
    let end = first;
    let value = 0;
    for (; end < length && end - first <= EXACT_DIGITS && isDigit(document[end] ?? NONE); end += 1) {
      value = value * 10 + (document[end] ?? 0) - 0x30;
    }
    if (end - first > EXACT_DIGITS || numberEnd(document, at) !== end) return null;
    at = end;
    return isNegative && value !== 0 ? -value : value;
  }

  function key<K extends string>(keyOf: KeyOf<K>): K | null {
    if (peek() !== QUOTE) fail();
    const start = pass(stringEnd);
    const end = at;
    if (!take(COLON)) fail();
    path.push(-1 - start);
    if (start === NONE) return null;
    return keyOf(document, start, end);
  }

  function enter(kind: 'array' | 'object'): boolean {
    at += 1;
    if (take(CLOSERS[kind])) return false;
    if (path.length >= MAX_DEPTH) fail();
    if (kind === 'array') path.push(0);
    return stopped === null;
  }

  function another(kind: 'array' | 'object'): boolean {
    const last = path.pop() ?? 0;
    if (take(CLOSERS[kind])) return false;
    if (!take(COMMA)) fail();
    if (kind === 'array') path.push(last + 1);
    return stopped === null;
  }

  function skipSome(most: number): boolean {
    const first = peek();
    if (skipping === null && first !== OPEN_OBJECT && first !== OPEN_LIST) {
      pass(scalarEnd);
      return true;
    }
    skipping ??= startSkip(document, at, path.length);
    if (stopped === null && !skipping.pass(most)) return false;
    const { end } = skipping;
    skipping = null;
    if (end === NONE) fail();
    else if (stopped === null) at = end;
    return true;
  }

  return {
    next,
    string,
    number,
    wholeNumber,
    boolean: () => document[pass(wordEnd)] === 0x74,
    skip: () => void skipSome(Infinity),
    raw() {
      peek();
      const start = at;
      skipSome(Infinity);
      return stopped === null ? document.subarray(start, at) : document.subarray(0, 0);
    },
    skipSome,
    elements(visit) {
      if (!enter('array')) return;
      let index = 0;
      do {
        visit(index);
        index += 1;
      } while (another('array'));
    },
    members(keyOf, visit) {
      if (!enter('object')) return;
      do visit(key(keyOf));
      while (another('object'));
    },
    enter,
    another,
    key,
    mismatch(expected, found) {
      if (found !== 'end')
        stop('invalid', `${formatPath(document, path)} is ${NAMES[found]} where ${expected} belongs`);
    },
    refuse: (what) => stop('invalid', `${formatPath(document, path)} ${what}`),
    exceed: (what) => stop('too_much', what),
    isOpen: () => stopped === null,
    finish() {
      if (peek() !== NONE) fail();
      return stopped;
    },
  };
}

const CLOSERS = { array: CLOSE_LIST, object: CLOSE_OBJECT } as const;
