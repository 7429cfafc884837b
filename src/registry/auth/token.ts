import type { HttpRequest, Transport } from '../../http/exchange.ts';
import type { Clock } from '../../util/clock.ts';
import type { Unknown } from '../../walk/lookup.ts';
import type { Credentials } from './credentials.ts';
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

/**
 * Asks a token service for a token. An identity token is exchanged by POST, and by GET where the service knows no
 * POST; everything else is a GET, with the user name and the password if there are any.
 */
export async function fetchToken(
  request: TokenRequest,
  { transport, clock }: { readonly transport: Transport; readonly clock: Clock },
): Promise<Token | Unknown> {
  const { realm, scopes, credentials } = request;
  const question = { realm, scopes, anonymous: credentials.kind === 'none' };
  if (credentials.kind === 'identity-token') {
    const posted = await transport.send(refreshRequest(request, credentials.token));
    const knowsNoPost = posted.kind === 'response' && (posted.status === 404 || posted.status === 405);
    if (!knowsNoPost) return readTokenAnswer(posted, question, clock.now());
  }
  return readTokenAnswer(await transport.send(plainRequest(request)), question, clock.now());
}

/** https://distribution.github.io/distribution/spec/auth/token/ */
function plainRequest({ realm, service, scopes, credentials, signal }: TokenRequest): HttpRequest {
  const url = new URL(realm);
  if (service !== null) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  const authorization = basicAuthorization(credentials);
  const headers = { accept: 'application/json', ...(authorization === null ? {} : { authorization }) };
  return { method: 'GET', url, headers, signal, read: { kind: 'all', limit: TOKEN_BODY_LIMIT } };
}

/** https://distribution.github.io/distribution/spec/auth/oauth/ */
function refreshRequest({ realm, service, scopes, signal }: TokenRequest, refreshToken: string): HttpRequest {
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
    // The body holds the identity token, which is for the realm that the registry named and for nobody else.
    redirects: 'none',
  };
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
