import { createKeySet, type KeySet } from '../walk/key-set.ts';

/** The names of a listing, in the order in which they came, each once from its second page on. */
export interface Names {
  readonly names: readonly string[];
  /** Adds those of a page; false where none of them is new. */
  add(page: readonly string[]): boolean;
}

/** No names yet. A listing may have a million, on one page or on a thousand, so nothing is kept twice. */
export function createNames(): Names {
  let names: string[] = [];
  let known: KeySet | null = null;

  function add(page: readonly string[]): boolean {
    if (names.length === 0) {
      names = [...page];
      return page.length > 0;
    }
    if (known === null) {
      const first = createKeySet();
      names = names.filter((name) => first.add(name));
      known = first;
    }
    const before = names.length;
    for (const name of page) if (known.add(name)) names.push(name);
    return names.length > before;
  }

  return {
    add,
    get names() {
      return names;
    },
  };
}
