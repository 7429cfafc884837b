import type { HttpOutcome, HttpResponse, Transport } from '../../http/exchange.ts';
import type { Clock } from '../../util/clock.ts';
import type { Log } from '../../util/log.ts';
import type { Unknown } from '../../walk/lookup.ts';
import { repositoryOfScope } from '../paths.ts';
import type { Credentials, CredentialsOf } from './credentials.ts';
import { realmName, type RealmRules } from './realm.ts';
import { chooseScheme, type Scheme } from './scheme.ts';
import { createSchemes } from './schemes.ts';
import type { Token } from './token-answer.ts';
import { createTokenStore } from './token-store.ts';
import { basicAuthorization, fetchToken } from './token.ts';

/** The headers that a request to the registry goes out with. */
export type AuthHeaders = Readonly<Record<string, string>>;

/** Sends one request with these headers. It is called once or twice: whatever a try collects must start anew in it. */
export type Attempt = (headers: AuthHeaders) => Promise<HttpOutcome>;

/** Proves to one registry who asks. */
export interface Authorizer {
  /**
   * Sends a request to the registry, and once more with new headers when the first answer is a 401 that can be met.
   * Whatever comes then is the answer, be it another 401. `unknown`: no headers were to be had, and the detail says why.
   * A null scope takes the one that the registry's challenge names.
   */
  send(scope: string | null, signal: AbortSignal, attempt: Attempt): Promise<HttpOutcome | Unknown>;
}

/** Credentials are for the registry's origin, and for the token service that it names. */
export interface AuthorizerDeps extends RealmRules {
  readonly transport: Transport;
  readonly credentials: CredentialsOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a request goes out with, and where it came from. */
interface Grant {
  readonly kind: 'grant';
  readonly scheme: Scheme['kind'] | 'none';
  readonly headers: AuthHeaders;
  readonly token: Token | null;
  /** The token was fetched for this request. */
  readonly fresh: boolean;
}

const NOTHING: Grant = { kind: 'grant', scheme: 'none', headers: {}, token: null, fresh: false };

/**
 * Creates the authorizer of one registry.
 * Nothing is sent before the registry asked for it; what it asked for once is sent at once from then on, to the same
 * kind of thing.
 */
export function createAuthorizer(deps: AuthorizerDeps): Authorizer {
  const { registry, clock, log } = deps;
  const tokens = createTokenStore(clock);
  const schemes = createSchemes();

  async function grant(
    scheme: Scheme,
    scope: string | null,
    signal: AbortSignal,
    turnedDown: Token | null,
  ): Promise<Grant | Unknown | null> {
    const credentials = credentialsOf(scope);
    if (scheme.kind === 'basic') return plainGrant('basic', basicAuthorization(credentials));
    if (credentials.kind === 'registry-token') return plainGrant('registry-token', `Bearer ${credentials.token}`);
    // Learned of a repository that is asked as somebody else.
    if (scheme.kind === 'registry-token') return null;

    const fetch = (): Promise<Token | Unknown> => fetchFor(scheme, scope, signal);
    const answer = await (turnedDown === null
      ? tokens.get(scope, signal, fetch)
      : tokens.replace(scope, turnedDown, signal, fetch));
    if (answer === null || answer.kind === 'unknown') return answer;
    const { token, fresh } = answer;
    return { kind: 'grant', scheme: 'bearer', headers: { authorization: `Bearer ${token.value}` }, token, fresh };
  }

  async function fetchFor(
    { realm, service, scopes }: Scheme & { readonly kind: 'bearer' },
    scope: string | null,
    signal: AbortSignal,
  ): Promise<Token | Unknown> {
    const asked = scope === null ? scopes : [scope];
    const request = { realm, service, scopes: asked, credentials: credentialsOf(scope), signal };
    const answer = await fetchToken(request, deps);
    const fields = { registry: registry.host, realm: realmName(realm), scopes: asked };
    if (answer.kind === 'token') log.debug({ ...fields, refreshAt: answer.refreshAt }, 'token received');
    else log.debug({ ...fields, reason: answer.reason, detail: answer.detail }, 'no token received');
    return answer;
  }

  /** What to send after a 401; null when that 401 is the answer. */
  async function regrant(
    used: Grant,
    response: HttpResponse,
    scope: string | null,
    signal: AbortSignal,
  ): Promise<Grant | Unknown | null> {
    if (used.scheme === 'registry-token') return null;
    const scheme = chooseScheme(response.headers['www-authenticate'] ?? '', credentialsOf(scope), deps);
    // A token of this very moment was turned down; another one would be, too.
    if (used.fresh && scheme.kind !== 'basic') return null;
    if (scheme.kind === 'unknown') return scheme;
    if (scheme.kind === 'basic' && used.scheme === 'basic') return null;
    if (schemes.of(scope)?.kind !== scheme.kind) {
      const realm = scheme.kind === 'bearer' ? realmName(scheme.realm) : null;
      log.debug({ registry: registry.host, scope, scheme: scheme.kind, realm }, 'registry asks for authentication');
    }
    schemes.learn(scope, scheme);
    return grant(scheme, scope, signal, used.token);
  }

  function credentialsOf(scope: string | null): Credentials {
    return deps.credentials(repositoryOfScope(scope));
  }

  function settle({ token, fresh }: Grant, outcome: HttpOutcome, scope: string | null): void {
    if (token === null || outcome.kind === 'failure') return;
    if (!asksToAuthenticate(outcome)) tokens.accepted(scope, token);
    else if (fresh) tokens.useless(scope, token);
  }

  /** A 401 from elsewhere, such as a redirect's target, is no demand of the registry: credentials do not go there. */
  function asksToAuthenticate(outcome: HttpOutcome): outcome is HttpResponse {
    return outcome.kind === 'response' && outcome.status === 401 && outcome.url.origin === registry.origin;
  }

  return {
    async send(scope, signal, attempt) {
      const learned = schemes.of(scope);
      const first = (learned === null ? null : await grant(learned, scope, signal, null)) ?? NOTHING;
      if (first.kind === 'unknown') return first;
      const outcome = await attempt(first.headers);
      settle(first, outcome, scope);
      if (!asksToAuthenticate(outcome)) return outcome;

      const second = await regrant(first, outcome, scope, signal);
      if (second === null) return outcome;
      if (second.kind === 'unknown') return second;
      const answer = await attempt(second.headers);
      settle(second, answer, scope);
      return answer;
    },
  };
}

/** What goes along without a token service; null where there is nothing to send. */
function plainGrant(scheme: 'basic' | 'registry-token', authorization: string | null): Grant | null {
  return authorization === null
    ? null
    : { kind: 'grant', scheme, headers: { authorization }, token: null, fresh: false };
}
