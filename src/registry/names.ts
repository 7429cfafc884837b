import { createKeySet, type KeySet } from '../walk/key-set.ts';
import { MOST_NAMES } from './page-reader.ts';

/** In characters, of all names of a listing: a million names of a common length. */
export const MOST_CHARACTERS = 48 * 1024 * 1024;

/** The names of a listing, in the order in which they came, each once from its second page on. */
export interface Names {
  readonly names: readonly string[];
  /** Adds those of a page; false where none of them is new. */
  add(page: readonly string[]): boolean;
  /** There are more of them, or longer ones, than are kept. */
  readonly tooMany: boolean;
}

/** No names yet. A listing may have a million, on one page or on a thousand, so nothing is kept twice. */
export function createNames(): Names {
  let names: string[] = [];
  let known: KeySet | null = null;
  let characters = 0;

  function add(page: readonly string[]): boolean {
    if (names.length === 0) {
      names = [...page];
      for (const name of page) characters += name.length;
      return page.length > 0;
    }
    if (known === null) {
      const first = createKeySet();
      names = names.filter((name) => first.add(name));
      known = first;
    }
    const before = names.length;
    for (const name of page) {
      if (!known.add(name)) continue;
      names.push(name);
      characters += name.length;
    }
    return names.length > before;
  }

  return {
    add,
    get tooMany() {
      return names.length > MOST_NAMES || characters > MOST_CHARACTERS;
    },
    get names() {
      return names;
    },
  };
}
