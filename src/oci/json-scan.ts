import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  decodeText,
  ESCAPE,
  isDigit,
  isOfNumber,
  isSpace,
  LONGEST_ESCAPE,
  LONGEST_WORD,
  MINUS,
  NONE,
  NUMBER,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SHOWN_KEY,
  SPACE,
  WORD,
} from './json-bytes.ts';

/** Go's decoder refuses deeper documents: https://pkg.go.dev/encoding/json#Decoder. */
const MAX_DEPTH = 10_000;

/** What comes next in a document; `end` where it is over, or broken. */
export type Next = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'end';

/**
 * Goes through a JSON document value by value, without building it: what nobody asks for costs no memory, and nothing
 * in it is called for each level. After the first error of syntax everything that comes is `end`.
 */
export interface Scan {
  next(): Next;
  string(): string;
  /** The digits as they stand there. */
  number(): string;
  boolean(): boolean;
  /** Passes over one value of whatever kind. */
  skip(): void;
  /** Calls `visit` at each element of an array, which has to read or skip it. */
  elements(visit: (index: number) => void): void;
  /** Calls `visit` with the key at each member of an object, which has to read or skip the value. */
  members(visit: (key: string) => void): void;
  /** Notes that the value just passed was not of the kind that belongs there. Reading goes on. */
  mismatch(expected: string, found: Next): void;
  /** Ends the reading: the first problem, or null. Nothing but white space may be left. */
  finish(): string | null;
}

const NAMES: Readonly<Record<Next, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
  end: 'nothing',
};

/**
 * Starts at the beginning of a document. The grammar is that of RFC 8259; bytes that are no UTF-8 become U+FFFD, and a
 * byte order mark is an error. Each string that is handed out stands for itself: one that was cut out of the text of the
 * document would keep all of it in memory.
 */
export function createScan(bytes: Uint8Array): Scan {
  const document = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { length } = document;
  let at = 0;
  let problem: string | null = null;
  const path: (string | number)[] = [];

  function fail(): void {
    problem ??= 'the body is not JSON';
    at = length;
  }

  function code(): number {
    return at < length ? (document[at] ?? NONE) : NONE;
  }

  /** The byte after white space; `NONE` at the end. */
  function peek(): number {
    while (isSpace(code())) at += 1;
    return code();
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

  /** Passes over a string, quotes included, and tells what is in it that does not stand for itself. */
  function skipString(): 'plain' | 'coded' | 'escaped' {
    if (!take(QUOTE)) fail();
    let kind: 'plain' | 'coded' | 'escaped' = 'plain';
    // Byte by byte, because a pattern for all of it would need a stack as long as the string.
    for (;;) {
      const one = code();
      if (one === QUOTE) {
        at += 1;
        return kind;
      }
      if (one === BACKSLASH) {
        const [escape] = ESCAPE.exec(document.toString('latin1', at, at + LONGEST_ESCAPE)) ?? [];
        if (escape === undefined) {
          fail();
          return kind;
        }
        kind = 'escaped';
        at += escape.length;
      } else if (one >= SPACE) {
        if (one >= 0x80 && kind === 'plain') kind = 'coded';
        at += 1;
      } else {
        fail();
        return kind;
      }
    }
  }

  function string(): string {
    peek();
    const start = at;
    const kind = skipString();
    if (problem !== null && at === length) return '';
    if (kind === 'plain') return document.toString('latin1', start + 1, at - 1);
    if (kind === 'coded') return decodeText(document.subarray(start + 1, at - 1));
    return (JSON.parse(decodeText(document.subarray(start, at))) as string).toWellFormed();
  }

  function number(): string {
    peek();
    let end = at;
    while (end < length && isOfNumber(document[end] ?? NONE)) end += 1;
    const [found] = NUMBER.exec(document.toString('latin1', at, end)) ?? [];
    if (found === undefined) fail();
    else at += found.length;
    return found ?? '0';
  }

  function word(): string {
    peek();
    const [found] = WORD.exec(document.toString('latin1', at, at + LONGEST_WORD)) ?? [];
    if (found === undefined) fail();
    else at += found.length;
    return found ?? 'null';
  }

  function scalar(kind: Next): void {
    if (kind === 'string') skipString();
    else if (kind === 'number') number();
    else if (kind !== 'end') word();
  }

  /** The key of the next member, and its colon. */
  function key<T>(read: () => T): T {
    if (peek() !== QUOTE) fail();
    const name = read();
    if (!take(COLON)) fail();
    return name;
  }

  function skip(): void {
    const closers: number[] = [];
    do {
      const kind = next();
      if (kind === 'object' || kind === 'array') {
        at += 1;
        const closer = kind === 'object' ? CLOSE_OBJECT : CLOSE_LIST;
        if (path.length + closers.length >= MAX_DEPTH) fail();
        if (!take(closer)) {
          closers.push(closer);
          if (closer === CLOSE_OBJECT) key(skipString);
          continue;
        }
      } else scalar(kind);
      while (closers.length > 0 && take(closers.at(-1) ?? NONE)) closers.pop();
      if (closers.length === 0) return;
      if (!take(COMMA)) fail();
      else if (closers.at(-1) === CLOSE_OBJECT) key(skipString);
    } while (at < length);
    fail();
  }

  /** The inside of an array or an object, between its brackets. */
  function inside(closer: number, one: (index: number) => void): void {
    at += 1;
    if (take(closer)) return;
    if (path.length >= MAX_DEPTH) fail();
    for (let index = 0; at < length; index += 1) {
      one(index);
      if (take(closer)) return;
      if (!take(COMMA)) break;
    }
    fail();
  }

  return {
    next,
    string,
    number,
    boolean: () => word() === 'true',
    skip,
    elements: (visit) =>
      inside(CLOSE_LIST, (index) => {
        path.push(index);
        visit(index);
        path.pop();
      }),
    members: (visit) =>
      inside(CLOSE_OBJECT, () => {
        const name = key(string);
        path.push(name);
        visit(name);
        path.pop();
      }),
    mismatch(expected, found) {
      if (found !== 'end') problem ??= `${formatPath(path)} is ${NAMES[found]} where ${expected} belongs`;
    },
    finish() {
      if (peek() !== NONE) fail();
      return problem;
    },
  };
}

function formatPath(path: readonly (string | number)[]): string {
  if (path.length === 0) return 'the body';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part.slice(0, SHOWN_KEY)}`))
    .join('')
    .replace(/^\./, '');
}
