import type { UnknownEntry, WalkResult } from './result.ts';
import { createTally } from './tally.ts';

/** The result of a walk that a bug of our own has ended: nothing is known of the registry, and nothing is claimed. */
export function lostWalk(bug: string): WalkResult {
  const unknowns: readonly UnknownEntry[] = [
    { repository: null, reference: '_walk', reason: 'protocol', detail: `internal_error: ${bug}` },
  ];
  return {
    complete: false,
    // Not that it was seen to be inaccessible: nobody can say that it was not.
    catalogAccessible: false,
    verdict: 'unknown',
    counts: createTally().counts(unknowns),
    findings: [],
    unknowns,
    blocked: [],
  };
}
