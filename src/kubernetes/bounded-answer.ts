import { isHeavyJson } from '../util/json-weight.ts';

/** In bytes, as they come out where they came compressed: a page of a hundred pods has one MiB or two. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A pod of many containers has a thousand. Each of them is held several times while an answer is read. */
const MOST_VALUES = 250_000;

/** An answer of which there is more than is read. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
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
    if (length > MOST_BYTES) throw new TooLargeError(`the answer has more than ${MOST_BYTES} bytes`);
    kept.push(chunk);
  }
  const bytes = Buffer.concat(kept);
  if (isHeavyJson(bytes, MOST_VALUES)) throw new TooLargeError(`the answer has more than ${MOST_VALUES} values`);
  return bytes.toString('utf8');
}

/**
 * The largest page of a list that can be read, of so many objects at most: one that is too large is asked for in smaller
 * ones, since an object has some 1.5 MiB at most.
 */
export async function inPages<T>(largest: number, listed: (limit: number) => Promise<T>): Promise<T> {
  for (const limit of [largest, Math.ceil(largest / 10)]) {
    try {
      return await listed(limit);
    } catch (thrown) {
      if (!(thrown instanceof TooLargeError)) throw thrown;
    }
  }
  return listed(1);
}
