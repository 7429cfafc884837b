import { createHash } from 'node:crypto';

import { asides, coverage } from '../coverage.ts';
import { headline } from '../headline.ts';
import { placeOfFinding, placeOfUnknown } from '../places.ts';
import type { Report, ReportedRegistry } from '../schema.ts';
import { allUnknown } from '../unknown-lines.ts';
import { quantity } from '../wording.ts';
import { findingRow } from './finding-row.ts';
import { markup, NOTHING, type Markup } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** Findings of one registry that are in the page; a browser has to lay out every one of them. */
const MAX_FINDINGS = 10_000;

/** What could not be told has the same reason a thousand times over. */
const MAX_UNKNOWNS = 100;

const COLUMNS = ['Image', 'What', 'Platforms', 'Since', 'Used by'] as const;
/** From here on, columns are left out where there is no room. */
const WIDE_FROM = 3;

/**
 * The report as one page to look at, part by part: a verdict for each registry, a table of what is broken that can be
 * searched and sorted, the way to each broken thing, and what could not be told. It needs nothing from anywhere.
 */
export function* renderHtml(report: Report): Generator<string> {
  const { tool, command, registries } = report;
  yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n';
  yield `<meta http-equiv="Content-Security-Policy" content="${policy()}">\n`;
  yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n';
  yield markup`<title>${tool.name} ${command}</title>`.html;
  yield `\n<style>${STYLE}</style>\n</head>\n<body>\n<main>\n`;
  yield markup`<h1>${tool.name} ${command}</h1>
<p class="faint">Version ${tool.version}, ${quantity(registries.length, 'registry', 'registries')}</p>
`.html;
  for (const registry of registries) yield* section(registry);
  yield `</main>\n<script>${SCRIPT}</script>\n</body>\n</html>\n`;
}

/** Nothing is loaded and nothing is sent, whatever gets into the page. */
function policy(): string {
  const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

function* section(registry: ReportedRegistry): Generator<string> {
  const { name, url, verdict, finishedAt, findings, unknowns, blocked } = registry;
  const { word, sentences } = headline(registry);
  const counts = [...asides(registry), coverage(registry)].map((text) => markup`<li>${text}</li>`);
  yield markup`<section data-registry="${name}">
<h2>${name}: <span class="word ${verdict}">${word}</span></h2>
<p class="faint">${url}, ${finishedAt}</p>
<p>${sentences.join(' ')}</p>
<ul class="counts">${counts}</ul>
`.html;
  if (findings.length > 0) yield* table(registry);
  if (unknowns.length > 0) yield unknownPart(registry).html;
  if (blocked.length > 0) {
    const items = blocked.map((one) => markup`<li>${placeOfFinding(one)}: ${one.detail}</li>`);
    yield markup`<h3>Refused by a policy of the registry</h3>
<ul>${items}</ul>
`.html;
  }
  yield '</section>\n';
}

function* table({ name, findings, verdict }: ReportedRegistry): Generator<string> {
  const held = verdict === 'suspect' ? ', held back' : '';
  const heads = COLUMNS.map((column, index) => {
    const narrow = index < WIDE_FROM ? NOTHING : markup` class="wide"`;
    return markup`<th scope="col" aria-sort="none"${narrow}><button type="button">${column}</button></th>`;
  });
  yield markup`<h3>${quantity(findings.length, 'finding')}${held}</h3>
<div class="tools" hidden><label>Search <input type="search" autocomplete="off"></label> <span role="status" class="faint"></span></div>
<div class="scroll"><table class="findings" aria-label="Findings in ${name}">
<thead><tr>${heads}</tr></thead>
<tbody>
`.html;
  for (const finding of findings.slice(0, MAX_FINDINGS)) yield findingRow(finding).html;
  yield '</tbody></table></div>\n';
  const rest = findings.length - MAX_FINDINGS;
  if (rest > 0) yield `<p>And ${rest} more, in the JSON report.</p>\n`;
}

function unknownPart({ unknowns, counts }: ReportedRegistry): Markup {
  const all = allUnknown({ unknowns, counts });
  const rest = all - MAX_UNKNOWNS;
  const items = unknowns
    .slice(0, MAX_UNKNOWNS)
    .map((one) => markup`<li>${placeOfUnknown(one)}: <span class="unknown">${one.reason}</span>, ${one.detail}</li>`);
  const more = rest > 0 ? markup`<li>and ${rest} more</li>` : NOTHING;
  return markup`<h3>Could not be told: ${all}</h3>
<ul>${items}${more}</ul>
`;
}
