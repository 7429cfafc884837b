import { otherwise, type Shape } from './go-json.ts';

/**
 * A `time.Time`: a date and time as Go reads RFC 3339, which is not to the letter: an hour of one digit, a comma before
 * the fraction and a zone of 24:60 are taken (https://go.dev/issue/54580). Nobody here asks when it was.
 */
export const time: Shape<null> = {
  zero: () => null,
  read: (scan, before) => {
    if (scan.next() !== 'string') return otherwise(scan, 'a time', before, before);
    if (!isTime(scan.string())) scan.mismatch('a time by RFC 3339', 'string');
    return null;
  },
};

const TIME =
  /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)T(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):(?:[0-5]\d|60))$/;

function isTime(written: string): boolean {
  const [, year, month, day] = TIME.exec(written) ?? [];
  if (year === undefined) return false;
  // A leap day is one in some years only; there are dates for the years before 100 as well.
  const last = new Date(0);
  last.setUTCFullYear(Number(year), Number(month), 0);
  return Number(day) >= 1 && Number(day) <= last.getUTCDate();
}
