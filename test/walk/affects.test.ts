import { expect, test } from 'vitest';

import { affectsOf, everyPlatform, neededBy, type Affects, worse } from '../../src/walk/affects.ts';

const SIGNATURE = `sha256-${'a'.repeat(64)}.sig`;
const onAmd64 = (platform: string): boolean => platform === 'linux/amd64';

test.each<{
  title: string;
  platforms?: string[];
  tags?: string[];
  roots?: string[];
  neededByAll?: boolean;
  affects: Affects;
}>([
  { title: 'what no index names a platform for', affects: 'pull' },
  { title: 'what is for a platform that is needed', platforms: ['linux/amd64'], affects: 'pull' },
  { title: 'what is for a platform that is not', platforms: ['linux/s390x'], affects: 'other_platform' },
  { title: 'what two platforms share', platforms: ['linux/s390x', 'linux/amd64'], affects: 'pull' },
  { title: 'an attestation', platforms: ['unknown/unknown'], affects: 'attestation' },
  {
    title: 'what an attestation shares with another platform',
    platforms: ['linux/s390x', 'unknown/unknown'],
    affects: 'other_platform',
  },
  { title: 'what is reached past the index, too', platforms: ['linux/s390x'], neededByAll: true, affects: 'pull' },
  { title: 'an attestation that is pinned', platforms: ['unknown/unknown'], neededByAll: true, affects: 'pull' },
  { title: 'a signature', tags: [SIGNATURE], neededByAll: true, affects: 'attestation' },
  {
    title: 'a signature that somebody pins',
    tags: [SIGNATURE],
    roots: ['sha256:a'],
    neededByAll: true,
    affects: 'pull',
  },
  {
    title: 'what a signature shares with an image',
    tags: [SIGNATURE, 'v1'],
    neededByAll: true,
    affects: 'pull',
  },
])('$title affects $affects', ({ affects, platforms = [], tags = ['v1'], roots = [], neededByAll = false }) => {
  expect(affectsOf({ tags, roots, platforms, neededByAll }, onAmd64)).toBe(affects);
});

test('where nobody says what is needed, every platform is', () => {
  const ways = { tags: ['v1'], roots: [], neededByAll: false };

  expect(affectsOf({ ...ways, platforms: ['linux/s390x'] }, everyPlatform)).toBe('pull');
  expect(affectsOf({ ...ways, platforms: ['unknown/unknown'] }, everyPlatform)).toBe('attestation');
});

test('a pull is worse than another platform, and that than an attestation', () => {
  expect(worse('other_platform', 'pull')).toBe('pull');
  expect(worse('other_platform', 'attestation')).toBe('other_platform');
});

test.each([
  { nodes: ['linux/amd64'], platform: 'linux/amd64', needed: true },
  { nodes: ['linux/amd64'], platform: 'linux/amd64/v3', needed: true },
  { nodes: ['linux/amd64', 'linux/arm64'], platform: 'linux/arm64/v8', needed: true },
  { nodes: ['linux/arm'], platform: 'linux/arm/v7', needed: true },
  { nodes: ['linux/amd64'], platform: 'linux/arm64', needed: false },
  { nodes: ['linux/arm'], platform: 'linux/arm64', needed: false },
  { nodes: ['linux/amd64'], platform: 'windows/amd64', needed: false },
  { nodes: [], platform: 'linux/amd64', needed: false },
])('nodes of $nodes need $platform: $needed', ({ nodes, platform, needed }) => {
  expect(neededBy(nodes)(platform)).toBe(needed);
});
