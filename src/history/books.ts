import { keepBook, readBook, type KeptBook } from './kept-book.ts';
import type { State } from './state.ts';
import { emptyBook, type WalkBook } from './walked.ts';

/** Somebody looks at a part of a registry by hand; that of the job must be there still. */
const MAX_BOOKS = 2;

/** What runs of the same selection have walked: a new book where none has. */
export function bookOf(state: Pick<State, 'walks'> | null, selection: string, now: number): WalkBook {
  const kept = state?.walks?.find((one) => one.selection === selection);
  return kept === undefined ? emptyBook(selection, now) : readBook(kept);
}

/** The books with one of them renewed, the latest first. */
export function renewBooks(walks: State['walks'], book: WalkBook): readonly KeptBook[] {
  return [keepBook(book), ...(walks ?? []).filter(({ selection }) => selection !== book.selection)].slice(0, MAX_BOOKS);
}
