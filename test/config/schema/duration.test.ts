import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { Duration, PositiveDuration } from '../../../src/config/schema/duration.ts';

describe('Duration', () => {
  test.each([
    ['0s', 0],
    ['500ms', 500],
    ['30s', 30_000],
    ['12m', 720_000],
    ['1h', 3_600_000],
    ['596h', 2_145_600_000],
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
    '1d',
    '597h',
    '99999999999999999999h',
    null,
    true,
  ])('refuses %j and says what it expects', (written) => {
    expect(Duration.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
      'expected a duration with its unit, such as 500ms, 30s, 12m or 1h (596h at most)',
    ]);
  });

  test('never gives more than a timer can count to', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('ms', 's', 'm', 'h'), (count, unit) => {
        const { data } = Duration.safeParse(`${count}${unit}`);

        expect(data === undefined || (data >= 0 && data < 2 ** 31)).toBe(true);
      }),
    );
  });
});

describe('PositiveDuration', () => {
  test.each(['0ms', '0h'])('refuses %s', (written) => {
    expect(PositiveDuration.safeParse(written).success).toBe(false);
  });
});
