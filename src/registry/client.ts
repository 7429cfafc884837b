import type { BodyRead, HttpOutcome, Transport, Trust } from '../http/exchange.ts';
import type { Ask } from '../walk/source.ts';
import type { Unknown } from '../walk/lookup.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { createNonceMemory } from './nonces.ts';
import { repositoryOfScope } from './paths.ts';

/** A request to the registry's API. */
export interface ApiRequest {
  readonly method: 'GET' | 'HEAD';
  /** Below the registry's URL, such as `/v2/_catalog`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a token has to allow: `repository:team/app:pull`, `registry:catalog:*`, or nothing. */
  readonly scope: string | null;
  readonly read: BodyRead;
  /** Whatever comes is the answer: nothing is tried again. */
  readonly once?: boolean;
}

/** Asks a registry; what comes back is an answer, or why none could be had. */
export interface ApiClient {
  send(request: ApiRequest, ask: Ask): Promise<HttpOutcome | Unknown>;
  /** Lets others have their turn, in the middle of something long. */
  readonly pause: () => Promise<void>;
  /** The URL of a path, without the nonce. */
  url(path: string, query?: Readonly<Record<string, string>>): URL;
}

export interface ApiClientDeps {
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  /** A name that was never asked for before: it makes a URL that no cache has an answer for. */
  readonly nonce: () => string;
  /** Left out, nobody waits for a turn. */
  readonly pause?: () => Promise<void>;
}

/** Creates a client for the registry at a URL. With `pastCaches` every request carries a nonce, not confirmations alone. */
export function createApiClient(base: URL, pastCaches: boolean, deps: ApiClientDeps): ApiClient {
  const nonces = createNonceMemory();

  const prefix = base.origin + base.pathname.replace(/\/$/, '');
  /** A registry may lead to its store, wherever that is, but not to what only this machine may ask. */
  const trust = ({ hostname }: URL): Trust => ({
    insecure: true,
    namedBy: hostname === base.hostname ? null : base.hostname,
  });

  function url(path: string, query: Readonly<Record<string, string>> = {}): URL {
    const target = new URL(prefix + path);
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    return target;
  }

  function sendOnce(
    request: ApiRequest & { readonly nonce: boolean },
    ask: Ask,
    auth: Readonly<Record<string, string>>,
  ): Promise<HttpOutcome> {
    const { method, read, nonce, once = false } = request;
    const target = url(request.path, request.query);
    if (nonce) target.searchParams.set('probe', deps.nonce());
    const headers = {
      'accept-encoding': 'identity',
      ...(ask.again || pastCaches ? { 'cache-control': 'no-cache' } : {}),
      ...request.headers,
      ...auth,
    };
    const { signal, again, pooled = false, round } = ask;
    const newConnection = again && !pooled;
    const shared = round === undefined ? {} : { sharedUntil: round.ended };
    const party = repositoryOfScope(request.scope) ?? '';
    const how = { read, signal, once, party, newConnection, trust, ...shared };
    return deps.transport.send({ method, url: target, headers, ...how });
  }

  function authorized(request: ApiRequest, ask: Ask, nonce: boolean): Promise<HttpOutcome | Unknown> {
    return deps.authorizer.send(request.scope, ask.signal, (auth) => sendOnce({ ...request, nonce }, ask, auth));
  }

  async function send(request: ApiRequest, ask: Ask): Promise<HttpOutcome | Unknown> {
    const { path } = request;
    // Neither a proxy nor the registry's own cache has to heed `no-cache`; a URL of its own gets past the proxy.
    const carries = (ask.again || pastCaches) && nonces.mayCarry(path);
    const answer = await authorized(request, ask, carries);
    if (!carries) return answer;
    nonces.note(path, true, answer);
    if (!nonces.isInDoubt(path, answer)) return answer;
    // Some registries refuse every query that they do not know, and then could never be asked again.
    const plain = await authorized({ ...request, once: true }, ask, false);
    nonces.note(path, false, plain);
    return nonces.mayCarry(path) ? answer : plain;
  }

  return { send, url, pause: deps.pause ?? (() => Promise.resolve()) };
}
