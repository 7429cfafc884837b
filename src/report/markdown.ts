import { coverage, asides } from './coverage.ts';
import { foremost, MAX_NAMED } from './foremost.ts';
import { headline } from './headline.ts';
import { placeOfFinding, placeOfUnknown } from './places.ts';
import type { Report, ReportedFinding, ReportedRegistry } from './schema.ts';
import { isShort } from './short-finding.ts';
import { allUnknown } from './unknown-lines.ts';
import { visible } from './escape.ts';
import { firstOf, words } from './wording.ts';

const MARKS: Readonly<Record<ReportedRegistry['verdict'], string>> = {
  sound: '✅',
  broken: '❌',
  unknown: '❓',
  suspect: '❌',
};

const MAX_PLATFORMS = 6;

/** What could not be told has the same reason a thousand times over. */
const MAX_UNKNOWNS = 20;

/** In characters: names may be of any length, and GitHub shows nothing at all of what is too long. */
const MAX_TABLE = 200_000;
const MAX_ADVICE = 200_000;

/**
 * Everything that Markdown, its extensions and HTML could take for a sign of theirs: names come from strangers. A blank is
 * one where it begins or ends a text or another one follows: four of them make code of what comes after.
 */
const SIGNS = /[^\p{L}\p{N} ]|^ | (?= |$)/gu;

/**
 * The report as Markdown, for summaries of pipelines: for each registry the verdict, a table of what is broken with what
 * to do next, what could not be told, and how much was looked at. It stays far below what GitHub takes for a step (1 MiB).
 */
export function* renderMarkdown(report: Report): Generator<string> {
  yield `# ${report.tool.name} ${report.command}\n`;
  if (report.registries.length === 0) yield '\nNo registry was asked.\n';
  for (const registry of report.registries) yield* registryPart(registry);
}

function* registryPart(registry: ReportedRegistry): Generator<string> {
  const { role: _role, word, sentences } = headline(registry);
  yield `\n## ${MARKS[registry.verdict]} ${plain(registry.name)}: ${word}\n\n`;
  yield `${sentences.map(plain).join(' ')}\n`;
  const inFull = registry.findings.filter((finding) => !isShort(finding));
  const shown = registry.verdict === 'suspect' ? [] : foremost(inFull, MAX_NAMED);
  if (shown.length > 0) {
    yield '\n| Image | What | Platforms | Digest |\n| --- | --- | --- | --- |\n';
    const rows = upTo(MAX_TABLE, shown.map(row));
    yield* rows;
    const rest = registry.findings.length - rows.length;
    if (rest > 0) yield `\nAnd ${rest} more, in the JSON report.\n`;
    yield* upTo(MAX_ADVICE, [...advice(shown)]);
  }
  if (registry.unknowns.length > 0) yield* unknownPart(registry);
  yield `\n${[...asides(registry), coverage(registry)].map(plain).join(' ')}\n`;
}

/** As many of the texts, from the first one on, as have so many characters together. */
function upTo(most: number, texts: readonly string[]): readonly string[] {
  let room = most;
  return texts.filter((text) => (room -= text.length) >= 0);
}

function row({ platforms, object, fault, digest, ...where }: ReportedFinding): string {
  const what = `${object} ${words(fault)}`;
  const cells = [
    placeOfFinding({ ...where, digest }),
    what,
    firstOf(platforms, MAX_PLATFORMS, 'platform'),
    digest ?? '',
  ];
  return `| ${cells.map(plain).join(' | ')} |\n`;
}

/** The same cause and the same next step are said once. */
function* advice(findings: readonly ReportedFinding[]): Generator<string> {
  const groups = Map.groupBy(findings, ({ cause, hint }) => `${cause.text}\n${hint}`);
  for (const [key, [first]] of groups) {
    if (first === undefined) continue;
    const [cause = '', hint = ''] = key.split('\n');
    const copies = (first.copies ?? []).map(({ where, reference }) => `\n- ${plain(`${where}: ${reference}`)}`);
    const whole = copies.length === 0 ? '' : `\nWhole copies:\n${copies.join('')}\n`;
    yield `\n**${plain(placeOfFinding(first))}**: ${plain(cause)}\n${whole}\nNext: ${plain(hint)}\n`;
  }
}

function* unknownPart({ unknowns, counts }: ReportedRegistry): Generator<string> {
  yield '\nCould not be told:\n\n';
  for (const entry of unknowns.slice(0, MAX_UNKNOWNS)) {
    yield `- ${plain(placeOfUnknown(entry))}: ${entry.reason.replaceAll('_', ' ')}, ${plain(entry.detail)}\n`;
  }
  const rest = allUnknown({ unknowns, counts }) - MAX_UNKNOWNS;
  if (rest > 0) yield `- and ${rest} more\n`;
}

/** Text that is nothing but text: no link, no mention, no tag, no command, no second line. */
function plain(text: string): string {
  return visible(text.toWellFormed()).replace(SIGNS, (sign) => `&#${sign.codePointAt(0)};`);
}
