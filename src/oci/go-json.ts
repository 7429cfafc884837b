import { createKeys } from './json-keys.ts';
import { createScan, type Scan, type Stopped } from './json-scan.ts';

/**
 * How one kind of value is read out of JSON. The programs that pull images are written in Go, so whether a document is
 * one, and what it says, is decided by the rules of Go's encoding/json (https://pkg.go.dev/encoding/json#Unmarshal):
 * keys match in any case, of two equal keys the last one counts (the objects of both are merged), null leaves a value as
 * it is, what is left out is zero, and a value of another type is an error however unimportant the field.
 */
export interface Shape<T> {
  /** What a field is when it is left out. */
  zero(): T;
  /** Reads the value that comes next; `before` is what an equal key has left. */
  read(scan: Scan, before: T): T;
}

/**
 * What a document holds, or the first thing in it that Go's decoder would not take, or of what there is more in it than is
 * read here.
 */
export type Decoded<T> = { readonly kind: 'value'; readonly value: T } | Stopped;

/** Reads a whole document. Bytes that are no UTF-8 become U+FFFD; a byte order mark is an error. */
export function decodeJson<T>(bytes: Uint8Array, shape: Shape<T>): Decoded<T> {
  const scan = createScan(bytes);
  const value = shape.read(scan, shape.zero());
  return scan.finish() ?? { kind: 'value', value };
}

/** A `string`. */
export const text: Shape<string> = {
  zero: () => '',
  read: (scan, before) => {
    if (scan.next() === 'string') return scan.string();
    return otherwise(scan, 'text', before, before);
  },
};

/** A `string` that nobody reads. */
export const unreadText: Shape<null> = {
  zero: () => null,
  read: (scan) => {
    if (scan.next() !== 'string') return otherwise(scan, 'text', null, null);
    scan.skip();
    return null;
  },
};

const INT64_MAX = 2n ** 63n - 1n;

/**
 * An `int64`: digits alone, so that `1.0`, `1e0` and `"1"` are errors. Beyond 2^53 it is not exact, and larger than
 * anything that it could be compared with.
 */
export const int64: Shape<number> = {
  zero: () => 0,
  read: (scan, before) => {
    if (scan.next() !== 'number') return otherwise(scan, 'a whole number', before, before);
    const small = scan.wholeNumber();
    if (small !== null) return small;
    const literal = scan.number();
    const value = /^-?\d{1,20}$/.test(literal) ? BigInt(literal) : null;
    if (value !== null && value <= INT64_MAX && value >= -INT64_MAX - 1n) return Number(value);
    scan.mismatch('a whole number of 64 bits', 'number');
    return before;
  },
};

/** A `bool`. */
export const bool: Shape<boolean> = {
  zero: () => false,
  read: (scan, before) => {
    if (scan.next() === 'boolean') return scan.boolean();
    return otherwise(scan, 'true or false', before, before);
  },
};

/** More items than this are in no list of a document that is worth its reading; each of them may be a few bytes. */
const MOST_ITEMS = 50_000;

/**
 * A slice; null, or left out, is an empty one. An equal key before has left items, and Go reads on into those of the same
 * place, even where a shorter list came in between: its memory is used again (https://go.dev/issue/21092).
 * Of more than `most` items, the document is not read.
 */
export function list<T>(item: Shape<T>, most = MOST_ITEMS): Shape<readonly T[]> {
  /** All that equal keys have left, which is written over place by place, as Go does it. */
  const behind = new WeakMap<readonly T[], T[]>();
  return {
    zero: () => [],
    read: (scan, before) => {
      if (scan.next() !== 'array') return otherwise(scan, 'a list', [], before);
      const items: T[] = [];
      const left = behind.get(before) ?? [...before];
      scan.elements((index) => {
        if (index >= most) return scan.exceed(`more than ${most} items in one list`);
        const one = item.read(scan, left[index] ?? item.zero());
        items.push(one);
        if (index < left.length) left[index] = one;
      });
      if (items.length > 0 && items.length < left.length) behind.set(items, left);
      return items;
    },
  };
}

/**
 * A slice whose items are turned into something else as they come, which is not for lists under equal keys: an item with
 * which nothing can be done is an error, and ends the reading.
 */
