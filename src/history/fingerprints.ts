import { placeOf } from './place.ts';

/** What a name is kept as, where there is no room for it: 40 bits of its SHA-256, as a number. */
export function fingerprintOf(name: string): number {
  return placeOf(name).fingerprint;
}

/**
 * Fingerprints as Base64: sorted, and of each the distance to the one before, seven bits to a byte with the lowest
 * first, of which all but the last have the eighth bit set. Of 100,000, each takes four bytes or less.
 */
export function packFingerprints(fingerprints: Iterable<number>): string {
  const bytes: number[] = [];
  let before = 0;
  for (const one of [...new Set(fingerprints)].toSorted((a, b) => a - b)) {
    let distance = one - before;
    before = one;
    while (distance >= 0x80) {
      bytes.push((distance % 0x80) + 0x80);
      distance = Math.floor(distance / 0x80);
    }
    bytes.push(distance);
  }
  return Buffer.from(bytes).toString('base64');
}

/** Reads what was packed; whatever is no such thing is read as far as it goes. */
export function unpackFingerprints(packed: string): Set<number> {
  const fingerprints = new Set<number>();
  let last = 0;
  let distance = 0;
  let unit = 1;
  for (const byte of Buffer.from(packed, 'base64')) {
    distance += (byte % 0x80) * unit;
    unit *= 0x80;
    if (byte >= 0x80) continue;
    last += distance;
    fingerprints.add(last);
    distance = 0;
    unit = 1;
  }
  return fingerprints;
}
