import type { WalkBook } from './walked.ts';

/** When all of a repository was walked; null where some of it never was. */
export function walkedSince(book: WalkBook, fingerprint: number, slice: number): number | null {
  if (book.waiting.has(fingerprint)) return null;
  const parts = book.divided.get(fingerprint)?.parts;
  if (parts === undefined) return book.slices.get(slice)?.walkedAt ?? null;
  return parts.reduce<number | null>(
    (oldest, { walkedAt }) => (oldest === null || walkedAt === null ? null : Math.min(oldest, walkedAt)),
    Number.MAX_SAFE_INTEGER,
  );
}
