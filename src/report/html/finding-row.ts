import { placeOfFinding } from '../places.ts';
import type { ReportedFinding, ShortFinding } from '../schema.ts';
import { isShort } from '../short-finding.ts';
import { firstOf, quantity, times, words } from '../wording.ts';
import { markup, NOTHING, type Markup } from './markup.ts';

/** More names than these help nobody; the JSON report has them all. */
const MAX_NAMES = 20;
const MAX_PLATFORMS = 6;
const MAX_WORKLOADS = 3;

/** One broken thing as a row, with its way and its evidence behind what can be opened. */
export function findingRow(finding: ReportedFinding | ShortFinding): Markup {
  const { object, fault, digest, firstSeen = '' } = finding;
  const image = isShort(finding) ? markup`${placeOfFinding(finding)} <code>${digest ?? ''}</code>` : opened(finding);
  const platforms = isShort(finding) ? '' : firstOf(finding.platforms, MAX_PLATFORMS, 'platform');
  return markup`<tr>
<td>${image}</td>
<td class="broken">${object} ${words(fault)}</td>
<td>${platforms}</td>
<td class="wide">${firstSeen}</td>
<td class="wide">${usedBy(finding)}</td>
</tr>
`;
}

function usedBy(finding: ReportedFinding | ShortFinding): string {
  if (isShort(finding)) return finding.inUseByCount === undefined ? '' : quantity(finding.inUseByCount, 'workload');
  const { inUseBy, inUseByCount } = finding;
  if (inUseBy === undefined) return '';
  if (inUseBy.length === 0) return 'nothing';
  const rest = (inUseByCount ?? inUseBy.length) - Math.min(inUseBy.length, MAX_WORKLOADS);
  return `${inUseBy.slice(0, MAX_WORKLOADS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function opened(finding: ReportedFinding): Markup {
  const { observed, expectedSize, confirmations, cause, hint, tags } = finding;
  const seen = [observed.method, observed.status].filter((part) => part !== null).join(' ');
  return markup`<details><summary>${placeOfFinding(finding)}</summary>
${way(finding)}
<dl>
${entry('seen', [seen, observed.detail].filter((part) => part !== '').join(': '))}
${entry('size', expectedSize === null ? '' : quantity(expectedSize, 'byte'))}
${entry('confirmed', confirmations === 0 ? '' : times(confirmations))}
${entry('tags', tags.length < 2 ? '' : firstOf(tags, MAX_NAMES, 'tag'))}
${entry('cause', cause.text)}
${copies(finding)}
<dt>next</dt><dd>${withCommands(hint)}</dd>
</dl></details>`;
}

function entry(label: string, text: string): Markup {
  return text === '' ? NOTHING : markup`<dt>${label}</dt><dd>${text}</dd>`;
}

function copies({ copies: known = [] }: ReportedFinding): Markup {
  if (known.length === 0) return NOTHING;
  const items = known.map(({ where, reference, command }) => {
    return markup`<dd>${where}: <code>${reference}</code> ${command === null ? NOTHING : asCommand(command)}</dd>`;
  });
  return markup`<dt>copies</dt>${items}`;
}

/** From a tag down to what is broken. */
function way({ repository, tags, path, digest, object, fault, platforms, expectedSize }: ReportedFinding): Markup {
  const chain = path.length === 0 && digest !== null ? [digest] : path;
  const size = expectedSize === null ? '' : `, ${quantity(expectedSize, 'byte')}`;
  const where = platforms.length === 0 ? '' : `, for ${firstOf(platforms, MAX_PLATFORMS, 'platform')}`;
  const steps = chain.map((one, index) =>
    index === chain.length - 1
      ? markup`<li><code>${one}</code> ${object} ${words(fault)}${where}${size}</li>`
      : markup`<li><code>${one}</code></li>`,
  );
  const start = tags[0] === undefined ? (repository ?? 'the whole registry') : `${repository ?? ''}:${tags[0]}`;
  return markup`<ol class="path"><li>${start}</li>${steps}</ol>`;
}

/** What stands between backticks is a command or a setting, and can be copied. */
function withCommands(hint: string): readonly (Markup | string)[] {
  return hint.split('`').map((part, index) => {
    return index % 2 === 0 ? part : asCommand(part);
  });
}

function asCommand(command: string): Markup {
  return markup`<span class="command"><code>${command}</code><button type="button" hidden aria-label="Copy ${command}">copy</button></span>`;
}
