import { expect, test } from 'vitest';

import { createUnreachableSource } from '../../src/registry/unreachable.ts';
import { unknown } from '../../src/walk/lookup.ts';
import { verify, walk } from '../support/walk.ts';

const WHY = unknown('timeout', 'silent_tls: it said nothing');

test('a registry out of reach has no catalog, for the one reason that is known', async () => {
  const result = await walk(createUnreachableSource(WHY));

  expect(result).toMatchObject({ catalogAccessible: false, verdict: 'unknown', findings: [] });
  expect(result.unknowns).toEqual([{ repository: null, reference: '_catalog', reason: 'timeout', detail: WHY.detail }]);
});

test('a registry out of reach leaves each image unknown, for the one reason that is known', async () => {
  const wanted = [
    { repository: 'app', tag: 'v1', digest: null },
    { repository: 'tool', tag: 'v2', digest: null },
  ];

  const { verdict, unknowns } = await verify(createUnreachableSource(WHY), wanted);

  expect(verdict).toBe('unknown');
  expect(unknowns.map(({ repository, reference, detail }) => [repository, reference, detail])).toEqual([
    ['app', 'v1', WHY.detail],
    ['tool', 'v2', WHY.detail],
  ]);
});
