import { describe, expect, test } from 'vitest';

import { createSuspects, type Suspect } from '../../src/walk/suspects.ts';
import { absent } from './scene.ts';

const SUSPECT: Suspect = {
  repository: 'app',
  reference: 'v1',
  first: absent(),
  askAgain: () => Promise.resolve(absent()),
  onFound: () => {},
  onChurned: () => {},
  onSettled: () => {},
};

describe('createSuspects', () => {
  test('hands everything out once', () => {
    const suspects = createSuspects();
    suspects.add(SUSPECT);
    suspects.add({ ...SUSPECT, reference: 'v2' });

    expect(suspects.size).toBe(2);
    expect(suspects.take().map(({ suspect }) => suspect.reference)).toEqual(['v1', 'v2']);
    expect(suspects.size).toBe(0);
    expect(suspects.take()).toEqual([]);
  });

  test('keeps the answers of a case that is put back, and what is added meanwhile', () => {
    const suspects = createSuspects();
    suspects.add(SUSPECT);
    const [open] = suspects.take();
    suspects.add({ ...SUSPECT, reference: 'new' });

    open?.answers.push(absent('unreadable'));
    if (open !== undefined) suspects.putBack(open);

    const taken = suspects.take().map(({ suspect, answers }) => [suspect.reference, answers.length]);
    expect(taken).toEqual([
      ['new', 0],
      ['v1', 1],
    ]);
  });
});
