import type { Settings } from '../config/settings.ts';
import { withoutAcknowledged } from '../report/acknowledged-lines.ts';
import { renderJson, streamJson, toReport } from '../report/json.ts';
import type { RegistryReport } from '../report/report-registry.ts';
import type { ReportingCommand } from '../report/schema.ts';
import { renderText } from '../report/terminal.ts';
import type { Log } from '../util/log.ts';
import type { Io } from './io.ts';
import { writeReportFiles } from './report-files.ts';
import { VERSION } from './version.ts';

/**
 * Writes the report: into the files that are asked for, then to standard output, for people or as one JSON document.
 * False where a file could not be written.
 */
export async function present(
  { io, log }: { readonly io: Pick<Io, 'stdout' | 'env'>; readonly log: Log },
  settings: Settings,
  command: ReportingCommand,
  registries: readonly RegistryReport[],
): Promise<boolean> {
  const report = toReport({ command, version: VERSION, registries });
  const isWritten = await writeReportFiles(withoutAcknowledged(report), settings, log);
  const color = io.stdout.isTTY && (io.env['NO_COLOR'] ?? '') === '';
  if (settings.output === 'text')
    io.stdout.write(renderText(report, { color, width: io.stdout.columns(), hintsFor: settings.hintsFor }));
  else if (io.stdout.stream !== undefined) io.stdout.stream(streamJson(report));
  else io.stdout.write(renderJson(report));
  return isWritten;
}
