import { visible } from './escape.ts';
import type { Paint } from './paint.ts';
import { placeOfFinding } from './places.ts';
import type { ReportedFinding } from './schema.ts';
import { firstOf, quantity, times, words } from './wording.ts';
import type { HintsFor } from './unknown-hints.ts';
import { wrap } from './wrap.ts';

/** More names than these help nobody at a terminal; the JSON report has them all. */
const MAX_PLATFORMS = 6;
const MAX_EXAMPLES = 3;
const MAX_WORKLOADS = 5;

/** Room for the longest label, `confirmed`, and a gap. */
const LABEL_WIDTH = 11;

/** What a block of lines is laid out with. */
export interface Layout {
  readonly paint: Paint;
  /** In columns. */
  readonly width: number;
  /** Default: those of the command line. */
  readonly hintsFor?: HintsFor;
}

type Field = readonly [label: string, lines: readonly string[]];

/**
 * One broken thing as lines without indentation: where, what, and a labelled line for each piece of evidence.
 * The advice is left out where it is the same for every finding and stands above them all.
 */
export function findingLines(
  finding: ReportedFinding,
  { paint, width }: Layout,
  { advice }: { readonly advice: boolean },
): readonly string[] {
  const what = paint('bad', `${finding.object} ${words(finding.fault)}`);
  const text = (label: string, content: string): Field => [label, wrap(visible(content), width - LABEL_WIDTH)];
  const fields: readonly Field[] = [
    ['digest', finding.digest === null ? [] : [visible(finding.digest)]],
    ['path', finding.path.length < 2 ? [] : finding.path.map(visible)],
    text('seen', observation(finding)),
    text('confirmed', finding.confirmations === 0 ? '' : times(finding.confirmations)),
    text('since', finding.firstSeen ?? ''),
    text('affects', affected(finding)),
    text('in use by', workloads(finding)),
    ['copies', advice ? copies(finding) : []],
    text('cause', advice ? finding.cause.text : ''),
    text('next', advice ? finding.hint : ''),
  ];
  return [
    paint('title', visible(placeOfFinding(finding))),
    `${what}${platforms(finding.platforms)}`,
    ...fields.flatMap(([label, lines]) =>
      lines.map((line, index) => `${paint('label', (index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`),
    ),
  ];
}

function affected({ affected: names, examples = [] }: ReportedFinding): string {
  if (names === undefined) return '';
  return `${quantity(names, 'name')}, such as ${examples.slice(0, MAX_EXAMPLES).join(', ')}`;
}

function platforms(names: readonly string[]): string {
  return names.length === 0 ? '' : `, for ${firstOf(names.map(visible), MAX_PLATFORMS, 'platform')}`;
}

function observation({ observed, expectedSize }: ReportedFinding): string {
  const { method, status, bytes, detail } = observed;
  const asked = [method, status].filter((part) => part !== null).join(' ');
  const came = bytes === null ? '' : quantity(bytes, 'byte');
  const expected = expectedSize === null ? '' : ` (whole: ${quantity(expectedSize, 'byte')})`;
  const seen = `${[asked, came].filter((part) => part !== '').join(', ')}${expected}`.trimStart();
  return [seen, detail].filter((part) => part !== '').join(': ');
}

function copies({ copies: known = [] }: ReportedFinding): readonly string[] {
  return known.map(({ where, reference }) => visible(`${where}: ${reference}`));
}

/** An empty list is knowledge, too: the cluster was read, and nothing in it uses the image now. */
function workloads({ inUseBy, inUseByCount }: ReportedFinding): string {
  if (inUseBy === undefined) return '';
  if (inUseBy.length === 0) return 'nothing that this cluster runs';
  const shown = inUseBy.slice(0, MAX_WORKLOADS);
  const rest = (inUseByCount ?? inUseBy.length) - shown.length;
  const more = inUseByCount === undefined ? `at least ${rest} more` : `${rest} more`;
  return rest > 0 ? `${shown.join(', ')}, and ${more}` : shown.join(', ');
}
