import type { BodyRead, HttpOutcome, Transport } from '../http/exchange.ts';
import type { Ask } from '../walk/source.ts';
import type { Unknown } from '../walk/lookup.ts';
import type { Authorizer } from './auth/authorizer.ts';

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
}

/** Asks a registry; what comes back is an answer, or why none could be had. */
export interface ApiClient {
  send(request: ApiRequest, ask: Ask): Promise<HttpOutcome | Unknown>;
  /** The URL of a path, without the nonce. */
  url(path: string, query?: Readonly<Record<string, string>>): URL;
}

export interface ApiClientDeps {
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  /** A name that was never asked for before: it makes a URL that no cache has an answer for. */
  readonly nonce: () => string;
}

/** Creates a client for the registry at a URL. With `pastCaches` every request carries a nonce, not confirmations alone. */
export function createApiClient(base: URL, pastCaches: boolean, deps: ApiClientDeps): ApiClient {
  function url(path: string, query: Readonly<Record<string, string>> = {}): URL {
    const target = new URL(base);
    target.pathname = base.pathname.replace(/\/$/, '') + path;
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    return target;
  }

  async function sendOnce(request: ApiRequest, ask: Ask, auth: Readonly<Record<string, string>>): Promise<HttpOutcome> {
    const target = url(request.path, request.query);
    const past = ask.again || pastCaches;
    // Neither a proxy nor the registry's own cache has to heed `no-cache`; a URL of its own gets past the proxy.
    if (past) target.searchParams.set('probe', deps.nonce());
    const headers = {
      'accept-encoding': 'identity',
      ...(past ? { 'cache-control': 'no-cache' } : {}),
      ...request.headers,
      ...auth,
    };
    const { method, read } = request;
    return deps.transport.send({ method, url: target, headers, read, signal: ask.signal, newConnection: ask.again });
  }

  function send(request: ApiRequest, ask: Ask): Promise<HttpOutcome | Unknown> {
    return deps.authorizer.send(request.scope, ask.signal, (auth) => sendOnce(request, ask, auth));
  }

  return { send, url };
}
