import { visible } from './escape.ts';
import { foremost } from './foremost.ts';
import { headline } from './headline.ts';
import { placeOfFinding, placeOfUnknown } from './places.ts';
import type { Report, ReportedRegistry } from './schema.ts';
import { isShort } from './short-finding.ts';
import { words } from './wording.ts';

/** GitHub shows ten of each kind for a step, and reads no more than it has to. */
const MAX_OF_EACH = 10;

/**
 * The report as GitHub's workflow commands, one a line: an error for each finding and a warning for what could not be told.
 * They act only where somebody prints them.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function* renderAnnotations(report: Report): Generator<string> {
  for (const registry of report.registries) yield* registryLines(registry);
}

function* registryLines(registry: ReportedRegistry): Generator<string> {
  const { name, verdict, findings, unknowns } = registry;
  if (verdict === 'suspect') {
    yield command('error', `${name}: suspect`, headline(registry).sentences.join(' '));
    return;
  }
  const inFull = findings.filter((finding) => !isShort(finding));
  for (const finding of foremost(inFull, MAX_OF_EACH)) {
    const { object, fault, platforms, digest, cause, hint } = finding;
    const where = platforms.length === 0 ? '' : ` for ${platforms.join(', ')}`;
    const title = `${placeOfFinding(finding)}: ${object} ${words(fault)}`;
    yield command('error', title, `${digest ?? 'no digest'}${where}. ${cause.text} Next: ${hint}`);
  }
  if (findings.length > MAX_OF_EACH) {
    yield command('error', `${name}: more`, `${findings.length - MAX_OF_EACH} more findings, in the report.`);
  }
  for (const entry of unknowns.slice(0, MAX_OF_EACH)) {
    yield command('warning', `${placeOfUnknown(entry)}: could not be told`, `${entry.reason}: ${entry.detail}`);
  }
}

function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${property(title)}::${data(message)}\n`;
}

function data(text: string): string {
  return visible(text.toWellFormed()).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
