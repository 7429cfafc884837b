import type { BlockedEntry, RegistryOutcome, UnknownEntry } from '../walk/result.ts';
import { detailLine } from './detail.ts';
import type { ReportedBlocked, ReportedNeverSeen } from './left-out-schema.ts';
import type { ReportedFinding, ReportedRegistry, ReportedUnknown, ShortFinding } from './schema.ts';

/** Of what a policy refuses there may be thousands, with the same words. */
const MAX_BLOCKED = 20;

/** A registry as it is put into words: findings that are told of in full, and the others in short. */
export interface RegistryReport extends ReportedRegistry {
  /** Left out where there are none. */
  readonly inShort?: readonly ShortFinding[];
  /** Findings that are known until a day, which a document has after all others; left out where there are none. */
  readonly acknowledged?: readonly (ReportedFinding | ShortFinding)[];
}

/** A registry as every report has it. The findings are given: they are put into words once, whoever reads them. */
export function reportRegistry(
  {
    name,
    url,
    startedAt,
    finishedAt,
    durationMs = finishedAt - startedAt,
    result,
    requests,
    concurrency = null,
    coverage,
  }: RegistryOutcome,
  findings: readonly ReportedFinding[],
  inShort: readonly ShortFinding[] = [],
  acknowledged: readonly (ReportedFinding | ShortFinding)[] = [],
  neverSeen: readonly ReportedNeverSeen[] = [],
): RegistryReport {
  const { counts, unknowns, blocked, complete, catalogAccessible, verdict } = result;
  return {
    name,
    url,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    durationSeconds: Math.max(0, Math.round(durationMs)) / 1000,
    complete,
    catalogAccessible,
    verdict,
    concurrency,
    ...(coverage === undefined
      ? {}
      : {
          coverage: {
            oldestCheck: new Date(coverage.oldestAt).toISOString(),
            ratio: coverage.ratio,
            dropRatio: coverage.dropRatio,
            underWay: result.underWay === true,
          },
        }),
    counts: {
      repositories: counts.repositories,
      repositoriesEmpty: counts.repositoriesEmpty,
      tags: counts.tags,
      manifests: counts.manifests,
      indexes: counts.indexes,
      blobs: counts.blobs,
      requests: Object.values(requests).reduce((sum, sent) => sum + sent, 0),
      unknown: { ...counts.unknown },
      skipped: { ...counts.skipped },
      blocked: counts.blocked,
      weak: counts.weak,
      ...(counts.orphanedReferrers === undefined ? {} : { orphanedReferrers: counts.orphanedReferrers }),
      churned: counts.churned,
      cleared: counts.cleared,
      acknowledged: acknowledged.length,
      neverSeen: counts.neverSeen,
      ...(counts.pinnedLeft === undefined ? {} : { pinnedLeft: counts.pinnedLeft }),
    },
    findings: [...findings],
    ...(inShort.length === 0 ? {} : { inShort }),
    ...(acknowledged.length === 0 ? {} : { acknowledged }),
    unknowns: unknowns.map(unknownEntry),
    blocked: blocked.slice(0, MAX_BLOCKED).map(blockedEntry),
    ...(neverSeen.length === 0 ? {} : { neverSeen: [...neverSeen] }),
  };
}

function blockedEntry({ repository, tags, digest, detail }: BlockedEntry): ReportedBlocked {
  return { repository, tags: tags.slice(0, MAX_BLOCKED), digest, detail: detailLine(detail) };
}

function unknownEntry({ repository, reference, reason, detail }: UnknownEntry): ReportedUnknown {
  return { repository, reference, reason, detail: detailLine(detail) };
}
