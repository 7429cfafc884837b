import type { RegistrySettings, Settings } from '../config/settings.ts';
import { currentAcknowledged, currentFinding } from '../kubernetes/current-finding.ts';
import { reportKey } from '../kubernetes/report-keys.ts';
import { readReport, writeReport, type KeptReports, type ReportPlace } from '../kubernetes/report-store.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import type { Cluster } from './cluster.ts';
import type { DescribedOutcome } from './describe-outcome.ts';
import type { CommandDeps } from './session.ts';
import { shardOfProcess } from './walk-options.ts';

/** Between the end of a walk and that of the process there is little time: a pod is given a minute. */
const REPORT_LIMIT_MS = 10_000;

/** The report in a ConfigMap. */
export interface ClusterReport {
  /** The reports of earlier runs; null when none is kept, or they cannot be read. */
  read(registry: RegistrySettings, giveUp: AbortSignal): Promise<KeptReports | null>;
  /** Keeps what was found besides what was read; what cannot be done is told by a warning. */
  write(
    registry: RegistrySettings,
    described: DescribedOutcome,
    kept: KeptReports | null,
    giveUp: AbortSignal,
  ): Promise<void>;
}

/** The report as the settings want it: nowhere, unless there is a cluster and a ConfigMap is named. */
export function createClusterReport(settings: Settings, cluster: Cluster | null, deps: CommandDeps): ClusterReport {
  const { kubernetes, dryRun, shard, registries } = settings;
  const { clock, log } = deps;

  /** Of all reports of a registry, by whichever process they are written. */
  function keysOf({ name, shards }: RegistrySettings): readonly string[] {
    if (shardOfProcess({ shards }, shard) === null) return [reportKey({ registry: name, shard: null })];
    return Array.from({ length: shards }, (_, index) => reportKey({ registry: name, shard: index }));
  }

  function placeOf({ name, ...registry }: RegistrySettings, { namespace }: Cluster): ReportPlace | null {
    const { configMap } = kubernetes;
    if (configMap === null) return null;
    const index = shardOfProcess(registry, shard)?.index ?? null;
    return { namespace, configMap, registry: name, shard: index, keys: registries.flatMap(keysOf) };
  }

  return {
    async read(registry, giveUp) {
      const place = cluster === null ? null : placeOf(registry, cluster);
      if (cluster === null || place === null) return null;
      return withTimeLimit(clock, REPORT_LIMIT_MS, giveUp, (signal) =>
        readReport(place, { api: cluster.api, log }, signal),
      );
    },
    async write(registry, { outcome, report }, kept, giveUp) {
      const place = cluster === null || dryRun ? null : placeOf(registry, cluster);
      if (cluster === null || place === null || kept === null) return;
      const { name, url, verdict, complete } = report;
      const { finishedAt } = outcome;
      const findings = report.findings.map(currentFinding);
      const unlisted = report.inShort?.length ?? 0;
      const acknowledged = (report.acknowledged ?? []).map(currentAcknowledged);
      const run = { registry: name, url, finishedAt, verdict, complete, findings, unlisted, acknowledged };
      await withTimeLimit(clock, REPORT_LIMIT_MS, giveUp, (signal) =>
        writeReport(place, kept, run, { api: cluster.api, log }, signal),
      );
    },
  };
}
