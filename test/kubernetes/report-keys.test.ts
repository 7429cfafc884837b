import { describe, expect, test } from 'vitest';

import { reportKey, reportKeysOf, roomFor } from '../../src/kubernetes/report-keys.ts';

describe('the keys of reports', () => {
  test('are the registry, and the shard of one that is divided', () => {
    const keys = [null, 0, 12].map((shard) => reportKey({ registry: 'prod', shard }));

    expect(keys).toEqual(['prod.yaml', 'prod.shard-0.yaml', 'prod.shard-12.yaml']);
  });

  test('are told from those of other registries', () => {
    const keys = [
      'prod.yaml',
      'prod.shard-3.yaml',
      'prod-2.yaml',
      'prod.json',
      'prod.shard-x.yaml',
      'lab.yaml',
      'prod',
    ];

    const own = reportKeysOf('prod', keys);

    expect(own).toEqual(['prod.yaml', 'prod.shard-3.yaml']);
  });

  test.each([
    [1, 0, 204_800],
    [4, 0, 204_800],
    [5, 0, 184_320],
    [100, 0, 9_216],
    [2, 800_000, 60_800],
    [1, 1_000_000, 0],
  ])('%i reports beside %i bytes have %i bytes each, so that all fits into one ConfigMap', (reports, others, bytes) => {
    const room = roomFor(reports, others);

    expect(room).toBe(bytes);
    expect(room * reports + others).toBeLessThan(1024 * 1024);
  });
});
