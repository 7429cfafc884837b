import { acknowledgedLines, openOf } from './acknowledged-lines.ts';
import { blockedLines } from './blocked-lines.ts';
import { asides, coverage } from './coverage.ts';
import { visible } from './escape.ts';
import { findingLines, type Layout } from './finding-lines.ts';
import { foremost, MAX_NAMED } from './foremost.ts';
import { headline } from './headline.ts';
import { createPaint } from './paint.ts';
import type { Report, ReportedRegistry } from './schema.ts';
import { isShort } from './short-finding.ts';
import type { HintsFor } from './unknown-hints.ts';
import { unknownLines } from './unknown-lines.ts';
import { storageBlocks } from './storage-lines.ts';
import { wrap } from './wrap.ts';

/** Sentences are broken here where nobody says how wide the terminal is. */
const DEFAULT_WIDTH = 100;

/** Wider lines are hard to read. */
const MAX_WIDTH = 120;

/** Findings that are held back are only examples of what it looks like. */
const MAX_HELD_BACK = 3;

export interface TextOptions {
  readonly color: boolean;
  /** In columns; digests and commands stay in one piece even where they are longer. */
  readonly width?: number;
  /** Whose settings hints name. Default: those of the command line. */
  readonly hintsFor?: HintsFor;
}

/** The report for people: what is broken, why, and what to do next. It ends with a newline. */
export function renderText(
  report: Report,
  { color, width = DEFAULT_WIDTH, hintsFor = 'command' }: TextOptions,
): string {
  const layout: Layout = { paint: createPaint(color), width: Math.min(width, MAX_WIDTH), hintsFor };
  if (report.registries.length === 0) return 'No registry was asked.\n';
  return report.registries.map((registry) => `${registryLines(registry, layout).join('\n')}\n`).join('\n');
}

function registryLines(whole: ReportedRegistry, { paint, width, hintsFor = 'command' }: Layout): readonly string[] {
  const registry = openOf(whole);
  const { role, word, sentences } = headline(registry);
  const blocks: readonly (readonly string[])[] = [
    wrap(sentences.join(' '), width - 2),
    ...findingBlocks(registry, { paint, width }),
    unknownLines(registry, { paint, width: width - 2, hintsFor }),
    blockedLines(registry, { paint, width: width - 2 }),
    acknowledgedLines(whole, { paint, width: width - 2 }),
    ...storageBlocks(registry.storage, { paint, width: width - 2 }),
    asides(registry).flatMap((sentence) => wrap(sentence, width - 2)),
    [coverage(registry)],
  ];
  return [
    `${paint('title', visible(registry.name))} (${visible(registry.url)}): ${paint(role, word)}`,
    ...blocks
      .filter((block) => block.length > 0)
      .flatMap((block, index) => [...(index === 0 ? [] : ['']), ...block.map((line) => `  ${line}`)]),
  ];
}

function findingBlocks({ findings, verdict }: ReportedRegistry, { paint, width }: Layout): readonly string[][] {
  const heldBack = verdict === 'suspect';
  const inFull = findings.filter((finding) => !isShort(finding));
  const shown = heldBack ? inFull.slice(0, MAX_HELD_BACK) : foremost(inFull, MAX_NAMED);
  const margin = `${shown.length}. `.length;
  const blocks = shown.map((finding, index) =>
    findingLines(finding, { paint, width: width - 2 - margin }, { advice: !heldBack }).map((line, row) =>
      `${(row === 0 ? `${index + 1}.` : '').padEnd(margin)}${line}`.trimEnd(),
    ),
  );
  const rest = findings.length - shown.length;
  return rest > 0 ? [...blocks, [`and ${rest} more${heldBack ? ' like these' : ''}, in the JSON report`]] : blocks;
}
