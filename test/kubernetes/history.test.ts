import { describe, expect, test } from 'vitest';

import { createHistory } from '../../src/kubernetes/history.ts';
import { OTHER_DIGEST } from './objects.ts';
import { current, kept, keptReport } from './scene.ts';

const NOW = Date.UTC(2026, 5);
const THEN = Date.UTC(2026, 0);

describe('since when something is broken', () => {
  test.each([
    ['nothing was kept', [], current(), NOW],
    ['it was kept', [keptReport()], current(), THEN],
    ['it is another digest', [keptReport()], current({ digest: OTHER_DIGEST }), NOW],
    ['it is another fault', [keptReport()], current({ fault: 'unreadable' }), NOW],
    ['it is another object', [keptReport()], current({ object: 'manifest' }), NOW],
    ['it is another repository', [keptReport()], current({ repository: 'team/other' }), NOW],
    ['another tag leads to the same digest', [keptReport()], current({ tags: ['v0', 'v1'] }), THEN],
    ['there was no room for everything', [keptReport({ notListed: 3 })], current({ digest: OTHER_DIGEST }), null],
    ['it was kept, although there was no room for everything', [keptReport({ notListed: 3 })], current(), THEN],
  ])('%s', (_, reports, finding, expected) => {
    const history = createHistory(reports);

    const seen = history.firstSeen(finding, NOW);

    expect(seen).toBe(expected);
  });

  test('a tag takes the place of a digest that is not there', () => {
    const dangling = { object: 'manifest', fault: 'tag_dangling', digest: null };
    const history = createHistory([keptReport({ findings: [kept({ ...dangling, tags: ['v1'] })] })]);

    const seen = ['v1', 'v2'].map((tag) => history.firstSeen(current({ ...dangling, tags: [tag] }), NOW));

    expect(seen).toEqual([THEN, NOW]);
  });

  test('the earliest of several reports is right, and one that does not know says nothing', () => {
    const later = kept({ firstSeen: '2026-03-01T00:00:00.000Z' });
    const { firstSeen: _, ...unknown } = kept();
    const reports = [later, kept(), unknown].map((finding) => keptReport({ findings: [finding] }));

    const seen = createHistory(reports).firstSeen(current(), NOW);
    const notKnown = createHistory(reports.slice(2)).firstSeen(current(), NOW);

    expect(seen).toBe(THEN);
    expect(notKnown).toBeNull();
  });
});
