import type { Ask } from '../walk/source.ts';
import type { ApiClient } from './client.ts';
import type { Query } from './next-link.ts';
import { askOtherwise, askPage, type Listing, type NoPage, type Page } from './page-request.ts';
import { resized, shapeProblem, sizeOf, type PageSize } from './page-shapes.ts';

/** A page of just so many names may have been cut there, whatever size was asked for. */
const SUSPICIOUS_LENGTHS = new Set([100, 1000, 10_000]);

/** True for a page that may have been cut at its end: it is as long as it was to be, or as pages are by default. */
export function isFull({ names }: Page, size: PageSize): boolean {
  return SUSPICIOUS_LENGTHS.has(names.length) || (size !== null && names.length >= size);
}

/** The page after the last name of this one, which the registry has not led to; null where it has no name. */
export function pageAfter({ names }: Page, size: PageSize): Query | null {
  const last = names.findLast((name) => name !== '');
  return last === undefined ? null : resized({ last }, size);
}

/**
 * What to make of a guess that is refused. The page before is asked for with one name more than came: where no more
 * come, that was all of it. A registry that takes neither that nor the guess knows no pages, and its list is whole if it
 * still comes. Otherwise there is more, and the guessed page is asked for in other sizes.
 */
export async function settleGuess(
  client: ApiClient,
  listing: Listing,
  { before, guess, refused }: { readonly before: Page; readonly guess: Query; readonly refused: NoPage },
  ask: Ask,
): Promise<Page | NoPage | 'end'> {
  if (!isRefusal(refused)) return refused;
  const oneMore = resized(before.query, before.names.length + 1);
  const check = await askPage(client, listing, oneMore, ask, true);
  if (check.kind === 'page') {
    if (bringsNothingNew(check, before)) return 'end';
  } else {
    const isPlain = isRefusal(check) && sizeOf(guess) === null;
    const same = isPlain ? await askPage(client, listing, before.query, ask, true) : check;
    if (same.kind === 'page' && bringsNothingNew(same, before)) return 'end';
  }
  return (await askOtherwise(client, listing, guess, refused, ask)) ?? refused;
}

/** True where a registry does not go along with how it was asked: it says so, it fails, or it hangs up. */
function isRefusal({ answer }: NoPage): boolean {
  if (shapeProblem(answer) !== null) return true;
  const isPassing = (status: number): boolean => [401, 403, 408, 429].includes(status);
  return answer.kind === 'response' && answer.status >= 400 && !isPassing(answer.status);
}

function bringsNothingNew(page: Page, before: Page): boolean {
  const known = new Set(before.names);
  return page.names.every((name) => known.has(name));
}
