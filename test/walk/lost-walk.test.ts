import { expect, test } from 'vitest';

import { lostWalk } from '../../src/walk/lost-walk.ts';

test('a walk that a bug has ended claims nothing, and is no finding', () => {
  const result = lostWalk('TypeError: x is not a function');

  expect(result).toMatchObject({ complete: false, catalogAccessible: false, verdict: 'unknown', findings: [] });
  expect(result.unknowns).toEqual([
    {
      repository: null,
      reference: '_walk',
      reason: 'protocol',
      detail: 'internal_error: TypeError: x is not a function',
    },
  ]);
  expect(result.counts).toMatchObject({ repositories: 0, tags: 0, unknown: { protocol: 1, auth: 0 } });
});
