/** What no shell makes anything of; of the brackets of IPv6, some make a pattern. */
export const PLAIN_WORD = /^[\w./:@=,+-]+$/;

/** A word of a command as shells take it for one. */
export function quoted(word: string): string {
  return PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
