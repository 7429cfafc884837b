import { visible } from './escape.ts';

/** In characters: the beginning of what a server says is enough. Some answer with a page of HTML. */
const MAX_DETAIL = 400;
const MARK = '...';

/**
 * What was seen, as every report has it: one printable line. The words in it are a server's, and of any length; here is
 * the only place where they are cut, so that JSON, text, log and events say the same.
 */
export function detailLine(detail: string): string {
  // Nothing of what is far behind the end is looked at: a detail may be megabytes.
  const line = visible(
    detail
      .slice(0, MAX_DETAIL * 4)
      .replace(/\s+/gu, ' ')
      .trim(),
  );
  const isWhole = line.length <= MAX_DETAIL && detail.length <= MAX_DETAIL * 4;
  return isWhole ? line : `${cutAt(line, MAX_DETAIL - MARK.length)}${MARK}`;
}

/** Not in the middle of a character that takes two units. */
function cutAt(line: string, length: number): string {
  const cut = line.slice(0, length);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
