import { expect, test } from 'vitest';

import { knownPlatforms, renewPlatforms } from '../../src/history/node-platforms.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = 1_750_000_000_000;
const KNOWN = [
  { platform: 'linux/amd64', lastSeenAt: NOW - DAY_MS },
  { platform: 'linux/arm64', lastSeenAt: NOW - 29 * DAY_MS },
  { platform: 'linux/s390x', lastSeenAt: NOW - 30 * DAY_MS },
];

test('platforms of nodes count for 30 days after they were seen last', () => {
  expect(knownPlatforms(KNOWN, ['windows/amd64'], NOW)).toEqual(['linux/amd64', 'linux/arm64', 'windows/amd64']);
  expect(knownPlatforms(null, ['linux/amd64'], NOW)).toEqual(['linux/amd64']);
});

test('what is seen again is seen now, and what is older than 30 days is forgotten', () => {
  expect(renewPlatforms(KNOWN, ['linux/arm64'], NOW)).toEqual([
    { platform: 'linux/amd64', lastSeenAt: NOW - DAY_MS },
    { platform: 'linux/arm64', lastSeenAt: NOW },
  ]);
});

test('where nobody has looked, what is known stays as it is', () => {
  expect(renewPlatforms(KNOWN, null, NOW)).toBe(KNOWN);
  expect(renewPlatforms(null, null, NOW)).toBeNull();
});
