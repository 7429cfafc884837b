import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { fromCounted, noCounts, toCounted } from '../../src/history/counted.ts';
import { decodeState, encodeState } from '../../src/history/encode.ts';
import { keepBook, readBook, type KeptBook } from '../../src/history/kept-book.ts';
import { emptyBook, type WalkBook } from '../../src/history/walked.ts';
import { NOW, PROD, state, THEN } from './scene.ts';

const NOTHING = fromCounted(noCounts());
const COUNTED = toCounted({
  ...NOTHING,
  tags: 5,
  blobs: 70,
  blocked: 1,
  skipped: { ...NOTHING.skipped, excluded: 4, pull_through: 2 },
});

/** A slice that was walked, and one in the middle of which a run ended. */
const BOOK: WalkBook = {
  ...emptyBook('all', THEN),
  slices: new Map([[3, { walkedAt: THEN, triedAt: NOW, counts: COUNTED }]]),
  passes: new Map([[7, { since: THEN, done: new Set([11, 12]), tried: new Set([13]), counts: COUNTED }]]),
};

/** The book as it comes back from a state in which it stands like this. */
function fromState(kept: unknown): WalkBook {
  const decoded = decodeState(gzipSync(JSON.stringify({ ...state(), walks: [kept] })), PROD);
  const [book] = decoded.kind === 'state' ? (decoded.state.walks ?? []) : [];
  if (book === undefined) throw new Error(`no book, but ${JSON.stringify(decoded)}`);
  return readBook(book);
}

function passWith(change: (counts: Readonly<Record<string, number>>) => unknown): unknown {
  const kept = keepBook(BOOK);
  return { ...kept, passes: kept.passes.map((pass) => ({ ...pass, counts: change(named(pass)) })) };
}

function named({ counts }: KeptBook['passes'][number]): Readonly<Record<string, number>> {
  if (Array.isArray(counts)) throw new Error('numbers are kept by name');
  return counts;
}

describe('a book in a state', () => {
  test('is read as it was written', () => {
    const decoded = decodeState(encodeState(state({ walks: [keepBook(BOOK)] }), 1_000_000), PROD);

    const [kept] = decoded.kind === 'state' ? (decoded.state.walks ?? []) : [];
    expect(kept && readBook(kept)).toEqual(BOOK);
  });

  test('of a version that counted less, and other things, has each number where it belongs', () => {
    const book = fromState(passWith((counts) => ({ 'skipped.of_old': 9, ...counts, blobs: undefined })));

    const { counts = [] } = book.passes.get(7) ?? {};
    expect(fromCounted(counts)).toEqual({ ...fromCounted(COUNTED), blobs: 0 });
  });

  test.each([
    ['as many', COUNTED],
    ['fewer', COUNTED.slice(1)],
    ['no', []],
  ])(
    'with %s numbers of which nobody knows what they count begins that slice anew, and keeps all others',
    (_, list) => {
      const book = fromState(passWith(() => list));

      expect(book).toEqual({ ...BOOK, passes: new Map() });
    },
  );
});
