import { escapeControls } from './escape.ts';
import { SCHEMA_VERSION, TOOL_NAME, type Report, type ReportedRegistry, type ReportingCommand } from './schema.ts';

/** What a report document is made of. */
export interface ReportInput {
  readonly command: ReportingCommand;
  readonly version: string;
  readonly registries: readonly ReportedRegistry[];
}

/** Makes the report document of what the walks found out. */
export function toReport({ command, version, registries }: ReportInput): Report {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: TOOL_NAME, version },
    command,
    registries: [...registries],
  };
}

/** The report as JSON text: two spaces, a newline at the end, and no character that a terminal acts on. */
export function renderJson(report: Report): string {
  return `${escapeControls(JSON.stringify(report, null, 2))}\n`;
}
