import { createKeys } from '../oci/json-keys.ts';
import { createScan } from '../oci/json-scan.ts';
import { isHeavyJson } from '../util/json-weight.ts';
import type { Page } from './api.ts';

/**
 * In bytes, as they come out where they came compressed: a page of a hundred pods has one MiB or two, and a single object
 * of 1.5 MiB six times as much where it is made of what Go escapes.
 */
const MOST_BYTES = 10 * 1024 * 1024;
/** A pod of many containers has a thousand. Each of them is held several times while an answer is read. */
const MOST_VALUES = 250_000;

/** An answer of which there is more than is read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  /** Where the list goes on behind it, empty at its end; null where that is not known. */
  readonly next: string | null;

  constructor(message: string, next: string | null) {
    super(message);
    this.next = next;
  }
}

/**
 * The text of an answer, whatever it was compressed from. Rejects with a `TooLargeError` where there is more of it, or
 * more in it, than is read at once; what is left of it does not come.
 */
export async function boundedText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new TooLargeError(`the answer has more than ${MOST_BYTES} bytes`, null);
    kept.push(chunk);
  }
  const bytes = Buffer.concat(kept);
  if (isHeavyJson(bytes, MOST_VALUES))
    throw new TooLargeError(`the answer has more than ${MOST_VALUES} values`, nextOf(bytes));
  return bytes.toString('utf8');
}

const LIST = createKeys(['metadata']);
const METADATA = createKeys(['continue']);

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
function nextOf(bytes: Uint8Array): string | null {
  const scan = createScan(bytes);
  let next: string | null = null;
  if (scan.next() !== 'object') return null;
  scan.members(LIST, (inList) => {
    if (inList === null || scan.next() !== 'object') return scan.skip();
    next = '';
    scan.members(METADATA, (key) => {
      if (key !== null && scan.next() === 'string') next = scan.string();
      else scan.skip();
    });
  });
  return scan.finish() === null ? next : null;
}

/** How many objects are asked for at once. */
export interface PageSize {
  /**
   * The largest page that can be read: one that is too large is asked for in smaller ones, since an object has some
   * 1.5 MiB at most, and the next one begins with what could be read. Rejects for a single object that is too large.
   */
  read<T>(listed: (limit: number) => Promise<T>): Promise<T>;
}

/** Pages of so many objects at most. */
export function createPageSize(largest: number): PageSize {
  let size = largest;
  return {
    async read(listed) {
      for (;;) {
        try {
          const page = await listed(size);
          size = Math.min(largest, size * 2);
          return page;
        } catch (thrown) {
          if (!(thrown instanceof TooLargeError) || size === 1) throw thrown;
          size = Math.ceil(size / 4);
        }
      }
    },
  };
}

/** A page as large as can be read. One object that is too large is left out, and hides none of the others. */
export async function readPage(size: PageSize, listed: (limit: number) => Promise<Page>): Promise<Page> {
  try {
    return await size.read(listed);
  } catch (thrown) {
    if (!(thrown instanceof TooLargeError) || thrown.next === null) throw thrown;
    return { objects: [], next: thrown.next, leftOut: thrown.message };
  }
}
