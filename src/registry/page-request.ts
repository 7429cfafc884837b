import type { HttpOutcome, HttpResponse } from '../http/exchange.ts';
import type { Unknown } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import { undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import type { Query } from './next-link.ts';
import { namesOnPage } from './page-body.ts';
import type { ListKey } from './page-reader.ts';
import { otherShapes, shapeProblem } from './page-shapes.ts';

/** In bytes: some 100,000 of the longest names on one page. */
const PAGE_LIMIT = 32 * 1024 * 1024;

const NO_BYTES = new Uint8Array();

/** A listing of the API that comes in pages. */
export interface Listing {
  readonly path: string;
  readonly scope: string;
  readonly key: ListKey;
  /** Names on a page of the registry's choice where null. */
  readonly pageSize: number | null;
  /** Decides whether an error is the registry's "there is no such listing". */
  readonly isAbsent: (response: HttpResponse) => boolean;
}

/** A page that came. */
export interface Page {
  readonly kind: 'page';
  readonly names: readonly string[];
  /** Under which it came: another one than was asked for first where it came in another shape. */
  readonly query: Query;
  /** The header that leads on. */
  readonly link: string | undefined;
}

/** A page that did not come. */
export interface NoPage {
  readonly kind: 'none';
  /** Without the body where it was the content that is no page. */
  readonly answer: HttpOutcome | Unknown;
  readonly why: Unknown;
}

/** Asks for a page in one shape. */
export async function askPage(
  client: ApiClient,
  { path, scope, key }: Listing,
  query: Query,
  ask: Ask,
  once = false,
): Promise<Page | NoPage> {
  const read = { kind: 'all', limit: PAGE_LIMIT } as const;
  const answer = await client.send({ method: 'GET', path, query, scope, read, once }, ask);
  if (answer.kind !== 'response' || answer.status !== 200) {
    return { kind: 'none', answer, why: undecided('GET', answer) };
  }
  const names = await namesOnPage(path, key, answer, client.pause);
  return 'kind' in names
    ? { kind: 'none', answer: { ...answer, body: NO_BYTES }, why: names }
    : { kind: 'page', names, query, link: answer.headers['link'] };
}

/**
 * Asks for a page that did not come in other sizes, if it was refused or made the registry fail: once in each, for what
 * may pass was waited for already. Null where none brings it, and what came first says why.
 */
export async function askOtherwise(
  client: ApiClient,
  listing: Listing,
  query: Query,
  first: NoPage,
  ask: Ask,
): Promise<Page | NoPage | null> {
  const problem = shapeProblem(first.answer);
  if (problem === null) return null;
  for (const shape of otherShapes(query, problem)) {
    // A registry that has stopped answering is not asked in all the ways that there are.
    if (ask.signal.aborted || ask.mayVary?.() === false) return null;
    const answer = await askPage(client, listing, shape, ask, true);
    if (answer.kind === 'page' || isAbsence(listing, answer)) return answer;
    // Another kind of answer: that is what stands in the way of a page of this size.
    if (shapeProblem(answer.answer) === null) return problem === 'refused' ? answer : null;
  }
  return null;
}

/** Decides whether what came is the registry's "there is no such listing". */
export function isAbsence({ isAbsent }: Listing, { answer }: NoPage): boolean {
  return answer.kind === 'response' && answer.status !== 200 && isAbsent(answer);
}
