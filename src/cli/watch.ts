import type { Annotation } from '../report/json.ts';
import { createProgress } from '../report/progress.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Finding } from '../walk/finding.ts';
import type { Progress } from '../walk/options.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Io } from './io.ts';
import { createLog, type LogLevel } from './system.ts';

/** How a command tells what it is doing while it does it. */
export interface Watch {
  readonly log: Log;
  readonly progressOf: (registry: string) => (progress: Progress) => void;
  /** Takes the progress line away, before a report is written. */
  clear(): void;
}

/** A progress line on a terminal, where only warnings are logged besides; JSON log lines everywhere else. */
export function createWatch(io: Io, level: LogLevel, clock: Clock): Watch {
  const { stderr } = io;
  const progress = createProgress({
    write: (text) => stderr.write(text),
    columns: () => stderr.columns(),
    clock,
    enabled: stderr.isTTY,
  });
  const log = createLog(stderr.isTTY && level === 'info' ? 'warn' : level, {
    ...stderr,
    write(text) {
      progress.clear();
      stderr.write(text);
    },
  });
  return {
    log,
    progressOf: (registry) => (state) => progress.update({ registry, ...state }),
    clear: () => progress.clear(),
  };
}

/** A walk that was stopped leaves an unknown for every repository that it did not reach. All of them are in the report. */
const MAX_UNKNOWNS_LOGGED = 20;

/** One line for each finding, and one for the registry, so that a log alone tells what a run found. */
export function logOutcome(
  log: Log,
  { name, result, startedAt, finishedAt }: RegistryOutcome,
  annotate: (finding: Finding) => Annotation = () => ({}),
): void {
  for (const finding of result.findings) {
    const { observed, roots: _roots, ...what } = finding;
    const { firstSeen, ...use } = annotate(finding);
    const since = firstSeen === undefined ? {} : { firstSeen: new Date(firstSeen).toISOString() };
    log.info({ registry: name, ...what, status: observed.status, detail: observed.detail, ...since, ...use }, 'Broken');
  }
  for (const entry of result.unknowns.slice(0, MAX_UNKNOWNS_LOGGED)) {
    log.warn({ registry: name, ...entry }, 'Could not be told');
  }
  const more = result.unknowns.length - MAX_UNKNOWNS_LOGGED;
  if (more > 0) log.warn({ registry: name, more }, 'And more that could not be told');
  const { verdict, complete, catalogAccessible } = result;
  const seconds = (finishedAt - startedAt) / 1000;
  log.info({ registry: name, verdict, complete, catalogAccessible, seconds }, 'Registry walked');
}
