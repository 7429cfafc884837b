/** More of one text in a log line is of no use; the longest detail of ours has a sixth of it. */
const MAX_TEXT = 2_000;
/** A finding may have 100,000 tags; the report has all of them. */
const MAX_ITEMS = 50;
/** Deeper than anything that is logged. */
const MAX_DEPTH = 6;

/**
 * The fields of a log line, with no text or list in them that is longer than somebody reads: their lengths are a
 * registry's or a cluster's to choose.
 */
export function boundedFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, bounded(value, 1)]));
}

function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return boundedText(value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) {
    const items = value.slice(0, MAX_ITEMS).map((item) => bounded(item, depth + 1));
    return value.length > MAX_ITEMS ? [...items, `… and ${value.length - MAX_ITEMS} more`] : items;
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, MAX_ITEMS).map(([name, item]) => [boundedText(name), bounded(item, depth + 1)]);
  return Object.fromEntries(entries.length > MAX_ITEMS ? [...kept, ['…', entries.length - MAX_ITEMS]] : kept);
}

/** Text of at most 2,000 characters, and what says that there was more. */
export function boundedText(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text;
}
