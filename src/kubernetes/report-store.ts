import type { Log } from '../util/log.ts';
import type { KubeApi } from './api.ts';
import type { KeptReport } from './kept-report.ts';
import { mergeReport, type CurrentRun } from './merge-report.ts';
import { reportKey, reportKeysOf, roomFor } from './report-keys.ts';
import { parseReport, renderReport } from './report-text.ts';

/**
 * A report that no process writes any more goes when those in its place have walked everything this much later: what was
 * last walked completely about the same time was walked beside it, and in another division.
 */
const OBSOLETE_AFTER_MS = 24 * 3_600_000;

/** Which report it is. */
export interface ReportPlace {
  readonly namespace: string;
  /** Of the ConfigMap, which has to be there: the probe may not create one. */
  readonly configMap: string;
  readonly registry: string;
  /** Counted from 0; null when one process walks the whole registry. */
  readonly shard: number | null;
  /** Of all reports that share the ConfigMap and are written now, this one among them. */
  readonly keys: readonly string[];
}

/** What was kept when a run began. */
export interface KeptReports {
  readonly previous: KeptReport | null;
  /** Keys that are to go. */
  readonly obsolete: readonly string[];
  /** What stays in the ConfigMap besides the reports that are written now. */
  readonly otherBytes: number;
  /** The key is there with something that is no text. */
  readonly binary: boolean;
}

export interface StoreDeps {
  readonly api: KubeApi;
  readonly log: Log;
}

/**
 * Reads what earlier runs kept of the registry, all of its shards: those that no process writes any more may have to go.
 * Null, and a warning, when it cannot be read. What is no report of ours is a miss.
 */
export async function readReport(
  place: ReportPlace,
  { api, log }: StoreDeps,
  signal: AbortSignal,
): Promise<KeptReports | null> {
  const { namespace, configMap, registry } = place;
  const answer = await api.readConfigMap(namespace, configMap, signal);
  if (answer.kind === 'failed') {
    log.warn(
      { registry, verb: 'get', resource: 'configmaps', namespace, name: configMap, detail: answer.detail },
      'The kept report cannot be read, so it is not written',
    );
    return null;
  }
  const { data, binaryData } = answer.value;
  const key = reportKey(place);
  const kept = new Map(
    reportKeysOf(registry, Object.keys(data)).map((one) => [one, parseReport(data[one] ?? '', registry)]),
  );
  const since = walkedSince(reportKeysOf(registry, place.keys).map((one) => kept.get(one) ?? null));
  const obsolete = [...kept].filter(([one, report]) => !place.keys.includes(one) && isReplaced(report, since));
  const written = [...place.keys, ...obsolete.map(([one]) => one)];
  const others = Object.entries(data).filter(([one]) => !written.includes(one));
  return {
    previous: kept.get(key) ?? null,
    obsolete: obsolete.map(([one]) => one),
    otherBytes: others.reduce((sum, [one, text]) => sum + Buffer.byteLength(one) + Buffer.byteLength(text), 0),
    binary: binaryData[key] !== undefined,
  };
}

/** Keeps what a run found out; a warning when that cannot be done. */
export async function writeReport(
  place: ReportPlace,
  reports: KeptReports,
  run: CurrentRun,
  { api, log }: StoreDeps,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, configMap, registry, keys } = place;
  const key = reportKey(place);
  const room = roomFor(keys.length, reports.otherBytes);
  const report = renderReport(mergeReport(reports.previous, run), room);
  const data = { ...Object.fromEntries(reports.obsolete.map((one) => [one, null])), [key]: report };
  // A key may be in one of the two only.
  const patch = reports.binary ? { data, binaryData: { [key]: null } } : { data };
  const answer = await api.patchConfigMap(namespace, configMap, patch, signal);
  if (answer.kind === 'done') return;
  log.warn(
    { registry, verb: 'patch', resource: 'configmaps', namespace, name: configMap, detail: answer.detail },
    'The report cannot be kept in its ConfigMap',
  );
}

/** Since when all of these have walked everything, in milliseconds since the epoch; null when one of them never has. */
function walkedSince(reports: readonly (KeptReport | null)[]): number | null {
  const times = reports.map((report) => report?.lastCompleteRun ?? null).filter((time) => time !== null);
  return times.length < reports.length ? null : Math.min(...times.map((time) => Date.parse(time)));
}

function isReplaced(report: KeptReport | null, since: number | null): boolean {
  if (report === null) return true;
  return since !== null && since - Date.parse(report.lastRun.finishedAt) > OBSOLETE_AFTER_MS;
}
