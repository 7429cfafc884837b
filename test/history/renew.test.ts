import { describe, expect, test } from 'vitest';

import { renewState } from '../../src/history/renew.ts';
import type { State } from '../../src/history/state.ts';
import { broken, finished, known, NOW, OTHER_DIGEST, state, THEN } from './scene.ts';

const OTHER = broken({ digest: OTHER_DIGEST });
const DAY_MS = 24 * 3_600_000;

/** The findings without their repositories. */
function kept({ findings }: State) {
  return findings.flatMap((one) => one.broken);
}

describe('the state after a run', () => {
  test('begins with the first one', () => {
    const next = renewState(null, finished({ findings: [broken()] }));

    expect(next).toEqual(
      state({
        begunAt: NOW,
        lastRunAt: NOW,
        lastCompleteRunAt: NOW,
        findings: [{ repository: 'team/app', broken: [known({ firstSeen: NOW, lastSeen: NOW })] }],
      }),
    );
  });

  test('keeps since when something is broken', () => {
    const next = renewState(state(), finished({ findings: [broken(), OTHER] }));

    expect(next.begunAt).toBe(THEN);
    expect(kept(next)).toEqual([
      known({ lastSeen: NOW }),
      known({ digest: OTHER_DIGEST, firstSeen: NOW, lastSeen: NOW }),
    ]);
  });

  test('has one broken object once, whatever is wrong with it', () => {
    const next = renewState(null, finished({ findings: [broken(), broken()] }));

    expect(kept(next)).toHaveLength(1);
  });

  test('has nothing any more that a complete run did not find', () => {
    const next = renewState(state({ findingsNotKept: 4 }), finished());

    expect(next).toMatchObject({ findings: [], findingsNotKept: 0, lastCompleteRunAt: NOW });
  });

  test('has everything still that an incomplete run did not find', () => {
    const next = renewState(state(), finished({ complete: false, findings: [OTHER] }));

    expect(next).toMatchObject({ lastRunAt: NOW, lastCompleteRunAt: THEN });
    expect(kept(next)).toEqual([known({ digest: OTHER_DIGEST, firstSeen: NOW, lastSeen: NOW }), known()]);
  });

  test.each([true, false])('has the same findings after one that is suspect (complete: %s)', (complete) => {
    const next = renewState(state(), finished({ complete, suspect: true, findings: [OTHER] }));

    expect(next).toEqual(state({ lastRunAt: NOW }));
  });

  test.each([
    ['another repository', 'team/other', 'v1', []],
    ['another tag', 'team/app', 'v2', []],
    ['the same tag', 'team/app', 'v1', ['gone']],
  ])('after a complete walk of %s alone', (_, repository, tag, gone) => {
    const selects = (one: string, other: string | null): boolean => one === repository && other === tag;

    const next = renewState(state(), finished({ selects }));

    expect(kept(next)).toHaveLength(1 - gone.length);
  });

  test('forgets after a month what no walk selects any more, and not before', () => {
    const selects = (): boolean => false;

    const lengths = [29, 31].map((days) => {
      const next = renewState(state(), finished({ selects, finishedAt: THEN + days * DAY_MS }));
      return kept(next).length;
    });

    expect(lengths).toEqual([1, 0]);
  });

  test('never forgets by an incomplete run, however old', () => {
    const next = renewState(state(), finished({ complete: false, finishedAt: THEN + 400 * DAY_MS }));

    expect(kept(next)).toEqual([known()]);
  });

  test('counts what had no room until it is seen again', () => {
    const next = renewState(state({ findingsNotKept: 5 }), finished({ complete: false, findings: [broken(), OTHER] }));

    expect(next.findingsNotKept).toBe(4);
  });

  test('passes on what a run does not know about', () => {
    const rest = {
      repositories: { withTags: 'AAAA', withoutTags: '' },
      slices: [{ slice: '7', walkedAt: THEN, counts: { tags: 3 } }],
      goodPins: [{ namespace: 'shop', fingerprint: 'f00', lastUsedAt: THEN }],
      coverage: [{ of: 'tags', highest: 9, at: THEN }],
      nodePlatforms: [{ platform: 'linux/arm64', lastSeenAt: THEN }],
    };

    const next = renewState(state(rest), finished());

    expect(next).toMatchObject(rest);
  });

  test('is not older than its first run, when the clock was set back', () => {
    const next = renewState(state(), finished({ finishedAt: THEN - 1, findings: [broken()] }));

    expect(next.begunAt).toBe(THEN - 1);
    expect(kept(next)).toEqual([known({ firstSeen: THEN - 1, lastSeen: THEN - 1 })]);
  });
});
