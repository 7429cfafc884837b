import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Duration, Period, PositiveDuration } from '../../../src/config/schema/duration.ts';

describe('Duration', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['12m', 720_000],
    ['1h', 3_600_000],
    ['596h', 2_145_600_000],
    ['1d', 86_400_000],
  ])('reads %s as %d ms', (written, ms) => {
    expect(Duration.parse(written)).toBe(ms);
  });

  test.each([
    30,
    '30',
    '',
    's',
    '1.5s',
    '-1s',
    '1h30m',
    '1 s',
    '30S',
    '25d',
    '1D',
    '597h',
    '99999999999999999999h',
    null,
    true,
  ])('refuses %j and says what it expects', (written) => {
    expect(Duration.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
      'expected a duration with its unit, such as 500ms, 30s, 12m, 1h or 2d (596h at most)',
    ]);
  });

  test('never gives more than a timer can count to', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (count, unit) => {
        const { data } = Duration.safeParse(`${count}${unit}`);

        expect(data === undefined || (data >= 0 && data < 2 ** 31)).toBe(true);
      }),
    );
  });
});

describe('Period', () => {
  test.each([
    ['15m', 900_000],
    ['596h', 2_145_600_000],
    ['30d', 2_592_000_000],
    ['400d', 34_560_000_000],
  ])('reads %s as %d ms, which may be longer than any timer', (written, ms) => {
    expect(Period.parse(written)).toBe(ms);
  });

  test.each(['0d', '401d', '1w', '1', 7])('refuses %j and says what it expects', (written) => {
    expect(Period.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
      'expected a duration with its unit, such as 12h, 1d or 30d (more than 0, 400d at most)',
    ]);
  });
});

describe('PositiveDuration', () => {
  test.each(['0ms', '0h'])('refuses %s', (written) => {
    expect(PositiveDuration.safeParse(written).success).toBe(false);
  });
});
