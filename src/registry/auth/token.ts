import type { HttpOutcome, HttpRequest, Transport } from '../../http/exchange.ts';
import type { Clock } from '../../util/clock.ts';
import type { Unknown } from '../../walk/lookup.ts';
import type { Credentials } from './credentials.ts';
import { limitOfTrust, mayMoveTo, trustInRealm, type RealmRules } from './realm.ts';
import { readTokenAnswer, TOKEN_BODY_LIMIT, type Token } from './token-answer.ts';

/** What a token is asked with. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | null;
  readonly scopes: readonly string[];
  readonly credentials: Credentials;
  readonly signal: AbortSignal;
}

/** The OAuth 2.0 token endpoint wants to know what asks. */
const CLIENT_ID = 'registry-integrity-probe';

export interface TokenDeps extends RealmRules {
  readonly transport: Transport;
  readonly clock: Clock;
}

/** A proxy moves once, and a service may once more. */
const MAX_MOVES = 3;
/** Those after which the same request is to be sent again; 303 asks for a GET, which would have no token in it. */
const MOVED: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * Asks a token service for a token. An identity token is exchanged by POST, and by GET where the service knows no
 * POST; everything else is a GET, with the user name and the password if there are any.
 */
export async function fetchToken(request: TokenRequest, deps: TokenDeps): Promise<Token | Unknown> {
  const { transport, clock } = deps;
  const { realm, scopes, credentials } = request;
  const limitOf = (url: URL): string | null => limitOfTrust(url, deps);
  const question = { realm, scopes, anonymous: credentials.kind === 'none', limitOf };
  if (credentials.kind === 'identity-token') {
    const posted = await post(refreshRequest(request, credentials.token, deps), deps);
    const knowsNoPost = posted.kind === 'response' && (posted.status === 404 || posted.status === 405);
    if (!knowsNoPost) return readTokenAnswer(posted, question, clock);
  }
  return readTokenAnswer(await transport.send(plainRequest(request, deps)), question, clock);
}

/** Its body holds the identity token: it is sent again only to where that may go. */
async function post(request: HttpRequest, { transport, registry }: TokenDeps): Promise<HttpOutcome> {
  let outcome = await transport.send(request);
  for (let moves = 0; moves < MAX_MOVES; moves += 1) {
    if (outcome.kind === 'failure' || !MOVED.has(outcome.status)) break;
    const { location } = outcome.headers;
    const url = location === undefined ? null : URL.parse(location, outcome.url.href);
    if (url === null || !(url.origin === request.url.origin || mayMoveTo(url, request.url, registry))) break;
    outcome = await transport.send({ ...request, url: withoutUser(url) });
  }
  return outcome;
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
function plainRequest({ realm, service, scopes, credentials, signal }: TokenRequest, rules: RealmRules): HttpRequest {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = basicAuthorization(credentials);
  return {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...(authorization === null ? {} : { authorization }) },
    signal,
    read: { kind: 'all', limit: TOKEN_BODY_LIMIT },
    mayProve: (target) => mayMoveTo(target, realm, rules.registry),
    trust: (target) => trustInRealm(target, rules),
  };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function refreshRequest(
  { realm, service, scopes, signal }: TokenRequest,
  refreshToken: string,
  rules: RealmRules,
): HttpRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT_ID, refresh_token: refreshToken });
  if (service !== null) form.set('service', service);
  if (scopes.length > 0) form.set('scope', scopes.join(' '));
  return {
    method: 'POST',
    url: realm,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
    signal,
    read: { kind: 'all', limit: TOKEN_BODY_LIMIT },
    redirects: 'none',
    trust: (target) => trustInRealm(target, rules),
  };
}

function withoutUser(url: URL): URL {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain;
}

/** The value of an `Authorization: Basic` header, or null. An identity token goes as a password without a user. */
export function basicAuthorization(credentials: Credentials): string | null {
  switch (credentials.kind) {
    case 'basic':
      return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')}`;
    case 'identity-token':
      return `Basic ${Buffer.from(`:${credentials.token}`).toString('base64')}`;
    case 'none':
    case 'registry-token':
      return null;
  }
}
