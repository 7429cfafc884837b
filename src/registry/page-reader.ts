import type { Decoded } from '../oci/go-json.ts';
import { createKeys } from '../oci/json-keys.ts';
import { createScan, type Scan } from '../oci/json-scan.ts';
import { cutTo } from '../util/cut.ts';

/** The key under which a listing has its names. */
export type ListKey = 'repositories' | 'tags';

/** So many names are more than any listing has that is walked; each of them may be a few bytes. */
export const MOST_NAMES = 1_000_000;
/** In characters: what is longer is no name (a repository has 255 at most, and a tag 128) and is left out as one. */
const LONGEST_NAME = 300;

/** Others have their turn after so many names or members, or so many bytes that are passed over. */
const NAMES_AT_ONCE = 20_000;
const BYTES_AT_ONCE = 1024 * 1024;

/** Keys of a document that is no listing, however it is read, and is one where the list was left out. */
const KEYS = { repositories: createKeys(['repositories']), tags: createKeys(['tags', 'name']) } as const;

/** What is on a page. */
export interface PageContent {
  readonly names: readonly string[];
  /** Without any of its own keys a document is a listing only if it is empty. */
  readonly isListing: boolean;
}

/**
 * Reads a page of a listing as Go's decoder does: of equal keys the last one counts, null leaves a name as one under an
 * equal key was, and a name of another type is an error of the whole page. A page may have 32 MiB, so that it is read by
 * and by: `pause` lets others have their turn.
 */
export async function readPage(
  bytes: Uint8Array,
  key: ListKey,
  pause: () => Promise<void>,
): Promise<Decoded<PageContent>> {
  const scan = createScan(bytes);
  const turns = createTurns(pause);
  /** What equal keys have left, place by place, as Go's memory keeps it. */
  let left: string[] = [];
  let names: readonly string[] = [];
  let [all, own] = [0, 0];
  const kind = scan.next();
  if (kind === 'null') scan.skip();
  else if (kind !== 'object') scan.mismatch('an object', kind);
  else if (scan.enter('object')) {
    do {
      const name = scan.key(KEYS[key]);
      all += 1;
      if (name !== null) own += 1;
      if (name === key) {
        names = await readNames(scan, left, turns);
        if (names.length === 0) left = [];
        for (const [index, one] of names.entries()) left[index] = one;
      } else if (name === 'name') readTitle(scan);
      else while (!scan.skipSome(BYTES_AT_ONCE)) await pause();
      await turns.next();
    } while (scan.isOpen() && scan.another('object'));
  }
  return scan.finish() ?? { kind: 'value', value: { names, isListing: all === 0 || own > 0 } };
}

async function readNames(scan: Scan, left: readonly string[], turns: Turns): Promise<readonly string[]> {
  const kind = scan.next();
  const names: string[] = [];
  if (kind === 'null') scan.skip();
  else if (kind !== 'array') scan.mismatch('a list', kind);
  else if (scan.enter('array')) {
    do {
      if (names.length === MOST_NAMES) scan.exceed(`more than ${MOST_NAMES} names`);
      names.push(readName(scan, left[names.length] ?? ''));
      if (turns.areOver()) await turns.next();
    } while (scan.isOpen() && scan.another('array'));
  }
  return names;
}

function readName(scan: Scan, before: string): string {
  const kind = scan.next();
  if (kind === 'string') return cutTo(scan.string(), LONGEST_NAME);
  scan.skip();
  if (kind !== 'null') scan.mismatch('text', kind);
  return before;
}

/** What the page calls itself does not matter, as long as it is text. */
function readTitle(scan: Scan): void {
  const kind = scan.next();
  scan.skip();
  if (kind !== 'string' && kind !== 'null') scan.mismatch('text', kind);
}

interface Turns {
  /** Counts one more; true when others are to have their turn. */
  areOver(): boolean;
  /** Counts one more, and lets them have it when it is time. */
  next(): Promise<void>;
}

function createTurns(pause: () => Promise<void>): Turns {
  let count = 0;
  const areOver = (): boolean => {
    count += 1;
    return count >= NAMES_AT_ONCE;
  };
  return {
    areOver,
    async next() {
      if (!areOver()) return;
      count = 0;
      await pause();
    },
  };
}
