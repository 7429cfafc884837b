import type { HttpResponse } from '../http/exchange.ts';
import { tooMuch, unknown, type Unknown } from '../walk/lookup.ts';
import { apiError, isWebPage } from './answers.ts';
import { encodingOf } from './lengths.ts';
import { readPage, type ListKey } from './page-reader.ts';

/**
 * The names on a page that came under 200, and none where the list is null or left out. What the page calls itself does
 * not matter. A page may be long: `pause` lets others have their turn meanwhile.
 */
export async function namesOnPage(
  path: string,
  key: ListKey,
  response: HttpResponse,
  pause: () => Promise<void>,
): Promise<readonly string[] | Unknown> {
  if (response.end === 'limit') return unknown('protocol', `body_too_large: a page of ${path}`);
  if (response.end === 'timeout') return unknown('timeout', `${path}: the page stopped coming`);
  if (response.end === 'aborted') return unknown('deadline', `${path}: there was no time left`);
  if (response.end === 'cut') return unknown('connection', `${path}: the page was cut short`);
  if (response.coding?.decoded === null) {
    return unknown('protocol', `${path}: the page comes encoded as ${encodingOf(response)}, which nobody asked for`);
  }
  const page = await readPage(response.body, key, pause);
  if (page.kind === 'too_much') return tooMuch(`a page of ${path} has ${page.problem}`);
  if (page.kind === 'invalid') return noListing(path, response, page.problem);
  return page.value.isListing ? page.value.names : noListing(path, response, null);
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
