import * as z from 'zod';

import type { BadHandshake, FailureClass, HttpFailure, HttpOutcome, HttpResponse } from '../http/exchange.ts';
import { baseMediaType } from '../oci/media-types.ts';
import { unknown, type Observed, type Unknown, type UnknownReason } from '../walk/lookup.ts';
import { policyIn } from './policy.ts';
import { isFromStorage, isRefusedByStorage, isThrottledByStorage } from './storage-answers.ts';
import { beginningOf, MOST_OF_ERROR } from './words.ts';

const Words = z.string().transform(beginningOf);

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes */
const ErrorBody = z.object({
  errors: z.tuple([z.object({ code: Words, message: Words.catch(''), detail: z.unknown().optional() })], z.unknown()),
});

/** The first error that a registry's answer names. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  /** The specification leaves it to the registry whether there is one. */
  readonly detail?: unknown;
}

/** In bytes: so much white space may be before JSON. */
const JSON_BEGINS_WITHIN = 256;

const REASON_OF_FAILURE: Readonly<Record<FailureClass, UnknownReason>> = {
  refused: 'connection',
  reset: 'connection',
  closed: 'connection',
  proxy: 'connection',
  dns: 'dns',
  tls: 'tls',
  timeout: 'timeout',
  aborted: 'deadline',
  redirect: 'protocol',
  garbled: 'protocol',
  paused: 'rate_limited',
  link_local: 'protocol',
  other: 'connection',
};

/** The error in an answer's body; undefined for a HEAD, which has none, and for anything that is not the API's JSON. */
export function apiError(response: HttpResponse): ApiError | undefined {
  if (!mayNameErrors(response.body)) return undefined;
  try {
    return ErrorBody.safeParse(JSON.parse(new TextDecoder().decode(response.body))).data?.errors[0];
  } catch {
    return undefined;
  }
}

/** Most bodies are content, and are not parsed for this; letters may be written as escapes. */
function mayNameErrors({ buffer, byteOffset, length }: Uint8Array): boolean {
  if (length > MOST_OF_ERROR) return false;
  const bytes = Buffer.from(buffer, byteOffset, length);
  return bytes.includes('errors') || bytes.includes('\\u');
}

/**
 * What was seen, for the report. A server that fails has not spoken of what it was asked for, and neither has a store
 * that refuses it, or has a page in its place.
 */
export function observe(method: string, response: HttpResponse, detail = describe(method, response)): Observed {
  const seen = { method, status: response.status, bytes: method === 'HEAD' ? null : response.received, detail };
  const failed = hasFailed(response);
  return { ...seen, ...(failed ? { failed } : {}), ...(isHearsay(method, response) ? { hearsay: true } : {}) };
}

function hasFailed(response: HttpResponse): boolean {
  const reason = reasonOfStatus(response);
  if (reason === 'server_error') return true;
  if (reason === 'rate_limited' || response.status === 404 || apiError(response) !== undefined) return false;
  return isRefusedByStorage(response) || (response.redirected && isWebPage(response));
}

/** A denial is the registry's own word in the form of its API alone; a HEAD has nothing of it but the type. */
function isHearsay(method: string, response: HttpResponse): boolean {
  if (apiError(response) !== undefined) return false;
  if (isFromStorage(response)) return true;
  const isJson = baseMediaType(response.headers['content-type'] ?? '') === 'application/json';
  return response.status === 404 && !(method === 'HEAD' && isJson);
}

/** An answer that is neither "here it is" nor "I do not have it", or no answer at all. */
export function undecided(method: string, outcome: HttpOutcome | Unknown): Unknown {
  if (outcome.kind === 'unknown') return outcome;
  if (outcome.kind === 'failure') return unknown(REASON_OF_FAILURE[outcome.failure], failureDetail(outcome));
  const policy = policyIn(outcome);
  if (policy !== null) {
    const detail = `${method} answered ${outcome.status} by a policy (${policy.product}): ${policy.words}`;
    return { ...unknown('forbidden', detail, observe(method, outcome, detail)), policy: policy.words };
  }
  const observed = observe(method, outcome);
  return unknown(reasonOfStatus(outcome), observed.detail, observed);
}

/**
 * True when a 404 is the registry's own word. A page for people is some proxy's answer, and a refusal dressed up as
 * 404 says nothing about the content. A redirect target, such as object storage, speaks for itself.
 */
export function deniesHaving(response: HttpResponse): boolean {
  if (response.status !== 404) return false;
  if (response.redirected) return true;
  if (isWebPage(response)) return false;
  const code = apiError(response)?.code;
  return code !== 'UNAUTHORIZED' && code !== 'DENIED';
}

/**
 * True for an answer that is a page for people: a login, an error page, another service. A body that begins as JSON is
 * none, whatever it is called: some frameworks call everything a page.
 */
export function isWebPage(response: HttpResponse): boolean {
  if (baseMediaType(response.headers['content-type'] ?? '') !== 'text/html') return false;
  return !/^\s*[{[]/.test(new TextDecoder().decode(response.body.subarray(0, JSON_BEGINS_WITHIN)));
}

function reasonOfStatus(response: HttpResponse): UnknownReason {
  const code = apiError(response)?.code;
  if (response.status === 401 || code === 'UNAUTHORIZED') return 'auth';
  if (response.status === 403 || code === 'DENIED') return 'forbidden';
  if (response.status === 429 || code === 'TOOMANYREQUESTS' || isThrottledByStorage(response)) return 'rate_limited';
  return response.status >= 500 ? 'server_error' : 'protocol';
}

function describe(method: string, response: HttpResponse): string {
  const error = method === 'HEAD' ? undefined : apiError(response);
  const said = error === undefined ? '' : ` ${error.code}${error.message === '' ? '' : `: ${error.message}`}`;
  const hop = response.redirected ? ` from the redirect target ${response.url.host}` : '';
  const page = isWebPage(response) ? ' (wrong_backend: a web page, not a registry)' : '';
  return `${method} answered ${response.status}${said}${hop}${page}`;
}

/** What a server did that took the connection, with the word that the hints know it by. */
const HANDSHAKES: Readonly<Record<BadHandshake, string>> = {
  silent: 'silent_tls: it took the connection and said nothing to TLS',
  closed: 'closed_tls: it took the connection and closed it when TLS was spoken',
  no_tls: 'no_tls: it answered TLS with something else, such as plain HTTP',
};

function failureDetail({ failure, handshake, detail }: HttpFailure): string {
  return `${failure}: ${detail}${handshake === undefined ? '' : `; ${HANDSHAKES[handshake]}`}`;
}
