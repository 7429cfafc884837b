import type { RegistrySettings, Settings } from '../config/settings.ts';
import { currentFinding, type ReportedProblem } from '../kubernetes/current-finding.ts';
import type { EventSubject } from '../kubernetes/event.ts';
import { reportKey } from '../kubernetes/report-keys.ts';
import { readReport, writeReport, type KeptState, type ReportPlace } from '../kubernetes/report-store.ts';
import { createEventSender, type EventSender } from '../kubernetes/send-events.ts';
import { withTimeLimit } from '../kubernetes/time-limit.ts';
import { toReport } from '../report/json.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Cluster } from './cluster.ts';
import type { Knowledge } from './knowledge.ts';
import type { CommandDeps } from './session.ts';
import { VERSION } from './version.ts';
import { shardOfProcess } from './walk-options.ts';

/** Between the end of a walk and that of the process there is little time: a pod is given a minute. */
const REPORT_LIMIT_MS = 10_000;
const EVENTS_LIMIT_MS = 15_000;

/** What stays of a run in the cluster when the run is over. */
export interface Aftermath {
  /** What earlier runs kept of a registry; null when nothing is kept, or it cannot be read. */
  remember(registry: RegistrySettings, giveUp: AbortSignal): Promise<KeptState | null>;
  /** Keeps the report and tells the workloads; what cannot be done is told by a warning. */
  leave(
    registry: RegistrySettings,
    outcome: RegistryOutcome,
    knowledge: Knowledge,
    state: KeptState | null,
    giveUp: AbortSignal,
  ): Promise<void>;
}

/** The aftermath as the settings want it: a report in a ConfigMap, events, both, or nothing. */
export function createAftermath(settings: Settings, cluster: Cluster | null, deps: CommandDeps): Aftermath {
  const { kubernetes, dryRun, shard, registries } = settings;
  const { clock, log } = deps;
  const sender =
    cluster === null || !kubernetes.events || dryRun ? null : createEventSender({ ...cluster, clock, log });

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
    async remember(registry, giveUp) {
      const place = cluster === null ? null : placeOf(registry, cluster);
      if (cluster === null || place === null) return null;
      return withTimeLimit(clock, REPORT_LIMIT_MS, giveUp, (signal) =>
        readReport(place, { api: cluster.api, log }, signal),
      );
    },
    async leave(registry, outcome, knowledge, state, giveUp) {
      if (cluster === null || dryRun) return;
      const problems = problemsOf(outcome, knowledge);
      const place = placeOf(registry, cluster);
      if (place !== null && state !== null) {
        const { name, url, finishedAt, result } = outcome;
        const { verdict, complete } = result;
        const run = { registry: name, url, finishedAt, verdict, complete, findings: problems.map(currentFinding) };
        await withTimeLimit(clock, REPORT_LIMIT_MS, giveUp, (signal) =>
          writeReport(place, state, run, { api: cluster.api, log }, signal),
        );
      }
      if (sender !== null) await tell(sender, outcome, knowledge, problems, deps, giveUp);
    },
  };
}

/** The findings as the report has them, in the same order. */
function problemsOf(outcome: RegistryOutcome, knowledge: Knowledge): readonly ReportedProblem[] {
  const { annotate } = knowledge;
  const report = toReport({
    command: 'run',
    version: VERSION,
    outcomes: [outcome],
    annotate: (_, finding) => annotate(finding),
  });
  return report.registries.flatMap(({ findings }) => findings);
}

/** Findings that are held back are told to nobody: nearly everything is missing, and no workload can help that. */
async function tell(
  sender: EventSender,
  { name, url, result }: RegistryOutcome,
  knowledge: Knowledge,
  problems: readonly ReportedProblem[],
  { clock }: CommandDeps,
  giveUp: AbortSignal,
): Promise<void> {
  if (result.verdict === 'suspect') return;
  const subjects = result.findings.flatMap((finding, index): EventSubject[] => {
    const workload = knowledge.subjectOf(finding);
    const problem = problems[index];
    if (workload === null || problem === undefined) return [];
    const { image, object, fault, digest, platforms } = currentFinding(problem);
    const details = [...(digest === null ? [] : [digest]), ...platforms.slice(0, 3)].join(', ');
    const what = `${new URL(url).host}/${image}: ${object} ${fault}${details === '' ? '' : ` (${details})`}`;
    return [{ workload, what, next: problem.hint }];
  });
  await withTimeLimit(clock, EVENTS_LIMIT_MS, giveUp, (signal) => sender.send(name, subjects, signal));
}
