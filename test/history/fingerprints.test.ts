import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { fingerprintOf, packFingerprints, unpackFingerprints } from '../../src/history/fingerprints.ts';

test('a name is kept as bytes 4 to 8 of its SHA-256, for good', () => {
  // printf %s team/app | sha256sum
  expect(fingerprintOf('team/app').toString(16)).toBe('783804faa2');
});

test('fingerprints are read as they were packed, whatever they are', () => {
  const some = fc.array(fc.integer({ min: 0, max: 2 ** 40 - 1 }));

  fc.assert(
    fc.property(some, (all) => {
      expect(unpackFingerprints(packFingerprints(all))).toEqual(new Set(all.toSorted((a, b) => a - b)));
    }),
  );
});

test('100,000 of them are packed into 550,000 characters', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `team-${index % 300}/application-${index}`);

  const packed = packFingerprints(names.map(fingerprintOf));

  expect(unpackFingerprints(packed).size).toBe(100_000);
  expect(packed.length).toBeLessThan(550_000);
});

test.each(['', '!', '////', '/w=='])('%j is read without a mistake', (packed) => {
  expect(unpackFingerprints(packed).size).toBeLessThan(2);
});
