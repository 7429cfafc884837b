import type { KeptReport } from './kept-report.ts';
import { plainText } from './plain-text.ts';

/** What tells one broken thing from another, run after run. */
export interface Identity {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly object: string;
  readonly fault: string;
  readonly digest: string | null;
}

/** What earlier runs saw. */
export interface History {
  /**
   * When something broken was seen first, in milliseconds since the epoch: `now` unless an earlier report has it. Null
   * when an earlier report had no room for everything, so that it may have been there and nobody can tell.
   */
  firstSeen(finding: Identity, now: number): number | null;
}

/** The history that earlier reports tell; where there is none, everything is seen for the first time. */
export function createHistory(reports: readonly KeptReport[]): History {
  const known = new Map<string, number | null>();
  const hasGaps = reports.some(({ notListed }) => notListed > 0);
  for (const finding of reports.flatMap(({ findings }) => findings)) {
    const seen = finding.firstSeen === undefined ? null : Date.parse(finding.firstSeen);
    const other = known.get(identityOf(finding)) ?? null;
    known.set(identityOf(finding), seen === null || other === null ? (seen ?? other) : Math.min(seen, other));
  }
  return {
    firstSeen(finding, now) {
      const seen = known.get(identityOf(finding));
      return seen === undefined ? (hasGaps ? null : now) : seen;
    },
  };
}

/** Where there is no digest, the tag takes its place, as in the report. */
export function identityOf({ repository, tags, object, fault, digest }: Identity): string {
  return [repository, digest ?? `:${tags[0] ?? ''}`, object, fault].map(plainText).join(' ');
}
