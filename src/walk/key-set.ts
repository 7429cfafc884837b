import { hash } from 'node:crypto';

/** Of the hash of a key: 96 bits, so that nobody finds another key with the same ones, not even among millions. */
const WORDS = 3;
/** In keys; how full a part may be before it grows. */
const FIRST_ROOM = 16;
const FULLNESS = 0.75;
/** A large set is kept in parts that grow each for itself: all of it at once would be held twice meanwhile. */
const PARTS = 64;
const WHOLE_UP_TO = 4096;

/** Remembers which keys were put into it, and nothing else of them: some 20 bytes for each, however long it is. */
export interface KeySet {
  has(key: string): boolean;
  /** False when it was there already. */
  add(key: string): boolean;
  readonly size: number;
}

/** An empty set. */
export function createKeySet(): KeySet {
  let parts: Part[] = [createPart()];
  let size = 0;

  function partOf(words: Words): Part {
    return parts[parts.length === 1 ? 0 : words[0] % PARTS] ?? split();
  }

  function split(): Part {
    throw new RangeError('a part of a set is missing');
  }

  function spread(): void {
    const [whole] = parts;
    parts = Array.from({ length: PARTS }, createPart);
    whole?.forEach((words) => partOf(words).add(words));
  }

  return {
    has(key) {
      const words = wordsOf(key);
      return partOf(words).has(words);
    },
    add(key) {
      const words = wordsOf(key);
      if (!partOf(words).add(words)) return false;
      size += 1;
      if (size === WHOLE_UP_TO) spread();
      return true;
    },
    get size() {
      return size;
    },
  };
}

type Words = readonly [number, number, number];

/** None of them all zero, which is how an empty place looks. */
function wordsOf(key: string): Words {
  // One character for each byte: a buffer would take three times as long to make.
  const bytes = hash('sha256', key, 'binary');
  return [wordAt(bytes, 0), wordAt(bytes, 4), (wordAt(bytes, 8) | 1) >>> 0];
}

function wordAt(bytes: string, at: number): number {
  let word = 0;
  for (let index = at; index < at + 4; index += 1) word = (word << 8) | bytes.charCodeAt(index);
  return word >>> 0;
}

interface Part {
  has(words: Words): boolean;
  add(words: Words): boolean;
  forEach(visit: (words: Words) => void): void;
}

/** A table in which a key stands at its place or behind it. */
function createPart(): Part {
  let room = FIRST_ROOM;
  let table = new Uint32Array(room * WORDS);
  let used = 0;

  /** Where the key stands, or the empty place where it belongs. */
  function find(words: Words): number {
    // By another word than the one that chooses the part.
    for (let place = words[1] % room; ; place = (place + 1) % room) {
      const at = place * WORDS;
      if (table[at + 2] === 0) return at;
      if (table[at] === words[0] && table[at + 1] === words[1] && table[at + 2] === words[2]) return at;
    }
  }

  function add(words: Words): boolean {
    const at = find(words);
    if (table[at + 2] !== 0) return false;
    table.set(words, at);
    used += 1;
    if (used > room * FULLNESS) grow();
    return true;
  }

  function grow(): void {
    const before = table;
    room = Math.ceil(room * 1.5);
    table = new Uint32Array(room * WORDS);
    forEachIn(before, (words) => table.set(words, find(words)));
  }

  return { has: (words) => table[find(words) + 2] !== 0, add, forEach: (visit) => forEachIn(table, visit) };
}

function forEachIn(table: Uint32Array, visit: (words: Words) => void): void {
  for (let at = 0; at < table.length; at += WORDS) {
    const third = table[at + 2] ?? 0;
    if (third !== 0) visit([table[at] ?? 0, table[at + 1] ?? 0, third]);
  }
}
