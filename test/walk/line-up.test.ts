import { describe, expect, test } from 'vitest';

import { createLineUp, type Rank, type RankedCase } from '../../src/walk/line-up.ts';
import { rankBy } from '../../src/walk/rank.ts';
import { createSuspects, type OpenCase } from '../../src/walk/suspects.ts';
import { createTree } from '../../src/walk/tree.ts';
import { GONE } from './suspicion.ts';

function cases(repository: string, count: number, reference = 'v'): readonly OpenCase[] {
  const suspects = createSuspects();
  const tree = createTree(repository);
  for (let number = 0; number < count; number += 1) {
    const askAgain = () => Promise.resolve(GONE);
    suspects.add({ tree, reference: `${reference}${number}`, first: GONE, askAgain, end: () => {} });
  }
  return suspects.take();
}

function ranked(all: readonly OpenCase[], rank: Rank = 'other'): readonly RankedCase[] {
  return all.map((one) => ({ one, rank }));
}

function names(taken: readonly OpenCase[]): string {
  return taken.map(({ suspect }) => `${suspect.tree.repository}${suspect.reference.slice(1)}`).join(' ');
}

describe('createLineUp', () => {
  test('lets nobody go on before the time, and says when that is', () => {
    const line = createLineUp();
    line.add(ranked(cases('a', 1)), 100);

    expect([line.next(99, 9).length, line.dueAt, line.size]).toEqual([0, 100, 1]);
    expect([names(line.next(100, 9)), line.dueAt, line.size]).toEqual(['a0', null, 0]);
  });

  test('lets those go on first that have begun, so that each comes to its end', () => {
    const line = createLineUp();
    const [begun] = cases('a', 1);
    if (begun === undefined) throw new Error('there is no case');
    begun.answers = [GONE];
    line.add(ranked(cases('b', 3)), 0);
    line.goOn([begun], 5);

    expect(names(line.next(4, 1))).toBe('b0');
    expect(names(line.next(5, 2))).toBe('a0 b1');
  });

  test('what was taken and not asked about is next among those that have not begun', () => {
    const line = createLineUp();
    line.add(ranked(cases('a', 3)), 0);
    const taken = line.next(0, 2);

    line.putBack(taken);

    expect(line.size).toBe(3);
    expect(names(line.next(0, 9))).toBe('a0 a1 a2');
  });

  test('what is in use comes first, what is known next, and nobody waits for all of them', () => {
    const line = createLineUp();
    for (const rank of ['other', 'known', 'used'] as const) line.add(ranked(cases(rank, 1000), rank), 0);

    const order = line.next(0, 128).map(({ suspect }) => suspect.tree.repository);

    const turns = order.filter((_, index) => index % 16 === 0);
    expect(turns).toEqual(['used', 'known', 'used', 'other', 'used', 'known', 'used', 'other']);
  });
});

describe('rankBy', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const knownBroken = new Set(['app :v0 manifest', `app ${digest}0 manifest`]);

  test.each([
    ['shop', 'v', 'used'],
    ['app', 'v', 'known'],
    ['app', digest, 'known'],
    ['app', 'w', 'other'],
    ['app', `sha256:${'b'.repeat(64)}`, 'other'],
  ])('%s %s is %s', (repository, reference, rank) => {
    const [one] = cases(repository, 1, reference);
    if (one === undefined) throw new Error('there is no case');

    expect(rankBy({ inUse: new Set(['shop']), knownBroken })(one)).toBe(rank);
  });
});
