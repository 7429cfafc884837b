import { keepBook, readBook, type KeptBook } from './kept-book.ts';
import type { State } from './state.ts';
import { emptyBook, type WalkBook, type Walked } from './walked.ts';

/** Somebody looks at a part of a registry by hand; that of the job must be there still. */
const MAX_BOOKS = 2;

/** What runs of the same selection have walked: a new book where none has. */
export function bookOf(state: Pick<State, 'walks'> | null, selection: string, now: number): WalkBook {
  const kept = state?.walks?.find((one) => one.selection === selection);
  return kept === undefined ? emptyBook(selection, now) : believe(readBook(kept), now);
}

/** The books with one of them renewed, the latest first. */
export function renewBooks(walks: State['walks'], book: WalkBook): readonly KeptBook[] {
  return [keepBook(book), ...(walks ?? []).filter(({ selection }) => selection !== book.selection)].slice(0, MAX_BOOKS);
}

/**
 * The book without what was written by a clock that was ahead: what is said to be walked in the future would have been
 * walked for ever, and nobody would look at it again.
 */
function believe(book: WalkBook, now: number): WalkBook {
  const past = ({ walkedAt, triedAt, counts }: Walked): Walked => ({
    walkedAt: walkedAt !== null && walkedAt > now ? null : walkedAt,
    triedAt: triedAt !== null && triedAt > now ? null : triedAt,
    counts,
  });
  return {
    ...book,
    begunAt: Math.min(book.begunAt, now),
    slices: new Map([...book.slices].map(([slice, walked]) => [slice, past(walked)])),
    passes: new Map([...book.passes].filter(([, { since }]) => since <= now)),
    divided: new Map([...book.divided].map(([one, parts]) => [one, { ...parts, parts: parts.parts.map(past) }])),
    waiting: new Map(
      [...book.waiting].map(([one, { since, triedAt }]) => [
        one,
        { since: Math.min(since, now), triedAt: triedAt !== null && triedAt > now ? null : triedAt },
      ]),
    ),
    last: book.last !== null && book.last.at > now ? null : book.last,
    days: book.days.filter(({ at }) => at <= now),
  };
}
