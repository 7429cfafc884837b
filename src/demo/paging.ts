import type { Answer } from './answer.ts';
import type { DemoRequest } from './request.ts';

/** A part of a sorted list. */
export interface Page {
  readonly items: readonly string[];
  /** The `Link` header; empty at the end of the list. */
  readonly headers: Answer['headers'];
}

/** At most `limit` items after `last`, with a link to the rest where there is more. */
export function pageOf(sorted: readonly string[], request: DemoRequest, limit: number): Page {
  const last = request.query.get('last') ?? '';
  const rest = sorted.filter((item) => item > last);
  const items = rest.slice(0, limit);
  const end = items.at(-1);
  if (end === undefined || items.length === rest.length) return { items, headers: {} };
  const next = new URLSearchParams({ last: end, n: String(limit) });
  return { items, headers: { link: `<${request.path}?${next.toString()}>; rel="next"` } };
}

/** The number in `n`; undefined where there is none, or none that distribution would read. */
export function pageSize(request: DemoRequest): number | undefined {
  const n = request.query.get('n') ?? '';
  return /^\+?\d+$/.test(n) ? Number(n) : undefined;
}
