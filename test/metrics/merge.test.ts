import { describe, expect, test } from 'vitest';

import type { Family } from '../../src/metrics/exposition.ts';
import { mergeFamilies } from '../../src/metrics/merge.ts';

const PROD = { job: 'probe', registry: 'prod', shard: null, groupingLabels: {} };
const KEY = { job: 'probe', registry: 'prod' };
const OTHER = { job: 'probe', registry: 'other' };

const SUSPECT = 'registry_integrity_suspect';
const FAILURES = 'registry_integrity_failures';

describe('mergeFamilies', () => {
  test("the group's labels come before the metric's own", () => {
    const merged = mergeFamilies([], [family(FAILURES, [{ object: 'layer' }, 1])], PROD, 'replace');

    expect(Object.keys(merged[0]?.samples[0]?.labels ?? {})).toEqual(['job', 'registry', 'object']);
  });

  test('a complete run drops all that its group had and nothing else', () => {
    const present = [
      family(SUSPECT, [KEY, 1], [OTHER, 1]),
      family(FAILURES, [{ ...KEY, object: 'layer' }, 7], [{ ...OTHER, object: 'layer' }, 8]),
    ];

    const merged = mergeFamilies(present, [family(SUSPECT, [{}, 0])], PROD, 'replace');

    expect(merged).toEqual([
      family(SUSPECT, [OTHER, 1], [KEY, 0]),
      family(FAILURES, [{ ...OTHER, object: 'layer' }, 8]),
    ]);
  });

  test('an incomplete run replaces the families it sends, whole, and keeps the others', () => {
    const present = [
      family('registry_integrity_unknown', [{ ...KEY, reason: 'dns' }, 1], [{ ...KEY, reason: 'tls' }, 2]),
      family(FAILURES, [{ ...KEY, object: 'layer' }, 7]),
    ];

    const merged = mergeFamilies(present, [family('registry_integrity_unknown', [{ reason: 'dns' }, 3])], PROD, 'add');

    expect(merged).toEqual([
      family('registry_integrity_unknown', [{ ...KEY, reason: 'dns' }, 3]),
      family(FAILURES, [{ ...KEY, object: 'layer' }, 7]),
    ]);
  });

  test.each([
    ['another job', { job: 'x', registry: 'prod' }],
    ['a shard', { ...KEY, shard: '0' }],
    ['a further grouping label', { ...KEY, cluster: 'x' }],
  ])('%s makes another group', (_, labels) => {
    const merged = mergeFamilies([family(SUSPECT, [labels, 1])], [family(SUSPECT, [{}, 0])], PROD, 'replace');

    expect(merged).toEqual([family(SUSPECT, [labels, 1], [KEY, 0])]);
  });

  test('a family that only another version knows is kept, after the known ones', () => {
    const future = family('registry_integrity_future', [OTHER, 1]);

    const merged = mergeFamilies([future], [family(SUSPECT, [{}, 0])], PROD, 'replace');

    expect(merged.map(({ name }) => name)).toEqual([SUSPECT, 'registry_integrity_future']);
  });

  test('the help of this run replaces that of an older version', () => {
    const old = { ...family(SUSPECT, [OTHER, 1]), help: 'As it was.' };

    const merged = mergeFamilies([old], [family(SUSPECT, [{}, 0])], PROD, 'add');

    expect(merged[0]?.help).toBe('Help.');
  });
});

function family(name: string, ...samples: readonly (readonly [Readonly<Record<string, string>>, number])[]): Family {
  return { name, help: 'Help.', samples: samples.map(([labels, value]) => ({ labels, value })) };
}
