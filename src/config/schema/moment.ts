import * as z from 'zod';

const EXPECTED = 'expected a time with its zone, such as 2026-01-31T08:00:00Z';

/** A moment as RFC 3339 writes it, in; milliseconds since the Unix epoch, out. */
export const Moment = z.string({ error: EXPECTED }).transform((input, context) => {
  const ms = z.iso.datetime({ offset: true }).safeParse(input).success ? Date.parse(input) : Number.NaN;
  if (Number.isFinite(ms) && ms >= 0) return ms;
  context.issues.push({ code: 'custom', message: EXPECTED, input });
  return z.NEVER;
});
