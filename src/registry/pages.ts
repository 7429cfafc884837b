import { unknown, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask } from '../walk/source.ts';
import type { HttpResponse } from '../http/exchange.ts';
import { apiError, observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { readNextLink, type Query } from './next-link.ts';

/** In bytes: some 100,000 of the longest names on one page. */
const PAGE_LIMIT = 32 * 1024 * 1024;
/** A listing that does not end within these is no listing. */
const MAX_PAGES = 10_000;
/** Page sizes tried in turn where a registry refuses; null leaves the choice to it. */
const SMALLER = [1000, 100, null] as const;
/** A page of just so many names may have been cut there, whatever size was asked for. */
const SUSPICIOUS_LENGTHS = new Set([100, 1000, 10_000]);

/** A listing of the API that comes in pages. */
export interface Listing {
  readonly path: string;
  readonly scope: string;
  /** Names on a page of the registry's choice where null. */
  readonly pageSize: number | null;
  /** Reads the names of one page; undefined when it is no such page. */
  readonly names: (body: unknown) => readonly string[] | undefined;
  /** Decides whether an error is the registry's "there is no such listing". */
  readonly isAbsent: (response: HttpResponse) => boolean;
}

/** What came of asking for pages of one size; `refused`: not of this size, `lost`: the place reached is not known there. */
type Listed =
  Lookup<readonly string[]> | { readonly kind: 'refused' } | { readonly kind: 'lost'; readonly why: Unknown };
/** `guess`: the registry did not say that there is more, and is asked all the same. */
type Step = { readonly kind: 'end' } | { readonly kind: 'next' | 'guess'; readonly query: Query } | Unknown;

/**
 * Reads a listing to its end, or says that it could not: half a listing is never handed out.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags
 */
export async function listAll(client: ApiClient, listing: Listing, ask: Ask): Promise<Lookup<readonly string[]>> {
  const sizes = [listing.pageSize, ...SMALLER.filter((size) => isSmaller(size, listing.pageSize))];
  for (const size of sizes) {
    const first = await listWith(client, listing, size, ask);
    // The name after which to go on was deleted in the meantime, which is an error in Harbor: begun once more, past
    // caches, which may still list that name.
    const answer = first.kind === 'lost' ? await listWith(client, listing, size, { ...ask, again: true }) : first;
    if (answer.kind === 'lost') return answer.why;
    if (answer.kind !== 'refused') return answer;
  }
  return unknown('protocol', `${listing.path}: no page size is accepted`);
}

function isSmaller(size: number | null, than: number | null): boolean {
  return than !== null && (size === null || size < than);
}

async function listWith(client: ApiClient, listing: Listing, size: number | null, ask: Ask): Promise<Listed> {
  const all = new Set<string>();
  const asked = new Set<string>();
  let query: Query = size === null ? {} : { n: String(size) };
  let isGuess = false;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const url = client.url(listing.path, query).search;
    if (asked.has(url)) return unknown('protocol', `${listing.path}: the pages lead back to ${url || 'the first one'}`);
    asked.add(url);

    const request = { method: 'GET', path: listing.path, query, scope: listing.scope } as const;
    const answer = await client.send({ ...request, read: { kind: 'all', limit: PAGE_LIMIT } }, ask);
    if (answer.kind !== 'response') return undecided('GET', answer);
    if (page === 0 && refusesSize(answer) && size !== null) return { kind: 'refused' };
    if (page > 0 && answer.status === 400) return { kind: 'lost', why: undecided('GET', answer) };
    if (answer.status !== 200) {
      return page === 0 && listing.isAbsent(answer)
        ? { kind: 'absent', fault: 'missing', observed: observe('GET', answer) }
        : undecided('GET', answer);
    }
    const names = readPage(listing, answer);
    if (!Array.isArray(names)) return names as Unknown;

    const before = all.size;
    for (const name of names) all.add(name);
    // Where the pages are not told apart by `last`, the first one comes again, and its link leads in a circle.
    const isOver: boolean = isGuess && all.size === before;
    const step: Step = isOver ? { kind: 'end' } : nextPage(client, listing, answer, names, size);
    if (step.kind === 'unknown') return step;
    if (step.kind === 'end') return { kind: 'found', value: [...all] };
    query = step.query;
    isGuess = step.kind === 'guess';
  }
  return unknown('protocol', `${listing.path}: more than ${MAX_PAGES} pages`);
}

/** 400 (distribution), 413 (Quay) or UNSUPPORTED (Amazon's) where the page is too large for the registry's taste. */
function refusesSize(response: HttpResponse): boolean {
  const { status } = response;
  return status === 400 || status === 413 || (status !== 200 && apiError(response)?.code === 'UNSUPPORTED');
}

function readPage(listing: Listing, response: HttpResponse): readonly string[] | Unknown {
  if (response.end === 'limit') return unknown('protocol', `body_too_large: a page of ${listing.path}`);
  if (response.end === 'timeout') return unknown('timeout', `${listing.path}: the page stopped coming`);
  if (response.end === 'aborted') return unknown('deadline', `${listing.path}: there was no time left`);
  if (response.end === 'cut') return unknown('connection', `${listing.path}: the page was cut short`);
  try {
    const names = listing.names(JSON.parse(new TextDecoder().decode(response.body)));
    if (names !== undefined) return names;
  } catch {
    // No JSON at all is the same as JSON of another kind.
  }
  return unknown('protocol', `wrong_backend: ${listing.path} answers 200 with something that is not a list of names`);
}

function nextPage(
  client: ApiClient,
  listing: Listing,
  response: HttpResponse,
  names: readonly string[],
  size: number | null,
): Step {
  const last = names.at(-1);
  if (last === undefined) return { kind: 'end' };
  const header = response.headers['link'];
  if (header !== undefined) {
    const link = readNextLink(header, client.url(listing.path));
    if (link.kind === 'none') return { kind: 'end' };
    if (link.kind !== 'blank') return link;
  }
  // A full page without a link may have been cut: ask on until nothing new comes.
  const isFull = SUSPICIOUS_LENGTHS.has(names.length) || (size !== null && names.length >= size);
  if (!isFull) return { kind: 'end' };
  return { kind: 'guess', query: { ...(size === null ? {} : { n: String(size) }), last } };
}
