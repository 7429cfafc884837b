import type { History } from '../history/history.ts';
import { inUse, namedUsers, namespacesOf } from '../kubernetes/in-use.ts';
import type { Usage } from '../kubernetes/usage.ts';
import type { FindingKnowledge, Use } from '../metrics/tag-failures.ts';
import type { Workload } from '../kubernetes/workload.ts';
import { foremost } from '../report/foremost.ts';
import { createFindingReporter } from '../report/report-finding.ts';
import { reportRegistry, type RegistryReport } from '../report/report-registry.ts';
import { MAX_IN_FULL, shortFinding, tellable } from '../report/short-finding.ts';
import type { ReportedNeverSeen } from '../report/left-out-schema.ts';
import type { ReportedFinding } from '../report/schema.ts';
import { byTurns } from '../util/turns.ts';
import type { Finding } from '../walk/finding.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import { identityIn } from './finding-identity.ts';

/** A series names no more of them than this. */
const MAX_USERS_SHOWN = 3;

/** Digests that were never there: whoever names them knows them, and more tell nobody more. */
const MAX_NEVER_SEEN = 20;

/** A finding of those that are told of in full, and whom to tell; null where there is nobody, or nobody knows. */
export interface DescribedFinding {
  readonly finding: ReportedFinding;
  readonly workload: Workload | null;
  /** Whom to tell in other namespaces; left out where there is nobody. */
  readonly others?: readonly Workload[];
}

/** A walk with its report: made once, for the log, the cluster and the output. */
export interface DescribedOutcome {
  readonly outcome: RegistryOutcome;
  readonly report: RegistryReport;
  readonly findings: readonly DescribedFinding[];
  /** How many findings at least one workload uses; null unless all of the cluster was read. */
  readonly failuresInUse: number | null;
  /** Who uses each of them by which tag, and since when it is broken. */
  readonly known: FindingKnowledge;
}

/** What is known of findings from elsewhere than the walk. */
export interface Known {
  readonly usage?: Usage | null;
  readonly history?: History | null;
}

/**
 * Joins what a walk found with what the cluster and earlier runs know, and with advice. Findings that are held back are
 * those of a registry that has lost its storage: since when means nothing then.
 */
export function describeOutcome(
  outcome: RegistryOutcome,
  { usage = null, history = null }: Known = {},
): DescribedOutcome {
  const { name, result, finishedAt } = outcome;
  const isSuspect = result.verdict === 'suspect';
  const report = createFindingReporter(outcome);
  const firstSeenOf = (finding: Finding): number | null =>
    isSuspect ? null : (history?.firstSeen(identityIn(finding), finishedAt) ?? null);
  const describeKnown = ({ acknowledged = [] }: typeof result) => {
    const whole = new Set(tellable(acknowledged.slice(0, MAX_IN_FULL)));
    return acknowledged.map((one) => {
      const { finding, acknowledged: until } = one;
      const firstSeen = firstSeenOf(finding);
      const annotation = { ...(firstSeen === null ? {} : { firstSeen }), acknowledged: until };
      return whole.has(one) ? report(finding, annotation) : shortFinding(finding, annotation);
    });
  };
  const annotated = result.findings.map((finding) => {
    const { repository } = finding;
    // What concerns the whole registry concerns whoever uses it.
    const use = repository === null ? null : inUse(usage, name, { ...finding, repository });
    const firstSeen = firstSeenOf(finding);
    const annotation = {
      ...(firstSeen === null ? {} : { firstSeen }),
      ...(use === null ? {} : { inUseBy: use.names }),
      ...(use === null || use.count === null ? {} : { inUseByCount: use.count }),
    };
    return {
      finding,
      repository,
      annotation,
      inUseBy: use?.names,
      workload: use?.subject ?? null,
      others: use?.others,
    };
  });
  const inFull = new Set(tellable(foremost(annotated, MAX_IN_FULL)));
  const rest = annotated.filter((one) => !inFull.has(one));
  const findings = [...inFull].map(({ finding, annotation, workload, others }): DescribedFinding => {
    return { finding: report(finding, annotation), workload, ...(others === undefined ? {} : { others }) };
  });
  const reported = findings.map(({ finding }) => finding);
  const inShort = rest.map(({ finding, annotation }) => shortFinding(finding, annotation));
  const isUsed = ({ inUseBy = [] }: (typeof annotated)[number]): boolean => inUseBy.length > 0;
  return {
    outcome,
    report: reportRegistry(outcome, reported, inShort, describeKnown(result), neverSeenOf(outcome, usage)),
    findings,
    failuresInUse: usage?.complete === true ? annotated.filter(isUsed).length : null,
    known: {
      useOf: (finding, tag) => useOf(usage, name, finding, tag),
      namespacesOf: (finding, tag) => namespacesOf(usersOf(usage, name, finding, tag) ?? []),
      firstSeen: firstSeenOf,
    },
  };
}

/** The first of what was never there, of each namespace by turns. */
function neverSeenOf({ name, result }: RegistryOutcome, usage: Usage | null): readonly ReportedNeverSeen[] {
  const all = (result.neverSeen ?? []).map(({ repository, digest }) => {
    const users = usage?.usersOf(name, { repository, tags: [], roots: [digest] }) ?? [];
    return { users, repository, digest };
  });
  const inTurn = byTurns(all, ({ users }) => (users.length === 0 ? [''] : namespacesOf(users)));
  return inTurn.slice(0, MAX_NEVER_SEEN).map(({ users, repository, digest }) => {
    return { repository, digest, inUseBy: [...namedUsers(users, MAX_USERS_SHOWN)] };
  });
}

/** Who uses a finding by a tag, or by what is pinned of it. */
function useOf(usage: Usage | null, registry: string, finding: Finding, tag: string | null): Use {
  const users = usersOf(usage, registry, finding, tag);
  if (usage === null || users === null) return { used: 'unknown', by: [] };
  if (users.length > 0) return { used: 'yes', by: namedUsers(users, MAX_USERS_SHOWN) };
  return { used: usage.complete ? 'no' : 'unknown', by: [] };
}

/** Null where that is not known. */
function usersOf(
  usage: Usage | null,
  registry: string,
  { repository, roots }: Finding,
  tag: string | null,
): readonly Workload[] | null {
  if (usage === null || repository === null) return null;
  return usage.usersOf(registry, { repository, tags: tag === null ? [] : [tag], roots });
}
