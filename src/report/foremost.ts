import { byTurns } from '../util/turns.ts';

/** What a finding says of where it is, and of who uses it. */
interface Used {
  readonly repository?: string | null;
  /** As `namespace/Kind/name`. */
  readonly inUseBy?: readonly string[] | undefined;
}

/** More than these nobody reads, in a text or in a log. */
export const MAX_NAMED = 100;

/**
 * So many of the findings: those that something uses, of each namespace by turns, and then the others, of each repository
 * by turns, so that nobody takes the room of all. Together they are in the order in which they were given.
 */
export function foremost<T extends Used>(findings: readonly T[], most: number): readonly T[] {
  if (findings.length <= most) return findings;
  const used = byTurns(findings.filter(isUsed), ({ inUseBy = [] }) => inUseBy.map(namespaceOf));
  const others = byTurns(
    findings.filter((finding) => !isUsed(finding)),
    ({ repository = null }) => [repository ?? ''],
  );
  const chosen = new Set([...used, ...others].slice(0, most));
  return findings.filter((finding) => chosen.has(finding));
}

function isUsed({ inUseBy = [] }: Used): boolean {
  return inUseBy.length > 0;
}

function namespaceOf(workload: string): string {
  return workload.slice(0, workload.indexOf('/'));
}
