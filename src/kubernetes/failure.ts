import { messageOf } from '../util/errors.ts';
import type { ApiFailure } from './api.ts';
import { TooLargeError } from './bounded-answer.ts';
import { plainText } from './plain-text.ts';

/** The beginning of what a server says is enough: some proxies answer with a page of HTML. */
const MAX_DETAIL = 300;

const REASONS: Readonly<Record<number, ApiFailure['reason']>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  410: 'expired',
  429: 'busy',
};

/** What the API says with a status that is no success. */
export function failureOfStatus(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiFailure {
  const { isStatus, message: said } = statusIn(body);
  const known = REASONS[status] ?? (status >= 500 ? 'busy' : 'other');
  // What stands before an API answers 404 too, and knows nothing of what is in the cluster.
  const reason = known === 'not_found' && !isStatus ? 'other' : known;
  const retryAfter = Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1];
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { kind: 'failed', reason, detail: `HTTP ${status}${said === '' ? '' : `: ${said}`}`, ...wait };
}

/** Why there was no answer. */
export function failureOfError(thrown: unknown, signal: AbortSignal): ApiFailure {
  if (thrown instanceof TooLargeError) return { kind: 'failed', reason: 'other', detail: thrown.message };
  if (signal.aborted) return { kind: 'failed', reason: 'unreachable', detail: messageOf(signal.reason) };
  // The parser's own words quote what came, which may be a Secret. An answer of another shape is a type error, too, but
  // a network that fails is one with a cause.
  if (thrown instanceof SyntaxError || (thrown instanceof TypeError && thrown.cause === undefined)) {
    return { kind: 'failed', reason: 'other', detail: 'the answer is not that of a Kubernetes API' };
  }
  return { kind: 'failed', reason: 'unreachable', detail: short(innermost(thrown)) };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
function statusIn(body: unknown): { readonly isStatus: boolean; readonly message: string } {
  if (typeof body === 'string') {
    try {
      return statusIn(JSON.parse(body));
    } catch {
      return { isStatus: false, message: '' };
    }
  }
  if (typeof body !== 'object' || body === null) return { isStatus: false, message: '' };
  const message = 'message' in body && typeof body.message === 'string' ? short(body.message) : '';
  return { isStatus: 'kind' in body && body.kind === 'Status', message };
}

/** `fetch failed` says nothing; its cause does. */
function innermost(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const inner: unknown = thrown instanceof AggregateError ? (thrown.errors[0] ?? thrown.cause) : thrown.cause;
  return inner === undefined ? thrown.message : innermost(inner);
}

function short(text: string): string {
  const plain = plainText(text);
  return plain.length > MAX_DETAIL ? `${plain.slice(0, MAX_DETAIL)}...` : plain;
}
