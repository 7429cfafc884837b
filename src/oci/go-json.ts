import { createScan, type Scan } from './json-scan.ts';

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

/** What a document holds, or the first thing in it that Go's decoder would not take. */
export type Decoded<T> =
  { readonly kind: 'value'; readonly value: T } | { readonly kind: 'invalid'; readonly problem: string };

/** Reads a whole document. Bytes that are no UTF-8 become U+FFFD; a byte order mark is an error. */
export function decodeJson<T>(bytes: Uint8Array, shape: Shape<T>): Decoded<T> {
  const scan = createScan(bytes);
  const value = shape.read(scan, shape.zero());
  const problem = scan.finish();
  return problem === null ? { kind: 'value', value } : { kind: 'invalid', problem };
}

/** A `string`. */
export const text: Shape<string> = {
  zero: () => '',
  read: (scan, before) => {
    if (scan.next() === 'string') return scan.string();
    return otherwise(scan, 'text', before, before);
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

/**
 * A slice; null, or left out, is an empty one. An equal key before has left items, and Go reads on into those of the same
 * place, even where a shorter list came in between: its memory is used again (https://go.dev/issue/21092).
 */
export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  const behind = new WeakMap<readonly T[], readonly T[]>();
  return {
    zero: () => [],
    read: (scan, before) => {
      if (scan.next() !== 'array') return otherwise(scan, 'a list', [], before);
      const items: T[] = [];
      const left = behind.get(before) ?? before;
      scan.elements((index) => items.push(item.read(scan, left[index] ?? item.zero())));
      if (items.length > 0 && items.length < left.length) behind.set(items, [...items, ...left.slice(items.length)]);
      return items;
    },
  };
}

/** A map whose values are of one kind; null, or left out, is an empty one. Entries under equal keys replace one another. */
export function map<T>(item: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    zero: () => new Map(),
    read: (scan, before) => {
      if (scan.next() !== 'object') return otherwise<ReadonlyMap<string, T>>(scan, 'an object', new Map(), before);
      const entries = new Map(before);
      scan.members((key) => void entries.set(key, item.read(scan, item.zero())));
      return entries;
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
  const numbers = list(int64).read(scan, []);
  if (numbers.every((one) => one >= 0 && one <= 255)) return Uint8Array.from(numbers);
  scan.mismatch('base64', 'array');
  return before;
}

/**
 * A `time.Time`: a date and time as Go reads RFC 3339, which is not to the letter: an hour of one digit, a comma before
 * the fraction and a zone of 24:60 are taken (https://go.dev/issue/54580). Nobody here asks when it was.
 */
export const time: Shape<null> = {
  zero: () => null,
  read: (scan, before) => {
    if (scan.next() !== 'string') return otherwise(scan, 'a time', before, before);
    if (!isTime(scan.string())) scan.mismatch('a time by RFC 3339', 'string');
    return null;
  },
};

const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):(?:[0-5]\d|60))$/;

function isTime(written: string): boolean {
  const [, year, month, day] = TIME.exec(written) ?? [];
  if (year === undefined) return false;
  // A leap day is one in some years only; there are dates for the years before 100 as well.
  const last = new Date(0);
  last.setUTCFullYear(Number(year), Number(month), 0);
  return Number(day) >= 1 && Number(day) <= last.getUTCDate();
}

/** Whether a field is there at all, be it null: a `json.RawMessage` that is not empty. */
export const presence: Shape<boolean> = {
  zero: () => false,
  read: (scan) => {
    scan.skip();
    return true;
  },
};

/** A struct, by the names of its fields; other names are passed over, and so is null. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const byName = new Map(names.flatMap((name) => [[name, name] as const, [fold(name), name] as const]));
  return {
    zero: () => Object.fromEntries(names.map((name) => [name, fields[name].zero()])) as T,
    read: (scan, before) => {
      if (scan.next() !== 'object') return otherwise(scan, 'an object', before, before);
      const value = { ...before };
      scan.members((key) => {
        const name = byName.get(key) ?? byName.get(fold(key));
        if (name === undefined) scan.skip();
        else value[name] = fields[name].read(scan, value[name]);
      });
      return value;
    },
  };
}

/** Passes over null, which Go takes anywhere, and anything else as the error that it is. */
function otherwise<T>(scan: Scan, expected: string, ofNull: T, before: T): T {
  const found = scan.next();
  scan.skip();
  if (found === 'null') return ofNull;
  scan.mismatch(expected, found);
  return before;
}

/** Two letters outside ASCII fold to letters of it: the long s and the Kelvin sign. */
function fold(name: string): string {
  return name
    .replaceAll('\u017F', 's')
    .replaceAll('\u212A', 'k')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
