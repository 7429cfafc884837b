import type { RegistryOutcome } from '../walk/result.ts';
import type { ReportedFinding, ReportedRegistry } from './schema.ts';

/** A registry as every report has it. The findings are given: they are put into words once, whoever reads them. */
export function reportRegistry(
  { name, url, startedAt, finishedAt, result, requests }: RegistryOutcome,
  findings: readonly ReportedFinding[],
): ReportedRegistry {
  const { counts, unknowns, complete, catalogAccessible, verdict } = result;
  return {
    name,
    url,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: new Date(finishedAt).toISOString(),
    // A clock that was set back while the walk went on must not make a document that its own schema refuses.
    durationSeconds: Math.max(0, finishedAt - startedAt) / 1000,
    complete,
    catalogAccessible,
    verdict,
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
      weak: counts.weak,
      churned: counts.churned,
      cleared: counts.cleared,
    },
    findings: [...findings],
    unknowns: unknowns.map(({ repository, reference, reason, detail }) => ({ repository, reference, reason, detail })),
  };
}
