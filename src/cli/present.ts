import { renderJson, toReport } from '../report/json.ts';
import type { ReportedRegistry, ReportingCommand } from '../report/schema.ts';
import { renderText } from '../report/terminal.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Writes the report to standard output: for people, or as one JSON document. */
export function present(
  io: Pick<Io, 'stdout' | 'env'>,
  format: 'text' | 'json',
  command: ReportingCommand,
  registries: readonly ReportedRegistry[],
): void {
  const report = toReport({ command, version: VERSION, registries });
  const color = io.stdout.isTTY && (io.env['NO_COLOR'] ?? '') === '';
  io.stdout.write(format === 'json' ? renderJson(report) : renderText(report, { color, width: io.stdout.columns() }));
}
