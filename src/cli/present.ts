import { renderJson, streamJson, toReport } from '../report/json.ts';
import type { RegistryReport } from '../report/report-registry.ts';
import type { ReportingCommand } from '../report/schema.ts';
import { renderText } from '../report/terminal.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Writes the report to standard output: for people, or as one JSON document. */
export function present(
  io: Pick<Io, 'stdout' | 'env'>,
  format: 'text' | 'json',
  command: ReportingCommand,
  registries: readonly RegistryReport[],
): void {
  const report = toReport({ command, version: VERSION, registries });
  const color = io.stdout.isTTY && (io.env['NO_COLOR'] ?? '') === '';
  if (format === 'text') io.stdout.write(renderText(report, { color, width: io.stdout.columns() }));
  else if (io.stdout.stream !== undefined) io.stdout.stream(streamJson(report));
  else io.stdout.write(renderJson(report));
}
