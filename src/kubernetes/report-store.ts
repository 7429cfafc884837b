import type { Log } from '../util/log.ts';
import type { KubeApi } from './api.ts';
import { createHistory, type History } from './history.ts';
import type { KeptReport } from './kept-report.ts';
import { mergeReport, type CurrentRun } from './merge-report.ts';
import { reportKey, reportKeysOf, roomFor } from './report-keys.ts';
import { parseReport, renderReport } from './report-text.ts';

/** A report that no process writes any more goes after a day: until then the ones in its place may read it. */
const OBSOLETE_AFTER_MS = 24 * 3_600_000;

/** Which report it is. */
export interface ReportPlace {
  readonly namespace: string;
  /** Of the ConfigMap, which has to be there: the probe may not create one. */
  readonly configMap: string;
  readonly registry: string;
  /** Counted from 0; null when one process walks the whole registry. */
  readonly shard: number | null;
  readonly shards: number;
  /** How many reports share the ConfigMap. */
  readonly reports: number;
}

/** What was kept when a run began. */
export interface KeptState {
  readonly history: History;
  readonly previous: KeptReport | null;
  /** Keys that are to go. */
  readonly obsolete: readonly string[];
  /** The key is there with something that is no text. */
  readonly binary: boolean;
}

export interface StoreDeps {
  readonly api: KubeApi;
  readonly log: Log;
}

/** Reads what earlier runs kept; null, and a warning, when it cannot be read. What is no report of ours is a miss. */
export async function readReport(
  place: ReportPlace,
  now: number,
  { api, log }: StoreDeps,
  signal: AbortSignal,
): Promise<KeptState | null> {
  const { namespace, configMap, registry } = place;
  const answer = await api.readConfigMap(namespace, configMap, signal);
  if (answer.kind === 'failed') {
    log.warn(
      { registry, verb: 'get', resource: 'configmaps', namespace, name: configMap, detail: answer.detail },
      'The kept report cannot be read, so it is not written, and nobody can tell since when something is broken',
    );
    return null;
  }
  const { data, binaryKeys } = answer.value;
  const key = reportKey(place);
  const others = reportKeysOf(registry, Object.keys(data)).filter((one) => !isLive(one, place));
  const previous = parseReport(data[key] ?? '', registry);
  const left = others.map((one) => ({ key: one, report: parseReport(data[one] ?? '', registry) }));
  return {
    history: createHistory([previous, ...left.map(({ report }) => report)].filter((report) => report !== null)),
    previous,
    obsolete: left.filter(({ report }) => isOld(report, now)).map((one) => one.key),
    binary: binaryKeys.includes(key),
  };
}

/** Keeps what a run found out; a warning when that cannot be done. */
export async function writeReport(
  place: ReportPlace,
  state: KeptState,
  run: CurrentRun,
  { api, log }: StoreDeps,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, configMap, registry, reports } = place;
  const key = reportKey(place);
  const report = renderReport(mergeReport(state.previous, state.history, run), roomFor(reports));
  const data = { ...Object.fromEntries(state.obsolete.map((one) => [one, null])), [key]: report };
  // A key may be in one of the two only.
  const patch = state.binary ? { data, binaryData: { [key]: null } } : { data };
  const answer = await api.patchConfigMap(namespace, configMap, patch, signal);
  if (answer.kind === 'done') return;
  log.warn(
    { registry, verb: 'patch', resource: 'configmaps', namespace, name: configMap, detail: answer.detail },
    'The report cannot be kept in its ConfigMap',
  );
}

function isLive(key: string, { registry, shard, shards }: ReportPlace): boolean {
  if (shard === null) return key === reportKey({ registry, shard });
  return Array.from({ length: shards }, (_, index) => reportKey({ registry, shard: index })).includes(key);
}

function isOld(report: KeptReport | null, now: number): boolean {
  return report === null || now - Date.parse(report.lastRun.finishedAt) > OBSOLETE_AFTER_MS;
}
