import { tooMuch, unknown, type Lookup, type Unknown } from '../walk/lookup.ts';
import { createKeySet } from '../walk/key-set.ts';
import type { Ask } from '../walk/source.ts';
import { apiError, observe } from './answers.ts';
import type { ApiClient } from './client.ts';
import { createNames, MOST_CHARACTERS } from './names.ts';
import { readNextLink, type Query } from './next-link.ts';
import { isFull, pageAfter, settleGuess } from './page-guess.ts';
import { MOST_NAMES } from './page-reader.ts';
import { askOtherwise, askPage, isAbsence, type Listing, type NoPage, type Page } from './page-request.ts';
import { resized, shapeProblem, sizeOf, type PageSize, type PageSizes } from './page-shapes.ts';

/** A listing that does not end within these is no listing. */
const MAX_PAGES = 10_000;
/** Pages may be without a name where an account may not see what is on them; so many in a row lead nowhere. */
const MAX_EMPTY_PAGES = 100;

/** What came of following the pages; `lost`: the place reached is not known there. */
type Listed = Lookup<readonly string[]> | { readonly kind: 'lost'; readonly why: Unknown };
/** `guess`: the registry did not say that there is more, and is asked all the same. */
type Step = { readonly kind: 'first' | 'next' | 'guess'; readonly query: Query };

/**
 * Reads a listing to its end, or says that it could not: half a listing is never handed out.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-tags
 */
export async function listAll(
  client: ApiClient,
  sizes: PageSizes,
  listing: Listing,
  ask: Ask,
): Promise<Lookup<readonly string[]>> {
  const first = await readPages(client, sizes, listing, ask);
  // The name after which to go on was deleted in the meantime, which is an error in Harbor: begun once more, past
  // caches, which may still list that name.
  const answer = first.kind === 'lost' ? await readPages(client, sizes, listing, { ...ask, again: true }) : first;
  return answer.kind === 'lost' ? answer.why : answer;
}

async function readPages(client: ApiClient, sizes: PageSizes, listing: Listing, ask: Ask): Promise<Listed> {
  const { path, key } = listing;
  const all = createNames();
  // A link may be long, and there may be ten thousand of them.
  const asked = createKeySet();
  let first: Page | null = null;
  let last: Page | null = null;
  let empty = 0;
  const whole = (): Listed => ({ kind: 'found', value: all.names });

  let step: Step = { kind: 'first', query: resized({}, sizes.first(key, listing.pageSize)) };
  for (let count = 0; count < MAX_PAGES && empty < MAX_EMPTY_PAGES; count += 1) {
    const url = client.url(path, step.query).search;
    if (!asked.add(url)) {
      // From a page without names, to go back is no way on.
      if (last?.names.length === 0) return whole();
      return unknown('protocol', `${path}: the pages lead back to ${url || 'the first one'}`);
    }
    const page = await take(client, listing, step, last, ask);
    if (page === 'end') return whole();
    if (page.kind === 'none') return failed(listing, step, page);
    if (first === null) sizes.worked(key, sizeOf(page.query));

    const isNews = all.add(page.names);
    if (all.tooMany) return tooMuch(`${path} lists more than ${MOST_NAMES} names or ${MOST_CHARACTERS} characters`);
    // Where the pages are not told apart by `last`, the first one comes again, and its link leads in a circle.
    const isOver = !isNews && (step.kind === 'guess' || isRoundTrip(page, first, all.names.length));
    first ??= page;
    const next = isOver ? null : stepAfter(page, sizeOf(first.query));
    if (next === null) return whole();
    last = page;
    empty = page.names.length === 0 ? empty + 1 : 0;
    step = next;
  }
  const most = empty < MAX_EMPTY_PAGES ? `${MAX_PAGES}` : `${MAX_EMPTY_PAGES} empty`;
  return unknown('protocol', `${path}: more than ${most} pages`);
}

/** Asks for the page that a step leads to. */
async function take(
  client: ApiClient,
  listing: Listing,
  { kind, query }: Step,
  before: Page | null,
  ask: Ask,
): Promise<Page | NoPage | 'end'> {
  const answer = await askPage(client, listing, query, ask);
  if (answer.kind === 'page') return answer;
  if (kind === 'guess' && before !== null) {
    return settleGuess(client, listing, { before, guess: query, refused: answer }, ask);
  }
  // What the registry itself has linked to, it does not refuse for its size: the name in it is gone.
  if (kind === 'next' && shapeProblem(answer.answer) === 'refused') return answer;
  return (await askOtherwise(client, listing, query, answer, ask)) ?? answer;
}

function failed(listing: Listing, { kind }: Step, page: NoPage): Listed {
  const { answer, why } = page;
  if (answer.kind !== 'response') return why;
  if (kind === 'first' && isAbsence(listing, page)) {
    // Who is no registry says so as well.
    const hearsay = apiError(answer) === undefined ? { hearsay: true } : {};
    return { kind: 'absent', fault: 'missing', observed: { ...observe('GET', answer), ...hearsay } };
  }
  return kind !== 'first' && answer.status === 400 ? { kind: 'lost', why } : why;
}

/** After its last page, some registries serve the first one again. */
function isRoundTrip({ names }: Page, first: Page | null, namesSoFar: number): boolean {
  if (first === null || names.length === 0 || names.length !== first.names.length) return false;
  return first.names.every((name, index) => name === names[index]) && namesSoFar > new Set(names).size;
}

/** Where to go on after a page; null at the end. Pages that are named by tokens are as long as the first one was to be. */
function stepAfter(page: Page, firstSize: PageSize): Step | null {
  const link = page.link === undefined ? null : readNextLink(page.link);
  if (link?.kind === 'next') return { kind: 'next', query: link.query };
  const size = sizeOf(page.query) ?? firstSize;
  // Without a link, a full page may have been cut: asked on until nothing new comes.
  const mayGoOn = link?.kind === 'vague' || (link?.kind !== 'none' && isFull(page, size));
  const query = mayGoOn ? pageAfter(page, size) : null;
  return query === null ? null : { kind: 'guess', query };
}
