import { NOT_HTTP, type Classified } from './error-class.ts';
import type { FailureClass } from './exchange.ts';

const TRANSIENT_FAILURES: ReadonlySet<FailureClass> = new Set(['refused', 'reset', 'closed', 'timeout']);

/**
 * Name servers and routes come back; ENOTFOUND does not belong here, it is an answer.
 * What is not HTTP may be the rest of an earlier answer on a reused connection, and the next try takes another one.
 */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', NOT_HTTP]);

/** What a proxy says to CONNECT when the way behind it is the trouble; 403 and 407 will not change. */
const TRANSIENT_CONNECT_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/** Whether the same request may well succeed a moment later; a certificate, a redirect rule or a canceled run do not pass. */
export function isTransient({ failure, code, proxy }: Classified): boolean {
  if (proxy !== null && proxy.status !== null) return TRANSIENT_CONNECT_STATUSES.has(proxy.status);
  if (TRANSIENT_FAILURES.has(proxy?.cause ?? failure)) return true;
  return code !== null && TRANSIENT_CODES.has(code);
}
