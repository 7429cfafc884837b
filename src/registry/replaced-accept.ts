import type { HttpResponse } from '../http/exchange.ts';
import type { Absent } from '../walk/lookup.ts';
import { apiError, observe } from './answers.ts';

/** So distribution says that it has a manifest of a type that the request does not name, 2.8 and 3 alike. */
const NOT_NAMED =
  /\baccept header does not support OCI (?:manifests|indexes|index)\b|\b(?:Schema 2 manifest|manifest list) not supported by client\b/i;

/**
 * What a registry says of a manifest where a request for all types reached it as one for others: it is there, and
 * nobody can get it, since something on the way replaces what a client accepts. Null for every other answer.
 */
export function withoutAccept(response: HttpResponse): Absent | null {
  const { status } = response;
  if (response.redirected || status < 400 || status >= 500) return null;
  if (!NOT_NAMED.test(apiError(response)?.message ?? '')) return null;
  return { kind: 'absent', fault: 'unresolvable', obstacle: 'accept', observed: observe('GET', response) };
}
