import { expect, test } from 'vitest';

import { METRICS } from '../../src/metrics/definitions.ts';
import { STORAGE_METRICS } from '../../src/metrics/storage-definitions.ts';
import { metricsTable } from '../../src/metrics/metrics-table.ts';

test('the table has a row for each metric, with labels, occasion and meaning', () => {
  const lines = metricsTable().split('\n');

  expect(lines.slice(0, 2)).toEqual(['| metric | labels | sent after | meaning |', '|---|---|---|---|']);
  expect(lines).toHaveLength(METRICS.length + STORAGE_METRICS.length + 3);
  expect(lines).toContain(
    '| `registry_integrity_failures` | `object`, `fault` | complete walks | Number of confirmed findings of the last complete walk, by what is broken and how. |',
  );
});
