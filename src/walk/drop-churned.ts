import type { Finding } from './finding.ts';
import type { WalkResult } from './result.ts';
import { verdictOn } from './verdict.ts';

/** Digests by repository. */
type Named = ReadonlyMap<string, readonly string[]>;

/**
 * The result without findings of digests that were named when the walk began, and that nobody names any more: a workload
 * moved on, and what it had used was deleted. `nameAgain` is asked only where there may be such a finding; where it
 * cannot tell everything, it gives null and all of them stay. So do those that are held back.
 */
export async function dropChurned(result: WalkResult, nameAgain: () => Promise<Named | null>): Promise<WalkResult> {
  const { verdict, complete, counts } = result;
  if (verdict === 'suspect' || !result.findings.some(isOfRootsAlone)) return result;
  const named = await nameAgain();
  if (named === null) return result;
  const digests = new Map([...named].map(([repository, names]) => [repository, new Set(names)]));
  const findings = result.findings.filter((finding) => {
    const here = digests.get(finding.repository ?? '');
    return !isOfRootsAlone(finding) || finding.isCut === true || finding.roots.some((root) => here?.has(root) === true);
  });
  const churned = counts.churned + result.findings.length - findings.length;
  // That it is no outage was decided with more findings than these.
  return { ...result, verdict: verdictOn({ findings, complete }), findings, counts: { ...counts, churned } };
}

function isOfRootsAlone({ tags, roots }: Finding): boolean {
  return tags.length === 0 && roots.length > 0;
}
