import { UNKNOWN_REASONS } from '../walk/lookup.ts';
import { visible } from './escape.ts';
import type { Layout } from './finding-lines.ts';
import { placeOfUnknown } from './places.ts';
import type { ReportedRegistry, ReportedUnknown } from './schema.ts';
import { unknownHint } from './unknown-hints.ts';
import { wrap } from './wrap.ts';

/** An outage gives thousands of entries with the same reason. */
const MAX_ENTRIES = 5;

/** How much could not be told: not all of it is told one by one. */
export function allUnknown({ unknowns, counts }: Pick<ReportedRegistry, 'unknowns' | 'counts'>): number {
  const counted = UNKNOWN_REASONS.reduce((sum, reason) => sum + counts.unknown[reason], 0);
  return Math.max(unknowns.length, counted);
}

/** What could not be told, grouped by reason, the most frequent first; without indentation. */
export function unknownLines(
  { unknowns, counts, storage }: ReportedRegistry,
  { paint, width, hintsFor = 'command' }: Layout,
): readonly string[] {
  const entries = Map.groupBy(unknowns, ({ reason }) => reason);
  const groups = UNKNOWN_REASONS.map((reason) => {
    const known = entries.get(reason) ?? [];
    return { reason, shown: known.slice(0, MAX_ENTRIES), total: Math.max(known.length, counts.unknown[reason]) };
  }).filter(({ total }) => total > 0);
  if (groups.length === 0) return [];
  const all = groups.reduce((sum, { total }) => sum + total, 0);
  return [
    paint('title', `Could not be told: ${all}`),
    ...groups
      .toSorted((one, other) => other.total - one.total)
      .flatMap(({ reason, shown, total }) => [
        `  ${paint('doubtful', reason)} ${total}`,
        ...shown.flatMap((entry) => entryLines(entry, width)),
        ...(total > shown.length ? [`    and ${total - shown.length} more`] : []),
        ...hintLines(unknownHint(reason, shown, { isStorage: storage !== undefined, hintsFor }), width),
      ]),
  ];
}

function entryLines(entry: ReportedUnknown, width: number): readonly string[] {
  const [first = '', ...rest] = wrap(`${visible(placeOfUnknown(entry))}: ${visible(entry.detail)}`, width - 6);
  return [`    ${first}`, ...rest.map((line) => `      ${line}`)];
}

function hintLines(hint: string, width: number): readonly string[] {
  const [first = '', ...rest] = wrap(`next: ${hint}`, width - 6);
  return [`    ${first}`, ...rest.map((line) => `      ${line}`)];
}
