import { describe, expect, test } from 'vitest';

import { createHistory } from '../../src/history/history.ts';
import { broken, known, NOW, OTHER_DIGEST, state, THEN } from './scene.ts';

describe('since when something is broken', () => {
  test.each([
    ['nothing was kept', null, broken(), NOW],
    ['it was kept', state(), broken(), THEN],
    ['it is another digest', state(), broken({ digest: OTHER_DIGEST }), NOW],
    ['it is another object', state(), broken({ object: 'manifest' }), NOW],
    ['it is another repository', state(), broken({ repository: 'team/other' }), NOW],
    ['another tag leads to the same digest', state(), broken({ tags: ['v0', 'v1'] }), THEN],
    ['only a pinned digest leads to it now', state(), broken({ tags: [] }), THEN],
    ['there was no room for everything', state({ findingsNotKept: 3 }), broken({ digest: OTHER_DIGEST }), null],
    ['it was kept, although there was no room for everything', state({ findingsNotKept: 3 }), broken(), THEN],
  ])('%s', (_, kept, finding, expected) => {
    const seen = createHistory(kept).firstSeen(finding, NOW);

    expect(seen).toBe(expected);
  });

  test('a tag takes the place of a digest that is not there', () => {
    const dangling = known({ object: 'manifest', digest: null });
    const history = createHistory(state({ findings: [{ repository: 'team/app', broken: [dangling] }] }));

    const seen = ['v1', 'v2'].map((tag) =>
      history.firstSeen(broken({ object: 'manifest', digest: null, tags: [tag] }), NOW),
    );

    expect(seen).toEqual([THEN, NOW]);
  });

  test('the earliest is right, where it was kept twice', () => {
    const twice = [known({ firstSeen: THEN + 5 }), known(), known({ firstSeen: THEN + 7 })];

    const seen = createHistory(state({ findings: [{ repository: 'team/app', broken: twice }] }));

    expect(seen.firstSeen(broken(), NOW)).toBe(THEN);
  });

  test('nothing is broken since a time that is still to come', () => {
    const findings = [{ repository: 'team/app', broken: [known({ firstSeen: NOW + 1 })] }];

    const seen = createHistory(state({ findings })).firstSeen(broken(), NOW);

    expect(seen).toBe(NOW);
  });
});
