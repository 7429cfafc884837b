import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createDigester, digestOf, parseDigest, type ParsedDigest } from '../../src/oci/digest.ts';

const HEX64 = 'a'.repeat(64);
const HEX128 = '0123456789abcdef'.repeat(8);
const MALFORMED: ParsedDigest = { kind: 'malformed' };

describe('parseDigest', () => {
  test.each<[string, ParsedDigest]>([
    [`sha256:${HEX64}`, { kind: 'supported', algorithm: 'sha256', digest: `sha256:${HEX64}` }],
    [`sha512:${HEX128}`, { kind: 'supported', algorithm: 'sha512', digest: `sha512:${HEX128}` }],
    [`blake3:${HEX64}`, { kind: 'unsupported', algorithm: 'blake3' }],
    [`sha384:${'a'.repeat(96)}`, { kind: 'unsupported', algorithm: 'sha384' }],
    [
      'multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8',
      { kind: 'unsupported', algorithm: 'multihash+base58' },
    ],
    ['sha256+b64u:LCa0a2j_xo_5m0U8HTBBNBNCLXBkg7-g-YpeiGJm564', { kind: 'unsupported', algorithm: 'sha256+b64u' }],
    [`sha256:${HEX64.slice(1)}`, MALFORMED],
    [`sha256:${HEX64}a`, MALFORMED],
    [`sha512:${HEX64}`, MALFORMED],
    [`sha256:${HEX64.toUpperCase()}`, MALFORMED],
    [`SHA256:${HEX64}`, MALFORMED],
    [`sha256:${'g'.repeat(64)}`, MALFORMED],
    [`sha256:${HEX64}\n`, MALFORMED],
    [` sha256:${HEX64}`, MALFORMED],
    [`sha256:${'../'.repeat(21)}a`, MALFORMED],
    [`sha256::${HEX64}`, MALFORMED],
    [`sha256+:${HEX64}`, MALFORMED],
    ['sha256:', MALFORMED],
    [`:${HEX64}`, MALFORMED],
    [HEX64, MALFORMED],
    ['latest', MALFORMED],
    ['', MALFORMED],
  ])('reads %j', (text, expected) => {
    const parsed = parseDigest(text);

    expect(parsed).toEqual(expected);
  });

  test('no text makes it throw, or is supported without being hexadecimal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const digest of [text, `sha256:${text}`]) {
          const parsed = parseDigest(digest);

          expect(parsed.kind !== 'supported' || /^sha(256|512):[a-f0-9]+$/.test(digest)).toBe(true);
        }
      }),
    );
  });

  test('time grows with the length alone', () => {
    const start = performance.now();
    parseDigest(`${'a+'.repeat(200_000)}!`);
    parseDigest(`${'a'.repeat(400_000)}!`);
    const took = performance.now() - start;

    expect(took).toBeLessThan(5_000);
  });
});

describe('digestOf', () => {
  test.each<[string, 'sha256' | 'sha512', string]>([
    ['', 'sha256', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['{}', 'sha256', 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    ['{}', 'sha512', `sha512:${createHash('sha512').update('{}').digest('hex')}`],
  ])('hashes %j with %s', (text, algorithm, expected) => {
    const digest = digestOf(new TextEncoder().encode(text), algorithm);

    expect(digest).toBe(expected);
  });

  test('what it makes is a supported digest', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom('sha256' as const, 'sha512' as const), (bytes, algorithm) => {
        expect(parseDigest(digestOf(bytes, algorithm))).toMatchObject({ kind: 'supported', algorithm });
      }),
    );
  });
});

describe('createDigester', () => {
  test('pieces hash to the same as the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => {
        const digester = createDigester('sha256');

        for (const piece of pieces) digester.update(piece);

        expect(digester.digest()).toBe(digestOf(Buffer.concat(pieces)));
      }),
    );
  });
});
