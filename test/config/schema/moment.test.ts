import { expect, test } from 'vitest';

import { Moment } from '../../../src/config/schema/moment.ts';

test.each([
  ['2026-01-31T08:00:00Z', Date.UTC(2026, 0, 31, 8)],
  ['2026-01-31T08:00:00.250Z', Date.UTC(2026, 0, 31, 8, 0, 0, 250)],
  ['2026-01-31T08:00:00+02:00', Date.UTC(2026, 0, 31, 6)],
])('reads %s', (written, ms) => {
  expect(Moment.parse(written)).toBe(ms);
});

test.each([
  '2026-01-31',
  '2026-01-31T08:00:00',
  '2026-02-31T08:00:00Z',
  '31 Jan 2026',
  '1965-01-01T00:00:00Z',
  '',
  1,
  null,
])('refuses %j and says what it expects', (written) => {
  expect(Moment.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
    'expected a time with its zone, such as 2026-01-31T08:00:00Z',
  ]);
});
