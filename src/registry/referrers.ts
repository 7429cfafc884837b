import type { HttpOutcome, HttpResponse } from '../http/exchange.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { decodeJson, presence, struct } from '../oci/go-json.ts';
import { readManifest } from '../oci/manifest.ts';
import { baseMediaType, OCI_INDEX } from '../oci/media-types.ts';
import { unknown, type Absent, type Lookup, type Unknown } from '../walk/lookup.ts';
import type { Ask, ReferrerList } from '../walk/source.ts';
import { apiError, isWebPage, observe, undecided } from './answers.ts';
import type { ApiClient } from './client.ts';
import { encodingOf } from './lengths.ts';
import { readNextLink, type Query } from './next-link.ts';
import { pullScope, repositoryPath } from './paths.ts';

/** In bytes: some ten thousand descriptors with annotations. */
const PAGE_LIMIT = 8 * 1024 * 1024;
/** More are not read: nobody attaches so much to one image, and each of them is asked for. */
const MAX_REFERRERS = 10_000;
/** A page has one at least. */
const MAX_PAGES = MAX_REFERRERS;
/** Pages may be empty where the registry filters them; so many in a row lead nowhere. */
const MAX_EMPTY_PAGES = 100;

/**
 * Statuses of registries that know no such listing: what the specification says, and what older ones answer to a path or
 * a type that they do not know. Clients then go by the tag that is named after the digest.
 */
const NOT_LISTED: ReadonlySet<number> = new Set([400, 404, 405, 406, 501]);

const Outline = struct<{ readonly manifests: boolean }>({ manifests: presence });

/**
 * Lists what is attached to a manifest, to the end of the listing or its first 10,000 entries; half a list is never handed
 * out for a whole one. `absent`: the registry knows no such listing.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers
 */
export async function listReferrers(
  client: ApiClient,
  repository: string,
  digest: string,
  ask: Ask,
): Promise<Lookup<ReferrerList>> {
  const path = repositoryPath(repository, 'referrers', digest);
  const found = new Map<string, Descriptor>();
  const asked = new Set<string>();
  let query: Query = {};
  let empty = 0;
  while (asked.size < MAX_PAGES && empty < MAX_EMPTY_PAGES) {
    const url = client.url(path, query).search;
    if (asked.has(url)) return unknown('protocol', `${path}: the pages lead back to ${url || 'the first one'}`);
    asked.add(url);
    const request = {
      method: 'GET',
      path,
      query,
      headers: { accept: OCI_INDEX },
      scope: pullScope(repository),
    } as const;
    const answer = await client.send({ ...request, read: { kind: 'all', limit: PAGE_LIMIT } }, ask);
    const page = readPage(path, answer, asked.size === 1);
    if (page.kind !== 'page') return page;
    const before = found.size;
    for (const one of page.descriptors) if (!found.has(one.digest)) found.set(one.digest, one);
    empty = found.size === before ? empty + 1 : 0;
    if (found.size > MAX_REFERRERS) {
      return { kind: 'found', value: { descriptors: [...found.values()].slice(0, MAX_REFERRERS), isCut: true } };
    }
    const next = page.link === undefined ? null : readNextLink(page.link);
    if (next?.kind === 'vague') return unknown('protocol', `${path}: a Link says that there is more, and not where`);
    if (next?.kind !== 'next') return { kind: 'found', value: { descriptors: [...found.values()], isCut: false } };
    query = next.query;
  }
  return unknown('protocol', `${path}: the pages do not end`);
}

/** A page of the listing, and the header that leads on. */
interface Page {
  readonly kind: 'page';
  readonly descriptors: readonly Descriptor[];
  readonly link: string | undefined;
}

function readPage(path: string, answer: HttpOutcome | Unknown, isFirst: boolean): Page | Absent | Unknown {
  if (answer.kind !== 'response') return undecided('GET', answer);
  if (isFirst && NOT_LISTED.has(answer.status) && !isRefusal(answer)) return noListing(answer);
  if (answer.status !== 200) return undecided('GET', answer);
  const broken = interrupted(path, answer);
  if (broken !== null) return broken;
  const isDeclared = baseMediaType(answer.headers['content-type'] ?? '') === OCI_INDEX;
  const outline = decodeJson(answer.body, Outline);
  const isIndex = outline.kind === 'value' && outline.value.manifests;
  // Registries without the listing that answer everything, be it with a page for people: clients go by the type.
  if (isFirst && !isDeclared && !isIndex) return noListing(answer);
  const error = apiError(answer);
  const manifest = readManifest(answer.body, OCI_INDEX);
  if (error !== undefined || manifest.kind !== 'index') {
    const why = error?.code ?? (manifest.kind === 'invalid' ? manifest.problem : 'no list of manifests');
    return unknown('protocol', `${path} answers 200 with something that is not a list of referrers: ${why}`);
  }
  return { kind: 'page', descriptors: manifest.manifests, link: answer.headers['link'] };
}

/** A refusal that is dressed up as 404 says nothing of what there is. */
function isRefusal(response: HttpResponse): boolean {
  const code = apiError(response)?.code ?? '';
  return ['UNAUTHORIZED', 'DENIED', 'TOOMANYREQUESTS'].includes(code);
}

function noListing(response: HttpResponse): Absent {
  const what = isWebPage(response) ? ' with a web page' : '';
  const detail = `GET of the referrers answered ${response.status}${what}`;
  return { kind: 'absent', fault: 'missing', observed: observe('GET', response, detail) };
}

function interrupted(path: string, response: HttpResponse): Unknown | null {
  const { end, coding } = response;
  if (end === 'limit') return unknown('protocol', `body_too_large: a page of ${path}`);
  if (end === 'timeout') return unknown('timeout', `${path}: the page stopped coming`);
  if (end === 'aborted') return unknown('deadline', `${path}: there was no time left`);
  if (end === 'cut') return unknown('connection', `${path}: the page was cut short`);
  return coding?.decoded === null
    ? unknown('protocol', `${path}: the page comes encoded as ${encodingOf(response)}`)
    : null;
}
