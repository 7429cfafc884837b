import { describe, expect, test } from 'vitest';

import { Size } from '../../../src/config/schema/size.ts';

describe('Size', () => {
  test.each([
    ['0B', 0],
    ['512B', 512],
    ['1kB', 1000],
    ['1KB', 1000],
    ['64KiB', 65_536],
    ['20MB', 20_000_000],
    ['1MiB', 1_048_576],
    ['20GB', 20_000_000_000],
    ['2GiB', 2_147_483_648],
    ['1TB', 1_000_000_000_000],
    ['1TiB', 1_099_511_627_776],
  ])('reads %s as %d bytes', (written, bytes) => {
    expect(Size.parse(written)).toBe(bytes);
  });

  test.each([
    1,
    '1',
    '',
    'MiB',
    '1.5MiB',
    '-1B',
    '1 MiB',
    '1Mi',
    '1M',
    '1mib',
    '1MiBx',
    '1e3B',
    '9007TiB1',
    null,
    true,
  ])('refuses %j and says what it expects', (written) => {
    expect(Size.safeParse(written).error?.issues.map(({ message }) => message)).toEqual([
      'expected a size with its unit, such as 64KiB, 20MB or 1GiB',
    ]);
  });

  test('refuses more bytes than can be counted exactly', () => {
    expect(Size.safeParse('9007199254740991B').success).toBe(true);
    expect(Size.safeParse('9007199254740992B').success).toBe(false);
  });
});
