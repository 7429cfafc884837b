import { escapeControls } from './escape.ts';
import { jsonParts } from './json-parts.ts';
import type { RegistryReport } from './report-registry.ts';
import {
  SCHEMA_VERSION,
  TOOL_NAME,
  type Report,
  type ReportedFinding,
  type ReportingCommand,
  type ShortFinding,
} from './schema.ts';

/** What a report document is made of. */
export interface ReportInput {
  readonly command: ReportingCommand;
  readonly version: string;
  readonly registries: readonly RegistryReport[];
}

/** Makes the report document of what the walks found out. */
export function toReport({ command, version, registries }: ReportInput): Report {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: TOOL_NAME, version },
    command,
    registries: registries.map(({ inShort = [], acknowledged = [], ...registry }) => {
      const others = [...inShort, ...acknowledged] as readonly (
        ReportedFinding | ShortFinding
      )[] as readonly ReportedFinding[];
      return others.length === 0 ? registry : { ...registry, findings: [...registry.findings, ...others] };
    }),
  };
}

/** The report, a registry, and its findings are taken apart. */
const LEVELS = 5;

/**
 * The report as JSON text, part by part: two spaces, a newline at the end, and no character that a terminal acts on.
 */
export function* streamJson(report: Report): Generator<string> {
  for (const part of jsonParts(report, LEVELS)) yield escapeControls(part);
  yield '\n';
}

/** The same as one text. */
export function renderJson(report: Report): string {
  return [...streamJson(report)].join('');
}
