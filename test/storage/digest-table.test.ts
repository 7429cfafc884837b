import { describe, expect, test } from 'vitest';

import { digestOf } from '../../src/oci/digest.ts';
import { createDigestTable, createIdSet } from '../../src/storage/digest-table.ts';

const digestAt = (index: number): string => digestOf(new TextEncoder().encode(String(index)));

describe('createDigestTable', () => {
  test('gives every digest a number of its own, however many there are, and knows it by it', () => {
    const table = createDigestTable();
    const digests = Array.from({ length: 70_000 }, (_, index) => digestAt(index));

    const ids = digests.map((digest) => table.idOf(digest));

    expect(ids).toEqual(digests.map((_, index) => index));
    expect(digests.map((digest) => table.idOf(digest))).toEqual(ids);
    expect([0, 32_767, 32_768, 69_999].map((id) => table.digest(id))).toEqual(
      [0, 32_767, 32_768, 69_999].map(digestAt),
    );
    expect(table.size).toBe(70_000);
  });

  test('takes digests of another algorithm, and refuses what is none', () => {
    const table = createDigestTable();
    const long = digestOf(new Uint8Array([1]), 'sha512');

    expect(table.digest(table.idOf(long))).toBe(long);
    expect(table.idOf(long)).toBe(table.idOf(long));
    expect(() => table.idOf('sha256:abc')).toThrow('is no digest');
    expect(() => table.idOf('latest')).toThrow('is no digest');
  });

  test('remembers how long data is, of whatever has some', () => {
    const table = createDigestTable();
    const [none, empty, large] = [0, 1, 2].map((index) => table.idOf(digestAt(index)));

    table.setDataSize(empty ?? 0, 0);
    table.setDataSize(large ?? 0, 2 ** 40);

    expect([none, empty, large].map((id) => table.dataSize(id ?? 0))).toEqual([null, 0, 2 ** 40]);
  });
});

describe('createIdSet', () => {
  test('has what was added, and nothing beside it', () => {
    const set = createIdSet();

    for (const id of [0, 7, 8, 100_000]) set.add(id);

    expect([0, 1, 7, 8, 9, 99_999, 100_000, 100_001, 5_000_000].filter((id) => set.has(id))).toEqual([
      0, 7, 8, 100_000,
    ]);
  });
});
