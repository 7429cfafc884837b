import type { BrokenObject, Fault } from '../walk/fault.ts';
import type { Finding } from '../walk/finding.ts';
import type { Counts } from '../walk/result.ts';

const BLOB_FAULTS = ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'not_unpackable'] as const;

/** What a walk over a registry can find broken of each object; `tag_moved` and `platform_missing` are not its matter. */
const FAULTS_OF: Readonly<Record<BrokenObject, readonly Fault[]>> = {
  manifest: ['missing', 'unreadable', 'digest_mismatch', 'invalid', 'unresolvable', 'tag_dangling'],
  child: ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'invalid', 'unresolvable'],
  referrer: ['missing', 'unreadable', 'size_mismatch', 'digest_mismatch', 'invalid', 'unresolvable'],
  config: BLOB_FAULTS,
  layer: BLOB_FAULTS,
};

/** The labels of one kind of failure. */
export interface FailureKind {
  readonly object: string;
  readonly fault: string;
}

/** All kinds that can occur, so that each is sent as 0 before it is ever sent as 1. */
export const FAILURE_KINDS: readonly FailureKind[] = Object.entries(FAULTS_OF).flatMap(([object, faults]) =>
  faults.map((fault) => ({ object, fault })),
);

/**
 * Counts the findings of each kind: all kinds that can occur, 0 included, and any other kind that did. Of what is attached
 * to images no 0 is said where nobody looked at that.
 */
export function countByKind(
  findings: readonly Finding[],
  { orphanedReferrers }: Pick<Counts, 'orphanedReferrers'>,
): readonly (FailureKind & { readonly count: number })[] {
  const possible = FAILURE_KINDS.filter(({ object }) => object !== 'referrer' || orphanedReferrers !== undefined);
  const kinds = new Map(
    [...possible, ...findings].map(({ object, fault }) => [`${object}/${fault}`, { object, fault }]),
  );
  return [...kinds.values()].map(({ object, fault }) => ({
    object,
    fault,
    count: findings.filter((finding) => finding.object === object && finding.fault === fault).length,
  }));
}
