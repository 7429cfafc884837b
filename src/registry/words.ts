/** In characters: more of what a registry says of an error is not kept, and there may be thousands of errors. */
const MOST_CHARACTERS = 1_000;

/** The beginning of what a registry says, without a hold on the rest, which may be megabytes. */
export function beginningOf(words: string): string {
  if (words.length <= MOST_CHARACTERS) return words;
  // A slice of a string keeps the whole of it; a string of its own does not.
  return Buffer.from(words.slice(0, MOST_CHARACTERS)).toString();
}
