import type { HttpResponse } from '../http/exchange.ts';
import { decodeJson, list, map, presence, struct, text } from '../oci/go-json.ts';
import { unknown, type Unknown } from '../walk/lookup.ts';
import { apiError, isWebPage } from './answers.ts';
import { encodingOf } from './lengths.ts';

/** The key under which a listing has its names. */
export type ListKey = 'repositories' | 'tags';

const PAGES = {
  repositories: struct({ repositories: list(text) }),
  tags: struct({ name: text, tags: list(text) }),
} as const;
const KEYS = map(presence);

/** Keys of a document that is no listing, however it is read, and is one where the list was left out. */
const OWN_KEYS: Readonly<Record<ListKey, readonly string[]>> = {
  repositories: ['repositories'],
  tags: ['tags', 'name'],
};

/**
 * The names on a page that came under 200, as Go's decoder reads it: in any case of the keys, and none where the list is
 * null or left out. One entry of another type is an error of the whole page. What the page calls itself does not matter.
 */
export function namesOnPage(path: string, key: ListKey, response: HttpResponse): readonly string[] | Unknown {
  if (response.end === 'limit') return unknown('protocol', `body_too_large: a page of ${path}`);
  if (response.end === 'timeout') return unknown('timeout', `${path}: the page stopped coming`);
  if (response.end === 'aborted') return unknown('deadline', `${path}: there was no time left`);
  if (response.end === 'cut') return unknown('connection', `${path}: the page was cut short`);
  if (response.coding?.decoded === null) {
    return unknown('protocol', `${path}: the page comes encoded as ${encodingOf(response)}, which nobody asked for`);
  }
  const keys = decodeJson(response.body, KEYS);
  if (keys.kind === 'value' && !isListing(key, [...keys.value.keys()])) return noListing(path, response, null);
  const page = decodeJson<{ readonly [K in ListKey]?: readonly string[] }>(response.body, PAGES[key]);
  return page.kind === 'value' ? (page.value[key] ?? []) : noListing(path, response, page.problem);
}

/** Without any of its own keys a document is a listing only if it is empty: else something else answers. */
function isListing(key: ListKey, keys: readonly string[]): boolean {
  return keys.length === 0 || keys.some((one) => OWN_KEYS[key].includes(one.toLowerCase()));
}

function noListing(path: string, response: HttpResponse, problem: string | null): Unknown {
  const error = apiError(response);
  const from = response.redirected ? ` from ${response.url.host}` : '';
  if (error !== undefined) return unknown('protocol', `${path} answers 200${from} with the error ${error.code}`);
  if (isWebPage(response)) return unknown('protocol', `wrong_backend: ${path} answers 200${from} with a web page`);
  const why = problem === null ? '' : `: ${problem}`;
  const what = response.body.length === 0 ? 'nothing' : `something that is not a list of names${why}`;
  return unknown('protocol', `wrong_backend: ${path} answers 200${from} with ${what}`);
}
