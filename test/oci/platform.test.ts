import { describe, expect, test } from 'vitest';

import { formatPlatform, platformMatches, readPlatform, type Platform } from '../../src/oci/platform.ts';

describe('readPlatform', () => {
  test.each<[unknown, Platform | null]>([
    [
      { os: 'linux', architecture: 'arm', variant: 'v7', 'os.version': '10', features: [], rootfs: {} },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ],
    [
      { OS: 'linux', Architecture: 'arm', variant: null },
      { os: 'linux', architecture: 'arm' },
    ],
    [{}, null],
    [{ os: 'linux' }, null],
    [{ os: 1, architecture: 'arm' }, null],
    [{ os: 'windows', architecture: 'amd64', 'os.features': 'win32k' }, null],
    [[], null],
    ['linux/amd64', null],
    [null, null],
  ])('of %j reads %j', (config, expected) => {
    const platform = readPlatform(new TextEncoder().encode(JSON.stringify(config)));

    expect(platform).toEqual(expected);
  });
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
