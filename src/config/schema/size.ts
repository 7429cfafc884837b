import * as z from 'zod';

const UNIT_BYTES: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1000],
  ['KB', 1000],
  ['MB', 1000 ** 2],
  ['GB', 1000 ** 3],
  ['TB', 1000 ** 4],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
  ['TiB', 1024 ** 4],
]);

const EXPECTED = 'expected a size with its unit, such as 64KiB, 20MB or 1GiB';

/** A size as people write it, in; bytes, out. A bare number is refused, because nobody can tell its unit. */
export const Size = z.string({ error: EXPECTED }).transform((input, context) => {
  const bytes = parseSize(input);
  if (bytes !== null) return bytes;
  context.issues.push({ code: 'custom', message: EXPECTED, input });
  return z.NEVER;
});

/** More slowly, a pause of ours looks like one of the registry's. */
const LEAST_SCRUB_RATE = 64 * 1024;

/** How much is read a second. */
export const ScrubRate = Size.refine((bytes) => bytes >= LEAST_SCRUB_RATE, { error: 'expected 64KiB or more' });

/** The bytes of `64KiB`, `20MB` or `0B`; null for anything else, and for more than can be counted exactly. */
export function parseSize(written: string): number | null {
  const [, count, unit = ''] = /^([0-9]+)([A-Za-z]+)$/.exec(written) ?? [];
  const bytes = Number(count) * (UNIT_BYTES.get(unit) ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
