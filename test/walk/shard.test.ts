import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { belongsTo, shardOf } from '../../src/walk/shard.ts';

describe('shardOf', () => {
  // Computed by hand: `printf NAME | sha256sum`, first eight digits, modulo. Processes of two versions agree on these.
  test.each([
    ['app', 0xa172_cedc],
    ['team/app', 0xe46f_7d74],
    ['', 0xe3b0_c442],
  ])('of %j comes from the first four bytes of its SHA-256', (name, number) => {
    for (const count of [1, 2, 3, 7, 100]) expect(shardOf(name, count)).toBe(number % count);
  });

  test('spreads names that are alike', () => {
    const names = Array.from({ length: 3000 }, (_, n) => `team/service-${n}`);

    const sizes = [0, 1, 2].map((shard) => names.filter((name) => shardOf(name, 3) === shard).length);

    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(100);
  });

  test('puts each repository into exactly one of the shards', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 100 }), (name, count) => {
        const shards = Array.from({ length: count }, (_, index) => ({ index, count }));

        expect(shards.filter((shard) => belongsTo(shard, name))).toHaveLength(1);
      }),
    );
  });
});

test('every repository belongs to a walk that is not divided', () => {
  expect(belongsTo(null, 'app')).toBe(true);
});
