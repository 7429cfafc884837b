import type { HttpOutcome } from '../http/exchange.ts';
import type { Unknown } from '../walk/lookup.ts';
import { apiError } from './answers.ts';
import type { Query } from './next-link.ts';

/** Names on a page, as asked for by `n`; null leaves the choice to the registry. */
export type PageSize = number | null;

/** Page sizes that others take: distribution's largest, and its default, which Quay takes as well. */
const SIZES: readonly PageSize[] = [1000, 100, null];

/** Statuses of a page that is too large for the registry's taste: distribution's, Quay's, and what frameworks say. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);

/** Which sizes of first pages a registry takes, by kind of listing: what worked once is asked for at once from then on. */
export interface PageSizes {
  /** The size to begin with. */
  first(kind: string, wanted: PageSize): PageSize;
  worked(kind: string, size: PageSize): void;
}

/** Nothing is known of a registry's pages yet. */
export function createPageSizes(): PageSizes {
  const known = new Map<string, PageSize>();
  return {
    first: (kind, wanted) => known.get(kind) ?? (known.has(kind) ? null : wanted),
    worked: (kind, size) => void known.set(kind, size),
  };
}

/** The `n` of a query; null where there is none. */
export function sizeOf(query: Query): PageSize {
  const n = Number(query['n'] ?? '');
  return Number.isInteger(n) && n > 0 ? n : null;
}

/** The same page with another number of names on it. */
export function resized(query: Query, size: PageSize): Query {
  const rest = Object.fromEntries(Object.entries(query).filter(([name]) => name !== 'n'));
  return size === null ? rest : { n: String(size), ...rest };
}

/**
 * The same page in other sizes. One that was refused is asked for smaller; one that made the registry fail, which is a
 * matter of where a page ends in distribution 3.1, in any. A page that is named by a token of the registry's own stays
 * as it is.
 */
export function otherShapes(query: Query, why: 'refused' | 'failed'): readonly Query[] {
  const size = sizeOf(query);
  const isOurs = Object.keys(query).every((name) => name === 'n' || name === 'last');
  if (!isOurs) return [];
  const others = SIZES.filter((other) => other !== size && (why === 'failed' || isSmaller(other, size)));
  return others.map((other) => resized(query, other));
}

function isSmaller(size: PageSize, than: PageSize): boolean {
  return than !== null && (size === null || size < than);
}

/**
 * Why a page may come in another shape: it was `refused`, or asking for it made the registry fail; null where the answer
 * has nothing to do with how it was asked for.
 */
export function shapeProblem(answer: HttpOutcome | Unknown): 'refused' | 'failed' | null {
  if (answer.kind === 'unknown') return null;
  if (answer.kind === 'failure') return answer.failure === 'closed' || answer.failure === 'reset' ? 'failed' : null;
  const { status, end } = answer;
  if (status === 200) return end === 'cut' ? 'failed' : end === 'limit' ? 'refused' : null;
  if (REFUSALS.has(status) || apiError(answer)?.code === 'UNSUPPORTED') return 'refused';
  return status >= 500 ? 'failed' : null;
}
