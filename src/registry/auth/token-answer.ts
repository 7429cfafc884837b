import * as z from 'zod';

import type { HttpOutcome, HttpResponse } from '../../http/exchange.ts';
import type { Clock } from '../../util/clock.ts';
import { unknown, type Unknown } from '../../walk/lookup.ts';
import { encodingOf } from '../lengths.ts';
import { realmName } from './realm.ts';

/** A token for one scope. */
export interface Token {
  readonly kind: 'token';
  /** A secret: goes into one header, and into no log, detail or error. */
  readonly value: string;
  /** From then on, a new one is fetched before the next request; in milliseconds that have passed on the clock. */
  readonly refreshAt: number;
}

/** What was asked, for the detail of an answer that is no token. */
export interface TokenQuestion {
  readonly realm: URL;
  readonly scopes: readonly string[];
  /** No credentials went along. */
  readonly anonymous: boolean;
  /** Said of a URL that was asked with less trust than the registry has, and failed; null for others. Absent, of none. */
  readonly limitOf?: (url: URL) => string | null;
}

/** Tokens take a few KiB; this is far more than one, and little enough to hold. */
export const TOKEN_BODY_LIMIT = 1024 * 1024;
/** No server takes a header that is longer. */
const LONGEST_TOKEN = 64 * 1024;
/** What a token that says nothing of its end is good for. */
const DEFAULT_LIFETIME_MS = 60_000;
/** The longest margin before the end: a request that waits for a free connection must still arrive in time. */
const LONGEST_MARGIN_MS = 10_000;
/** A token is used this long whatever it says of itself: with clocks apart, every request would fetch one. */
const SHORTEST_USE_MS = 1_000;
/** A scope may come from a challenge, which may be of any length: a detail is one line. */
const SHOWN_CHARACTERS = 300;

/** https://distribution.github.io/distribution/spec/auth/token/#token-response-fields */
const TokenAnswer = z.object({
  token: z.string().optional().catch(undefined),
  access_token: z.string().optional().catch(undefined),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
  issued_at: z.string().optional().catch(undefined),
});

/** What may stand in a header as a token; anything else would end or forge one. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Reads what a token service has just answered. */
export function readTokenAnswer(
  outcome: HttpOutcome,
  question: TokenQuestion,
  clock: Pick<Clock, 'now' | 'elapsed'>,
): Token | Unknown {
  const realm = realmName(question.realm);
  if (outcome.kind === 'failure') {
    if (outcome.failure === 'paused') return unknown('rate_limited', `the token service ${realm}: ${outcome.detail}`);
    if (outcome.failure === 'aborted') return unknown('deadline', `no time left to ask the token service ${realm}`);
    if (outcome.failure === 'link_local') return unknown('auth', `realm_refused: ${realm}: ${outcome.detail}`);
    const limit =
      outcome.failure === 'tls' || outcome.failure === 'redirect'
        ? question.limitOf?.(outcome.distrusted ?? outcome.url)
        : null;
    return unknown(
      'auth',
      `realm_unreachable: ${realm}: ${outcome.detail}${typeof limit === 'string' ? `; ${limit}` : ''}`,
    );
  }
  const problem = problemOf(outcome, question, realm);
  if (problem !== null) return problem;

  const answer = parseAnswer(outcome.body);
  const value = [answer?.token, answer?.access_token].find((text) => text !== undefined && text !== '');
  if (value === undefined) return unknown('protocol', `the token service ${realm} answered 200 without a token`);
  if (!HEADER_SAFE.test(value)) {
    return unknown('protocol', `the token service ${realm} gave a token that no header can carry`);
  }
  if (value.length > LONGEST_TOKEN) {
    return unknown('protocol', `the token service ${realm} gave a token of more than ${LONGEST_TOKEN} characters`);
  }
  return {
    kind: 'token',
    value,
    refreshAt: clock.elapsed() + useOf(answer?.expires_in, answer?.issued_at, clock.now()),
  };
}

function problemOf(response: HttpResponse, { scopes, anonymous }: TokenQuestion, realm: string): Unknown | null {
  const { status, end } = response;
  const service = `the token service ${realm} answered ${status}`;
  if (end === 'aborted') return unknown('deadline', `no time left to hear the token service ${realm}`);
  if (status === 401 || status === 403) {
    const identity = anonymous ? 'without credentials' : 'to these credentials';
    const scope = scopes.length === 0 ? 'without a scope' : `for ${scopes.join(' ').slice(0, SHOWN_CHARACTERS)}`;
    return unknown('auth', `${service} ${identity} ${scope}`);
  }
  if (status === 429) return unknown('rate_limited', service);
  if (status >= 500) return unknown('server_error', service);
  if (status !== 200) return unknown('protocol', service);
  if (end === 'limit') {
    return unknown('protocol', `body_too_large: ${service} with more than ${TOKEN_BODY_LIMIT} bytes`);
  }
  if (end !== 'complete') {
    return unknown('auth', `realm_unreachable: ${realm}: its answer did not come to an end (${end})`);
  }
  if (response.coding?.decoded === null) {
    return unknown('protocol', `${service} encoded as ${encodingOf(response)}, which nobody asked for`);
  }
  return null;
}

function parseAnswer(body: Uint8Array): z.infer<typeof TokenAnswer> | null {
  try {
    return TokenAnswer.safeParse(JSON.parse(new TextDecoder().decode(body))).data ?? null;
  } catch {
    return null;
  }
}

/** How long it is used: until ten seconds or a tenth of its life before it ends, whichever is later. */
function useOf(expiresIn: number | undefined, issuedAt: string | undefined, now: number): number {
  const lifetime = expiresIn === undefined ? DEFAULT_LIFETIME_MS : expiresIn * 1000;
  const age = issuedAt === undefined ? 0 : now - Date.parse(issuedAt);
  // A service may hand out a token that it issued a while ago. An age that cannot be is a clock that differs from ours.
  const left = age > 0 && age < lifetime ? lifetime - age : lifetime;
  return Math.max(left - Math.min(LONGEST_MARGIN_MS, lifetime / 10), SHORTEST_USE_MS);
}
