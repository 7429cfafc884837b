import { parseDocument, stringify } from 'yaml';

import { byTurns } from '../util/turns.ts';
import { firstOddKey, isHeavyYaml } from '../util/plain-yaml.ts';
import { KeptReport, type KeptFinding } from './kept-report.ts';

/** In columns. `kubectl` does not break lines, and indents them. */
const LINE_WIDTH = 110;

/** A ConfigMap holds 1 MiB at most, so nothing that was kept is longer. */
const MAX_READ_LENGTH = 1024 * 1024;

const HEADER = '# Kept by registry-integrity-probe: what a run finds is written over what is changed here.\n';

/** Who has acknowledged more than these knows of them. */
const MAX_ACKNOWLEDGED = 100;

/**
 * The report as YAML in plain text, of at most `maxBytes`. The room is shared by turns: of what is used by namespaces, and
 * what is left of it by repositories; what is acknowledged comes last. What does not fit is counted. Everything in it is
 * printable ASCII without a blank at the end of a line: otherwise `kubectl` would show it as one long line of escapes.
 */
export function renderReport(
  { findings, acknowledged = [], acknowledgedNotListed = 0, ...report }: KeptReport,
  maxBytes: number,
): string {
  const numberKnown = acknowledgedNotListed + acknowledged.length;
  // The counts of what does not fit may take a few digits more than they do now.
  const room = maxBytes - head(report, report.broken, numberKnown).length - 'findings: []\nacknowledged:\n'.length;
  const open = itemsWithin(findings, inTurn(findings), room);
  const first = acknowledged.slice(0, MAX_ACKNOWLEDGED);
  const known = itemsWithin(first, first, room - open.text.length);
  const notListed = report.notListed + findings.length - open.count;
  const list = open.count === 0 ? 'findings: []\n' : `findings:\n${open.text}`;
  const knownList = known.count === 0 ? '' : `acknowledged:\n${known.text}`;
  return `${head(report, notListed, numberKnown - known.count)}${list}${knownList}`;
}

/** As many as fit into so many bytes, given room by their `turns` and listed in their order. */
function itemsWithin<T extends object>(all: readonly T[], turns: readonly T[], maxBytes: number) {
  const blocks = new Map<T, string>();
  let room = maxBytes;
  for (const one of turns) {
    const block = listItem(one);
    if (block.length > room) continue;
    room -= block.length;
    blocks.set(one, block);
  }
  return { text: all.map((one) => blocks.get(one) ?? '').join(''), count: blocks.size };
}

function inTurn(findings: readonly KeptFinding[]): readonly KeptFinding[] {
  const usersOf = ({ inUseBy = [] }: KeptFinding): readonly string[] =>
    inUseBy.map((name) => name.slice(0, name.indexOf('/')));
  const used = byTurns(findings, usersOf);
  const others = findings.filter((finding) => usersOf(finding).length === 0);
  return [...used, ...byTurns(others, ({ repository }) => [repository])];
}

/**
 * Reads what was kept for a registry. Null for anything else than that: what cannot be read, is of another version, of
 * another registry or of somebody else is as good as nothing, and will be overwritten.
 */
export function parseReport(text: string, registry: string): KeptReport | null {
  if (text.length > MAX_READ_LENGTH) return null;
  try {
    const report = KeptReport.safeParse(read(text)).data;
    return report?.registry === registry ? report : null;
  } catch {
    return null;
  }
}

/** Throws for what is no YAML, for more of it than a report has, and for keys that are no scalars. */
function read(text: string): unknown {
  if (isHeavyYaml(text)) throw new SyntaxError('more than any report has');
  // Of equal keys the last one counts: to look for them takes the square of their number.
  const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (firstOddKey(document.contents) !== null) throw new SyntaxError('a key that is no scalar');
  return document.toJS({ maxAliasCount: 0 });
}

type Head = Omit<KeptReport, 'findings' | 'acknowledged' | 'acknowledgedNotListed'>;

function head(report: Head, notListed: number, knownNotListed: number): string {
  const more = knownNotListed === 0 ? {} : { acknowledgedNotListed: knownNotListed };
  return `${HEADER}${yaml({ ...report, notListed, ...more })}`;
}

function listItem(one: object): string {
  return yaml([one]).replace(/^(?=.)/gm, '  ');
}

function yaml(value: unknown): string {
  return stringify(value, { lineWidth: LINE_WIDTH, aliasDuplicateObjects: false });
}
