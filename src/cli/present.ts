import { renderJson, toReport, type ReportInput } from '../report/json.ts';
import type { ReportingCommand } from '../report/schema.ts';
import { renderText } from '../report/terminal.ts';
import type { RegistryOutcome } from '../walk/result.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Writes the report to standard output: for people, or as one JSON document. */
export function present(
  io: Io,
  format: 'text' | 'json',
  command: ReportingCommand,
  outcomes: readonly RegistryOutcome[],
  annotate: NonNullable<ReportInput['annotate']> = () => ({}),
): void {
  const report = toReport({ command, version: VERSION, outcomes, annotate });
  const color = io.stdout.isTTY && (io.env['NO_COLOR'] ?? '') === '';
  io.stdout.write(format === 'json' ? renderJson(report) : renderText(report, { color, width: io.stdout.columns() }));
}
