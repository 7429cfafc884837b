import { byTurns } from '../util/turns.ts';
import { visible } from './escape.ts';
import { foremost } from './foremost.ts';
import { headline } from './headline.ts';
import { placeOfFinding, placeOfUnknown } from './places.ts';
import type { Report, ReportedRegistry } from './schema.ts';
import { isShort } from './short-finding.ts';
import { allUnknown } from './unknown-lines.ts';
import { words } from './wording.ts';

/** GitHub shows ten of each kind for a step, and none of those after them. */
const MAX_OF_EACH = 10;

/** What there is of one kind in one registry: the first lines, and of how many. */
interface Told {
  readonly lines: readonly string[];
  readonly all: number;
}

/**
 * The report as GitHub's workflow commands, one a line: an error for each finding and a warning for what could not be told,
 * of each registry by turns. Where there are more than are shown, the last one says so. They act only where somebody
 * prints them.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function* renderAnnotations({ registries }: Report): Generator<string> {
  yield* firstOf('error', 'findings', registries.map(errors));
  yield* firstOf('warning', 'that could not be told', registries.map(warnings));
}

function* firstOf(kind: 'error' | 'warning', what: string, told: readonly Told[]): Generator<string> {
  const all = told.reduce((sum, one) => sum + one.all, 0);
  const lines = told.flatMap((one, registry) => one.lines.map((line) => ({ line, registry: String(registry) })));
  const room = all > MAX_OF_EACH ? MAX_OF_EACH - 1 : MAX_OF_EACH;
  const shown = new Set(byTurns(lines, ({ registry }) => [registry]).slice(0, room));
  for (const one of lines) if (shown.has(one)) yield one.line;
  const rest = all - shown.size;
  if (rest > 0) yield command(kind, 'more', `${rest} more ${what}, in the report.`);
}

function errors(registry: ReportedRegistry): Told {
  const { name, verdict, findings } = registry;
  if (verdict === 'suspect') {
    return { lines: [command('error', `${name}: suspect`, headline(registry).sentences.join(' '))], all: 1 };
  }
  const inFull = findings.filter((finding) => !isShort(finding));
  const room = findings.length > MAX_OF_EACH ? MAX_OF_EACH - 1 : MAX_OF_EACH;
  const lines = foremost(inFull, room).map((finding) => {
    const { object, fault, platforms, digest, cause, hint } = finding;
    const where = platforms.length === 0 ? '' : ` for ${platforms.join(', ')}`;
    const title = `${placeOfFinding(finding)}: ${object} ${words(fault)}`;
    return command('error', title, `${digest ?? 'no digest'}${where}. ${cause.text} Next: ${hint}`);
  });
  return { lines, all: findings.length };
}

function warnings({ verdict, unknowns, counts }: ReportedRegistry): Told {
  if (verdict === 'suspect') return { lines: [], all: 0 };
  const lines = unknowns
    .slice(0, MAX_OF_EACH)
    .map((entry) =>
      command('warning', `${placeOfUnknown(entry)}: could not be told`, `${entry.reason}: ${entry.detail}`),
    );
  return { lines, all: allUnknown({ unknowns, counts }) };
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
