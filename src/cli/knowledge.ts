import { inUse, type InUse } from '../kubernetes/in-use.ts';
import type { History } from '../kubernetes/history.ts';
import type { Usage } from '../kubernetes/usage.ts';
import type { Workload } from '../kubernetes/workload.ts';
import type { Annotation } from '../report/json.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';

/** What is known of one registry's findings from elsewhere than its walk. */
export interface Knowledge {
  /** For the report and the log. */
  annotate(finding: Finding): Annotation;
  /** Whom to tell; null where there is nobody, or nobody knows. */
  subjectOf(finding: Finding): Workload | null;
  /** How many findings at least one workload uses; null unless all of the cluster was read. */
  readonly inUse: number | null;
}

/**
 * Joins what a walk found with what the cluster and earlier runs know. Findings that are held back are those of a
 * registry that has lost its storage: since when means nothing then.
 */
export function createKnowledge(
  { name, result, finishedAt }: RegistryOutcome,
  usage: Usage | null,
  history: History | null,
): Knowledge {
  const isSuspect = result.verdict === 'suspect';
  const uses = new Map<Finding, InUse | null>(result.findings.map((finding) => [finding, inUse(usage, name, finding)]));
  return {
    annotate(finding) {
      const use = uses.get(finding) ?? null;
      const firstSeen = isSuspect ? null : (history?.firstSeen(finding, finishedAt) ?? null);
      return {
        ...(firstSeen === null ? {} : { firstSeen }),
        ...(use === null ? {} : { inUseBy: use.names }),
        ...(use === null || use.count === null ? {} : { inUseByCount: use.count }),
      };
    },
    subjectOf: (finding) => uses.get(finding)?.subject ?? null,
    inUse: usage?.complete === true ? [...uses.values()].filter((use) => (use?.count ?? 0) > 0).length : null,
  };
}
