import { expect, test } from 'vitest';

import { boundUnknowns } from '../../src/walk/bounded-unknowns.ts';
import type { UnknownEntry } from '../../src/walk/result.ts';

function entries(repository: string | null, count: number): UnknownEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    repository,
    reference: `v${String(index).padStart(6, '0')}`,
    reason: 'protocol',
    detail: 'odd',
  }));
}

test('few are told one by one, sorted, and where most of them are', () => {
  const { entries: told, repositories } = boundUnknowns([...entries('b', 2), ...entries('a', 1), ...entries(null, 1)]);

  expect(told.map(({ repository, reference }) => [repository, reference])).toEqual([
    [null, 'v000000'],
    ['a', 'v000000'],
    ['b', 'v000000'],
    ['b', 'v000001'],
  ]);
  expect(repositories).toEqual([
    { repository: 'b', count: 2 },
    { repository: 'a', count: 1 },
  ]);
});

test('of one repository there are 500, and a word about the others', () => {
  const { entries: told } = boundUnknowns([...entries('noisy', 700), ...entries('quiet', 1)]);

  expect(told.filter(({ repository }) => repository === 'noisy')).toHaveLength(501);
  expect(told[500]).toMatchObject({ repository: 'noisy', reference: '_more', detail: '200 more' });
  expect(told.at(-1)).toMatchObject({ repository: 'quiet', reference: 'v000000' });
});

test('of all repositories some 2,000, and the five with the most are named', () => {
  const many = Array.from({ length: 3_000 }, (_, index) => entries(`r${String(index).padStart(4, '0')}`, 1));
  const { entries: told, repositories } = boundUnknowns([...many.flat(), ...entries('z', 9)]);

  expect(told).toHaveLength(2_001);
  expect(told.at(-1)).toMatchObject({
    repository: null,
    reference: '_more',
    detail: '1009 more, in 1001 more repositories',
  });
  expect(repositories).toHaveLength(5);
  expect(repositories[0]).toEqual({ repository: 'z', count: 9 });
});

test('words of a registry are cut', () => {
  const [entry] = boundUnknowns([
    { repository: 'a', reference: 'v1', reason: 'protocol', detail: 'x'.repeat(9_000) },
  ]).entries;

  expect(entry?.detail).toHaveLength(2_000);
});
