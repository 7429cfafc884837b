import { describe, expect, test } from 'vitest';

import { recordStorage, storageJob } from '../../src/metrics/record-storage.ts';
import { STORAGE_METRICS } from '../../src/metrics/storage-definitions.ts';
import { finding, outcome } from './outcomes.ts';

const NUMBERS = { unreachableBytes: 12, uploadsAbandoned: 3 };

function sent(families: ReturnType<typeof recordStorage>): readonly string[] {
  return families.map(({ name }) => name.replace('registry_integrity_storage_', ''));
}

describe('recordStorage', () => {
  test('sends everything after a complete scan, each kind of failure, 0 included', () => {
    const families = recordStorage(outcome({ findings: [finding()] }), NUMBERS);

    expect(families.map(({ name }) => name)).toEqual(STORAGE_METRICS.map(({ name }) => name));
    const failures = families.find(({ name }) => name.endsWith('storage_failures'))?.samples ?? [];
    expect(failures.length).toBeGreaterThan(10);
    expect(failures.filter(({ value }) => value > 0)).toEqual([
      { labels: { object: 'child', fault: 'missing' }, value: 1 },
    ]);
  });

  test('sends of an incomplete scan when it was, and what it has confirmed', () => {
    const nothing = recordStorage(outcome({ complete: false }), null);
    const something = recordStorage(outcome({ complete: false, findings: [finding()] }), NUMBERS);

    expect(sent(nothing)).toEqual(['last_run_timestamp_seconds']);
    expect(sent(something)).toEqual(['last_run_timestamp_seconds', 'partial_failures']);
  });

  test('has a job of its own', () => {
    expect(storageJob('probe')).toBe('probe-storage');
  });
});
