import type { HttpResponse } from '../http/exchange.ts';
import { baseMediaType } from '../oci/media-types.ts';

/** Below a registry's own address, be it under a prefix. */
const API_PATH = /\/v2\/(?:_catalog|.+\/(?:blobs|manifests|tags|referrers)\/[^/]+)?$/;

/** What object storage calls having too much to do, under whatever status: of S3, Google's and Azure's. */
const THROTTLED = /<Code>(?:SlowDown|Throttl\w+|RequestLimitExceeded|TooManyRequests|ServerBusy)<\/Code>/;

/** Statuses that say something of who asks, or of the moment, or that another rule is for. */
const NOT_OF_THE_OBJECT: ReadonlySet<number> = new Set([401, 404, 407, 408, 416, 429]);

/**
 * True for the answer of a store rather than of the registry before it: it came from where a redirect led, or it is the
 * XML that object storage speaks, handed on.
 */
export function isFromStorage(response: HttpResponse): boolean {
  if (response.redirected || !API_PATH.test(response.url.pathname)) return true;
  const type = baseMediaType(response.headers['content-type'] ?? '');
  return response.status >= 400 && (type === 'application/xml' || type === 'text/xml');
}

/** True where a store refuses an object, as S3 does with a key that is not there where listing is not allowed. */
export function isRefusedByStorage(response: HttpResponse): boolean {
  const { status } = response;
  return status >= 400 && status < 500 && !NOT_OF_THE_OBJECT.has(status) && isFromStorage(response);
}

/** True where a store has too much to do, which says as little of the object as a 429 does. */
export function isThrottledByStorage(response: HttpResponse): boolean {
  return response.status >= 400 && THROTTLED.test(new TextDecoder().decode(response.body));
}
