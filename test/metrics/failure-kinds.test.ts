import { describe, expect, test } from 'vitest';

import { countByKind, FAILURE_KINDS } from '../../src/metrics/failure-kinds.ts';
import { finding } from './outcomes.ts';

describe('countByKind', () => {
  test('without findings every kind is there with 0', () => {
    expect(countByKind([], { orphanedReferrers: 0 })).toEqual(FAILURE_KINDS.map((kind) => ({ ...kind, count: 0 })));
  });

  test('a kind that was not foreseen is counted all the same', () => {
    const kinds = countByKind([finding({ object: 'manifest', fault: 'tag_moved' })], { orphanedReferrers: 0 });

    expect(kinds).toHaveLength(FAILURE_KINDS.length + 1);
    expect(kinds.at(-1)).toEqual({ object: 'manifest', fault: 'tag_moved', count: 1 });
  });
});
