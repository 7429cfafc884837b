import * as z from 'zod';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A timer of Node counts to 2^31-1 ms (596 hours) and fires at once for anything longer. */
const MAX_MS = 596 * 3_600_000;

/** Of what recurs no timer is set, and beyond a year nobody means it. */
const MAX_PERIOD_MS = 400 * 86_400_000;

const EXPECTED = 'expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d';

/** A duration as people write it, in; milliseconds, out. A bare number is refused, because nobody can tell its unit. */
export const Duration = durationOf(0, MAX_MS, `${EXPECTED} (596h at most)`);

/** A duration that is not zero. */
export const PositiveDuration = durationOf(1, MAX_MS, `${EXPECTED} (more than 0, 596h at most)`);

/** After how long something is done again. */
export const Period = durationOf(
  1,
  MAX_PERIOD_MS,
  'expected a duration with its unit, such as 12h, 1d or 30d (more than 0, 400d at most)',
);

function durationOf(
  minMs: number,
  maxMs: number,
  error: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return z.string({ error }).transform((input, context) => {
    const ms = parseDuration(input);
    if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
    context.issues.push({ code: 'custom', message: error, input });
    return z.NEVER;
  });
}

/** The milliseconds of `500ms`, `30s`, `12m`, `1h` or `30d`; null for anything else. */
export function parseDuration(written: string): number | null {
  const [, count, unit] = /^([0-9]+)(ms|s|m|h|d)$/.exec(written) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * (UNIT_MS[unit] ?? Number.NaN);
}
