import { describe, expect, test } from 'vitest';

import { formatPlatform, Platform, platformMatches } from '../../src/oci/platform.ts';

describe('Platform', () => {
  test('keeps the fields that name a platform, and drops the rest', () => {
    const platform = Platform.parse({
      os: 'linux',
      architecture: 'arm',
      variant: 'v7',
      'os.version': '10',
      features: [],
    });

    expect(platform).toEqual({ os: 'linux', architecture: 'arm', variant: 'v7' });
  });

  test.each([[{}], [{ os: 'linux' }], [{ os: 1, architecture: 'arm' }], [[]], ['linux/amd64'], [null]])(
    '%j names no platform',
    (value) => {
      const parsed = Platform.safeParse(value);

      expect(parsed.success).toBe(false);
    },
  );
});

describe('formatPlatform', () => {
  test.each<[Platform, string]>([
    [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'arm64', variant: 'v8' }, 'linux/arm64/v8'],
    [{ os: 'linux', architecture: 'amd64', variant: '' }, 'linux/amd64'],
    [{ os: 'unknown', architecture: 'unknown' }, 'unknown/unknown'],
  ])('%j is written %s', (platform, expected) => {
    const text = formatPlatform(platform);

    expect(text).toBe(expected);
  });
});

describe('platformMatches', () => {
  test.each<[string, string, boolean]>([
    ['linux/arm64', 'linux/arm64', true],
    ['linux/arm64', 'linux/arm64/v8', true],
    ['linux/arm64/v8', 'linux/arm64', false],
    ['linux/arm64/v8', 'linux/arm64/v8', true],
    ['linux/arm', 'linux/arm64', false],
    ['linux/arm/v6', 'linux/arm/v7', false],
    ['linux', 'linux/amd64', true],
    ['windows/amd64', 'linux/amd64', false],
  ])('a wish for %s and an image for %s: %s', (wanted, present, expected) => {
    const matches = platformMatches(wanted, present);

    expect(matches).toBe(expected);
  });
});
