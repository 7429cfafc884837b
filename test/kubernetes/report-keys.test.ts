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
    [1, 204_800],
    [4, 204_800],
    [5, 184_320],
    [100, 9_216],
  ])('%i reports have %i bytes each, so that all of them fit into one ConfigMap', (reports, bytes) => {
    const room = roomFor(reports);

    expect(room).toBe(bytes);
    expect(room * reports).toBeLessThan(1024 * 1024);
  });
});
