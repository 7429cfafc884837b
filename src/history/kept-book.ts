import * as z from 'zod';

import { COUNT_NAMES, fromNamed, toNamed } from './counted.ts';
import { packFingerprints, unpackFingerprints } from './fingerprints.ts';
import { count, moment } from './leaves.ts';
import type { Pass, WalkBook, Walked } from './walked.ts';

/** Times and counts by column, of which gzip makes little: a count that is not there is 0. */
const Table = z.object({
  walkedAt: z.array(moment.nullable()),
  triedAt: z.array(moment.nullable()),
  counts: z.record(z.string(), z.array(count)),
});
type Table = z.infer<typeof Table>;

const Mark = z.object({ at: moment, repositories: count, tags: count });

/** A book of what was walked, as a state has it. */
export const KeptBook = z.object({
  selection: z.string(),
  begunAt: moment,
  lastRunAt: moment,
  slices: z.object({ numbers: z.array(count), table: Table }),
  passes: z.array(
    z.object({
      slice: count,
      since: moment,
      done: z.base64(),
      tried: z.base64(),
      // In a state that an older version has written, a list: what stands where in it, nobody knows any more.
      counts: z.union([z.record(z.string(), count), z.array(count)]),
    }),
  ),
  divided: z.array(z.object({ repository: count, bits: count.max(20), tagsListed: count, table: Table })),
  waiting: z.array(z.object({ since: moment, triedAt: moment.nullable(), repositories: z.base64() })),
  cut: z.array(z.tuple([count, count])),
  cameToNothing: z.boolean(),
  turns: z.record(z.string(), z.string()),
  last: Mark.nullable(),
  days: z.array(Mark),
});
export type KeptBook = z.infer<typeof KeptBook>;

/** The book as it is kept. */
export function keepBook(book: WalkBook): KeptBook {
  const { slices, passes, divided, waiting, cut, turns, days, ...rest } = book;
  const groups = Map.groupBy(waiting, ([, { since, triedAt }]) => `${since} ${triedAt}`);
  return {
    ...rest,
    slices: { numbers: [...slices.keys()], table: tableOf([...slices.values()]) },
    passes: [...passes].map(([slice, { since, done, tried, counts }]) => {
      return { slice, since, done: packFingerprints(done), tried: packFingerprints(tried), counts: toNamed(counts) };
    }),
    divided: [...divided].map(([repository, { bits, tagsListed, parts }]) => {
      return { repository, bits, tagsListed, table: tableOf(parts) };
    }),
    waiting: [...groups.values()].flatMap((group) => {
      const [first] = group;
      return first === undefined ? [] : [{ ...first[1], repositories: packFingerprints(group.map(([one]) => one)) }];
    }),
    cut: [...cut],
    turns: { ...turns },
    days: [...days],
  };
}

/** Reads it again. */
export function readBook(kept: KeptBook): WalkBook {
  const { slices, passes, divided, waiting, cut, ...rest } = kept;
  const rows = rowsOf(slices.table, slices.numbers.length);
  return {
    ...rest,
    slices: new Map(slices.numbers.map((number, index) => [number, rows[index] ?? NEVER])),
    passes: new Map(passes.flatMap(readPass)),
    divided: new Map(
      divided.map(({ repository, bits, tagsListed, table }) => [
        repository,
        { bits, tagsListed, parts: rowsOf(table, 2 ** bits) },
      ]),
    ),
    waiting: new Map(
      waiting.flatMap(({ since, triedAt, repositories }) =>
        [...unpackFingerprints(repositories)].map((one) => [one, { since, triedAt }] as const),
      ),
    ),
    cut: new Map(cut),
  };
}

/** Nothing, so that the slice begins anew, where it is not known what was counted in it. */
function readPass({ slice, since, done, tried, counts }: KeptBook['passes'][number]): (readonly [number, Pass])[] {
  if (Array.isArray(counts)) return [];
  const [doneOnes, triedOnes] = [unpackFingerprints(done), unpackFingerprints(tried)];
  return [[slice, { since, done: doneOnes, tried: triedOnes, counts: fromNamed(counts) }]];
}

const NEVER: Walked = { walkedAt: null, triedAt: null, counts: [] };

function tableOf(rows: readonly Walked[]): Table {
  const columns = COUNT_NAMES.map((name, index) => [name, rows.map(({ counts }) => counts[index] ?? 0)] as const);
  return {
    walkedAt: rows.map(({ walkedAt }) => walkedAt),
    triedAt: rows.map(({ triedAt }) => triedAt),
    counts: Object.fromEntries(columns.filter(([, column]) => column.some((number) => number > 0))),
  };
}

function rowsOf({ walkedAt, triedAt, counts }: Table, length: number): readonly Walked[] {
  return Array.from({ length }, (_, index) => ({
    walkedAt: walkedAt[index] ?? null,
    triedAt: triedAt[index] ?? null,
    counts: COUNT_NAMES.map((name) => counts[name]?.[index] ?? 0),
  }));
}
