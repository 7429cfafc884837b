import { expect, test } from 'vitest';

import { legsByTurn, type Stage } from '../../src/history/stages.ts';

const FIRST: Stage = { kind: 0, age: 0, slice: 0, fingerprint: 0, part: null };

function order(stages: Readonly<Record<string, readonly Partial<Stage>[]>>) {
  const stagesOf = (repository: string) => (stages[repository] ?? []).map((one) => ({ ...FIRST, ...one }));
  return [...legsByTurn(Object.keys(stages), stagesOf, (fingerprint) => fingerprint / 10)];
}

function namesOf(stages: Readonly<Record<string, readonly Partial<Stage>[]>>) {
  return order(stages).map(({ repository }) => repository);
}

test('what comes first is decided by kind, then age, then slice, then fingerprint, and then by what was given', () => {
  expect(namesOf({ b: [{ kind: 1 }], a: [{ kind: 0, age: 9 }] })).toEqual(['a', 'b']);
  expect(namesOf({ b: [{ age: 2 ** 41, slice: 0 }], a: [{ age: 2 ** 40, slice: 9 }] })).toEqual(['a', 'b']);
  expect(namesOf({ b: [{ slice: 4095, fingerprint: 0 }], a: [{ slice: 1, fingerprint: 9 }] })).toEqual(['a', 'b']);
  expect(namesOf({ b: [{ fingerprint: 2 ** 39 + 1 }], a: [{ fingerprint: 2 ** 39 }] })).toEqual(['a', 'b']);
  expect(namesOf({ b: [{}], a: [{}] })).toEqual(['b', 'a']);
});

test('parts of one repository are walked in one go where nothing comes between them', () => {
  const parts = (fingerprint: number, ages: readonly number[]) => ages.map((age, part) => ({ fingerprint, age, part }));

  const legs = order({ big: parts(20, [1, 1, 5, 1]), other: parts(10, [3, 5]), small: [{ age: 4 }] });

  expect(legs).toEqual([
    { repository: 'big', parts: { bits: 2, indexes: [0, 1, 3] } },
    { repository: 'other', parts: { bits: 1, indexes: [0] } },
    { repository: 'small', parts: null },
    { repository: 'other', parts: { bits: 1, indexes: [1] } },
    { repository: 'big', parts: { bits: 2, indexes: [2] } },
  ]);
});

test('of no repositories there is no leg', () => {
  expect(order({})).toEqual([]);
});
