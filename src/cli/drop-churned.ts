import type { Usage } from '../kubernetes/usage.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { believe } from '../walk/verdict.ts';

/**
 * Drops findings of digests that workloads named when the walk began, and that nothing names any more: a workload moved
 * on, and what it had used was deleted. `readAgain` is asked only where there may be such a finding. Where it cannot tell
 * everything, all of them stay, and so do those that are held back.
 */
export async function dropChurned(
  outcome: RegistryOutcome,
  readAgain: () => Promise<Usage | null>,
): Promise<RegistryOutcome> {
  const { name, result } = outcome;
  if (result.verdict === 'suspect' || !result.findings.some(isOfRootsAlone)) return outcome;
  const usage = await readAgain();
  if (usage?.complete !== true) return outcome;
  const named = usage.pinned(name);
  const findings = result.findings.filter((finding) => {
    const digests = named.get(finding.repository) ?? [];
    return !isOfRootsAlone(finding) || finding.roots.some((root) => digests.includes(root));
  });
  const churned = result.counts.churned + result.findings.length - findings.length;
  const { complete, counts } = result;
  // That it is no outage was decided with more findings than these.
  const verdict = believe({ findings, complete });
  return { ...outcome, result: { ...result, verdict, findings, counts: { ...counts, churned } } };
}

function isOfRootsAlone({ tags, roots }: Finding): boolean {
  return tags.length === 0 && roots.length > 0;
}
