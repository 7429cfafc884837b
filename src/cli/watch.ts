import { foremost, MAX_NAMED } from '../report/foremost.ts';
import { createProgress } from '../report/progress.ts';
import type { RegistryReport } from '../report/report-registry.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Progress } from '../walk/options.ts';
import type { Io } from './io.ts';
import { createLog, type LogLevel } from './system.ts';

/** How many requests may be under way at once, and how many were sent; left out where nobody knows. */
export interface Standing {
  readonly concurrency?: number | null;
  readonly requests?: number;
}

/** How a command tells what it is doing while it does it. */
export interface Watch {
  readonly log: Log;
  /** With how many requests may be under way at once, where that is known. */
  readonly progressOf: (registry: string) => (progress: Progress, standing?: Standing) => void;
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
    progressOf:
      (registry) =>
      (state, { concurrency = null, requests = null } = {}) =>
        progress.update({ registry, ...state, concurrency, requests }),
    clear: () => progress.clear(),
  };
}

/** A walk that was stopped leaves an unknown for every repository that it did not reach. All of them are in the report. */
const MAX_UNKNOWNS_LOGGED = 20;

/**
 * A line for each of the first findings and one for the registry, so that a log alone tells what a run found. Where a
 * report for people is printed, that names them, and the log does not once more.
 */
export function logRegistry(
  log: Log,
  { name, findings, inShort = [], unknowns, blocked, ...registry }: RegistryReport,
  output: 'text' | 'json' = 'json',
): void {
  const named = output === 'text' ? [] : foremost(findings, MAX_NAMED);
  for (const finding of named) {
    const { observed, cause: _cause, hint: _hint, ...what } = finding;
    log.info({ registry: name, ...what, status: observed.status, detail: observed.detail }, 'Broken');
  }
  const unnamed = findings.length + inShort.length - named.length;
  if (output === 'json' && unnamed > 0) log.info({ registry: name, more: unnamed }, 'And more that is broken');
  for (const entry of unknowns.slice(0, MAX_UNKNOWNS_LOGGED)) {
    log.warn({ registry: name, ...entry }, 'Could not be told');
  }
  const more = unknowns.length - MAX_UNKNOWNS_LOGGED;
  if (more > 0) log.warn({ registry: name, more }, 'And more that could not be told');
  for (const entry of blocked) log.info({ registry: name, ...entry }, 'Refused by a policy of the registry');
  const { verdict, complete, catalogAccessible, durationSeconds: seconds } = registry;
  log.info({ registry: name, verdict, complete, catalogAccessible, seconds }, 'Registry walked');
}