export function mapped<T, R extends object>(
  item: Shape<T>,
  turn: (item: T) => R | { readonly problem: string },
  most = MOST_ITEMS,
): Shape<readonly R[]> {
  const zero = item.zero();
  return {
    zero: () => [],
    read: (scan, before) => {
      if (scan.next() !== 'array') return otherwise(scan, 'a list', [], before);
      const turned: R[] = [];
      scan.elements((index) => {
        if (index >= most) return scan.exceed(`more than ${most} items in one list`);
        const one = item.read(scan, zero);
        if (!scan.isOpen()) return;
        const what = turn(one);
        if ('problem' in what) scan.refuse(what.problem);
        else turned.push(what);
      });
      return turned;
    },
  };
}

/** A slice of which the first few items are kept: all of them have to be of their kind. */
export function few<T>(item: Shape<T>, most: number): Shape<readonly T[]> {
  const none: readonly T[] = [];
  const zero = item.zero();
  return {
    zero: () => none,
    read: (scan, before) => {
      if (scan.next() !== 'array') return otherwise(scan, 'a list', none, before);
      const kept: T[] = [];
      scan.elements((index) => {
        const one = item.read(scan, zero);
        if (index < most) kept.push(one);
      });
      return kept;
    },
  };
}

const NO_KEYS = createKeys([]);

/** A map of which nothing is kept: each of its values has to be of its kind. */
export function entries(item: Shape<unknown>): Shape<null> {
  const zero = item.zero();
  return {
    zero: () => null,
    read: (scan, before) => {
      if (scan.next() !== 'object') return otherwise(scan, 'an object', null, before);
      scan.members(NO_KEYS, () => void item.read(scan, zero));
      return null;
    },
  };
}

/** A pointer: null, or left out, is `null`. */
export function optional<T>(shape: Shape<T>): Shape<T | null> {
  return {
    zero: () => null,
    read: (scan, before) => {
      if (scan.next() !== 'null') return shape.read(scan, before ?? shape.zero());
      scan.skip();
      return null;
    },
  };
}

/** A `[]byte`: base64 in a string, as Go writes it, or a list of numbers, which it reads as well. */
export const bytes: Shape<Uint8Array | null> = {
  zero: () => null,
  read: (scan, before) => {
    if (scan.next() === 'array') return ofNumbers(scan, before);
    if (scan.next() !== 'string') return otherwise(scan, 'base64', null, before);
    const encoded = scan.string().replaceAll(/[\r\n]/g, '');
    if (encoded.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return Buffer.from(encoded, 'base64');
    scan.mismatch('base64', 'string');
    return before;
  },
};

function ofNumbers(scan: Scan, before: Uint8Array | null): Uint8Array | null {
  const numbers: number[] = [];
  scan.elements(() => numbers.push(int64.read(scan, 0)));
  if (numbers.every((one) => one >= 0 && one <= 255)) return Uint8Array.from(numbers);
  scan.mismatch('base64', 'array');
  return before;
}

/** Whether a field is there at all, be it null: a `json.RawMessage` that is not empty. */
export const presence: Shape<boolean> = {
  zero: () => false,
  read: (scan) => {
    scan.skip();
    return true;
  },
};

/** How many times a field is there. */
export const times: Shape<number> = {
  zero: () => 0,
  read: (scan, before) => {
    scan.skip();
    return before + 1;
  },
};

/** A struct, by the names of its fields; other names are passed over, and so is null. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const keyOf = createKeys(names);
  const zero = Object.fromEntries(names.map((name) => [name, fields[name].zero()])) as T;
  return {
    zero: () => zero,
    read: (scan, before) => {
      if (scan.next() !== 'object') return otherwise(scan, 'an object', before, before);
      const value = { ...before };
      scan.members(keyOf, (name) => {
        if (name === null) scan.skip();
        else value[name] = fields[name].read(scan, value[name]);
      });
      return value;
    },
  };
}

/** Passes over null, which Go takes anywhere, and anything else as the error that it is. */
export function otherwise<T>(scan: Scan, expected: string, ofNull: T, before: T): T {
  const found = scan.next();
  scan.skip();
  if (found === 'null') return ofNull;
  scan.mismatch(expected, found);
  return before;
}
