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

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What is below it may only be escaped. */
const SPACE = 0x20;

function isSpace(code: number): boolean {
  return code === SPACE || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Keys of a path in a message are cut here: they are a stranger's. */
const SHOWN_KEY = 40;

/** Starts at the beginning of a document. The grammar is that of RFC 8259. */
export function createScan(document: string): Scan {
  let at = 0;
  let problem: string | null = null;
  const path: (string | number)[] = [];

  function fail(): void {
    problem ??= 'the body is not JSON';
    at = document.length;
  }

  function match(pattern: RegExp): string | null {
    pattern.lastIndex = at;
    const found = pattern.exec(document)?.[0];
    if (found === undefined) return null;
    at += found.length;
    return found;
  }

  /** The character after white space; empty at the end. */
  function peek(): string {
    while (isSpace(document.charCodeAt(at))) at += 1;
    return document.charAt(at);
  }

  function take(character: string): boolean {
    if (peek() !== character) return false;
    at += 1;
    return true;
  }

  function next(): Next {
    const character = peek();
    if (character === '{') return 'object';
    if (character === '[') return 'array';
    if (character === '"') return 'string';
    if (character === '-' || (character >= '0' && character <= '9')) return 'number';
    if (character === 't' || character === 'f') return 'boolean';
    if (character === 'n') return 'null';
    fail();
    return 'end';
  }

  /** Passes over a string, quotes included; true where there are escapes in it. */
  function skipString(): boolean {
    if (!take('"')) fail();
    let hasEscapes = false;
    // Character by character, because a pattern for all of it would need a stack as long as the string.
    for (;;) {
      const code = document.charCodeAt(at);
      if (code === QUOTE) {
        at += 1;
        return hasEscapes;
      }
      if (code === BACKSLASH && match(/\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y) !== null) hasEscapes = true;
      else if (code >= SPACE && code !== BACKSLASH) at += 1;
      else {
        fail();
        return false;
      }
    }
  }

  function string(): string {
    peek();
    const start = at;
    const hasEscapes = skipString();
    if (problem !== null && at === document.length) return '';
    const text = hasEscapes ? (JSON.parse(document.slice(start, at)) as string) : document.slice(start + 1, at - 1);
    return text.toWellFormed();
  }

  function number(): string {
    const found = peek() === '' ? null : match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (found === null) fail();
    return found ?? '0';
  }

  function word(): string {
    const found = peek() === '' ? null : match(/true|false|null/y);
    if (found === null) fail();
    return found ?? 'null';
  }

  function scalar(kind: Next): void {
    if (kind === 'string') skipString();
    else if (kind === 'number') number();
    else if (kind !== 'end') word();
  }

  /** The key of the next member, and its colon. */
  function key<T>(read: () => T): T {
    if (peek() !== '"') fail();
    const name = read();
    if (!take(':')) fail();
    return name;
  }

  function skip(): void {
    const closers: string[] = [];
    do {
      const kind = next();
      if (kind === 'object' || kind === 'array') {
        at += 1;
        const closer = kind === 'object' ? '}' : ']';
        if (path.length + closers.length >= MAX_DEPTH) fail();
        if (!take(closer)) {
          closers.push(closer);
          if (closer === '}') key(skipString);
          continue;
        }
      } else scalar(kind);
      while (closers.length > 0 && take(closers.at(-1) ?? '')) closers.pop();
      if (closers.length === 0) return;
      if (!take(',')) fail();
      else if (closers.at(-1) === '}') key(skipString);
    } while (at < document.length);
    fail();
  }

  /** The inside of an array or an object, between its brackets. */
  function inside(closer: string, one: (index: number) => void): void {
    at += 1;
    if (take(closer)) return;
    if (path.length >= MAX_DEPTH) fail();
    for (let index = 0; at < document.length; index += 1) {
      one(index);
      if (take(closer)) return;
      if (!take(',')) break;
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
      inside(']', (index) => {
        path.push(index);
        visit(index);
        path.pop();
      }),
    members: (visit) =>
      inside('}', () => {
        const name = key(string);
        path.push(name);
        visit(name);
        path.pop();
      }),
    mismatch(expected, found) {
      if (found !== 'end') problem ??= `${formatPath(path)} is ${NAMES[found]} where ${expected} belongs`;
    },
    finish() {
      if (peek() !== '') fail();
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
