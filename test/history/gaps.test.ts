import { describe, expect, test } from 'vitest';

import { decodeState, encodeState } from '../../src/history/encode.ts';
import { renewState } from '../../src/history/renew.ts';
import type { FinishedRun } from '../../src/history/renew.ts';
import type { State } from '../../src/history/state.ts';
import { broken, finished, NOW, PROD, state, THEN } from './scene.ts';

const DAY_MS = 24 * 3_600_000;

/** Findings that differ in their digests, of a repository of their own each. */
const ALL = Array.from({ length: 600 }, (_, index) =>
  broken({
    repository: `team/app-${index}`,
    digest: `sha256:${String(index * 7919 + 1)
      .padStart(5, '0')
      .repeat(13)
      .slice(0, 64)}`,
  }),
);

/** The state after a run as the next one reads it, with room for some of the findings alone. */
function kept(known: State | null, run: Partial<FinishedRun>): State {
  const decoded = decodeState(encodeState(renewState(known, finished(run)), 5_000), PROD);
  if (decoded.kind === 'miss') throw new Error(decoded.detail);
  return decoded.state;
}

/** After a run at `THEN` that found everything. */
function crowded(): State {
  return kept(null, { findings: ALL, finishedAt: THEN });
}

function countOf({ findings, findingsNotKept }: State): number {
  return findings.reduce((sum, one) => sum + one.broken.length, 0) + findingsNotKept;
}

describe('what has no room in the state', () => {
  test('is as old as it was when it is seen again', () => {
    const first = crowded();

    const next = renewState(first, finished({ findings: ALL }));

    expect(first.findingsNotKept).toBeGreaterThan(0);
    expect(next.findingsNotKept).toBe(0);
    expect(new Set(next.findings.flatMap((one) => one.broken.map(({ firstSeen }) => firstSeen)))).toEqual(
      new Set([THEN]),
    );
  });

  test('is known still after a run that was not complete, each of it once', () => {
    const next = kept(crowded(), { findings: ALL.slice(0, 100), complete: false });

    expect(countOf(next)).toBe(ALL.length);
  });

  test('is gone after a complete run that did not see it, and not after one that is suspect', () => {
    const [complete, suspect] = [false, true].map((isSuspect) =>
      renewState(crowded(), finished({ suspect: isSuspect })),
    );

    expect(complete && countOf(complete)).toBe(0);
    expect(suspect && countOf(suspect)).toBe(ALL.length);
  });

  test('is known still after a complete run of one repository, and for a month', () => {
    const first = crowded();
    const selects = (repository: string): boolean => repository === 'team/app-0';

    const next = renewState(first, finished({ selects, findings: ALL.slice(0, 1) }));
    const later = renewState(next, finished({ selects, findings: ALL.slice(0, 1), finishedAt: NOW + 31 * DAY_MS }));

    expect(next.findingsNotKept).toBe(first.findingsNotKept);
    expect(countOf(later)).toBe(1);
  });

  test('of which not even the dates are kept may be what is seen now', () => {
    const next = renewState(state({ findingsNotKept: 5 }), finished({ complete: false, findings: ALL.slice(0, 2) }));

    expect(next.findingsNotKept).toBe(3);
  });
});
