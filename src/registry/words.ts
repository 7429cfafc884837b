import { cutTo } from '../util/cut.ts';

/** In characters: more of what a registry says of an error is not kept, and there may be thousands of errors. */
const MOST_CHARACTERS = 1_000;

/** In bytes: what comes under the status of an error is not read any further, and what is longer is content. */
export const MOST_OF_ERROR = 65_536;

/** The beginning of what a registry says, without a hold on the rest, which may be megabytes. */
export function beginningOf(words: string): string {
  return cutTo(words, MOST_CHARACTERS);
}
