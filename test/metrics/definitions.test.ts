import { describe, expect, test } from 'vitest';

import { METRIC_PREFIX, METRICS } from '../../src/metrics/definitions.ts';

describe('the table of metrics', () => {
  test.each(METRICS)('$name has our prefix, base units and a help of one sentence', ({ name, help }) => {
    expect(name.startsWith(METRIC_PREFIX)).toBe(true);
    expect(name).not.toMatch(/_(?:total|count|sum|bucket|minutes|milliseconds)$/);
    expect(help).toMatch(/^[A-Z][^\n|]*\.$/);
  });

  test('no name is given twice', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
  });

  test.each(['digest', 'url', 'instance', 'job', 'registry', 'shard'])('no metric has a label %s', (label) => {
    const labels = METRICS.flatMap((metric): readonly string[] => metric.labels);

    expect(labels).not.toContain(label);
  });
});
