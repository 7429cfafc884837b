import type { HttpRequest, HttpResponse, Transport } from '../http/exchange.ts';
import { ProbeError } from '../util/errors.ts';

/** Where a Pushgateway is, and as whom it is asked. */
export interface GatewayAddress {
  /** The base URL; it may have a path prefix. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
}

/** A Pushgateway that cannot be used as it is configured. */
export class PushgatewayError extends ProbeError<'pushgateway'> {
  override readonly name = 'PushgatewayError';
}

/** What a Pushgateway answered, or in one line why that is no success. */
export type GatewayAnswer =
  { readonly kind: 'done'; readonly body: Uint8Array } | { readonly kind: 'failed'; readonly detail: string };

/** Asks one Pushgateway. */
export interface GatewayClient {
  readonly base: URL;
  /** Sends a request with the credentials. It never throws for what a network or a server may do. */
  send(request: Omit<HttpRequest, 'redirects'>): Promise<GatewayAnswer>;
}

/** Builds the client. It throws for a URL or credentials that cannot work; nothing is sent. */
export function createGatewayClient(address: GatewayAddress, transport: Transport): GatewayClient {
  const base = parseBase(address.url);
  const authorization = authorizationOf(address);
  return {
    base,
    async send(request) {
      const headers = { ...request.headers, ...authorization };
      const outcome = await transport.send({ ...request, headers, redirects: 'none' });
      const detail =
        outcome.kind === 'failure' ? outcome.detail : (refusalOf(outcome) ?? truncationOf(request, outcome));
      if (detail !== null) return { kind: 'failed', detail };
      return { kind: 'done', body: outcome.kind === 'response' ? outcome.body : new Uint8Array() };
    },
  };
}

/** Why an answer is no success, or null. Only 200 and 202 say that something was done; a redirect does not. */
function refusalOf(response: HttpResponse): string | null {
  const { status, headers } = response;
  if (status === 200 || status === 202) return null;
  if (status >= 300 && status < 400) {
    const target = headers['location']?.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//') ?? 'nowhere';
    return `HTTP ${status}, a redirect to ${target}, which is not followed; configure the address that it leads to`;
  }
  const said = textOf(response).replace(/\s+/g, ' ').trim().slice(0, MAX_SAID);
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

/** A Pushgateway says in one line what it does not like; a proxy in front of it may answer with a page. */
const MAX_SAID = 1024;

/** Half an answer is none, where the whole was wanted. */
function truncationOf({ read }: Pick<HttpRequest, 'read'>, { end }: HttpResponse): string | null {
  if (read.kind !== 'all' || end === 'complete') return null;
  return end === 'limit' ? `the answer is larger than ${read.limit} bytes` : `the answer did not come whole: ${end}`;
}

function textOf({ body }: HttpResponse): string {
  return new TextDecoder().decode(body);
}

function parseBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new PushgatewayError(
      'pushgateway',
      'the Pushgateway needs a URL, such as http://pushgateway.example.com:9091',
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new PushgatewayError(
      'pushgateway',
      `the URL of the Pushgateway at ${url.host} must have no credentials, query or fragment; give credentials apart`,
    );
  }
  return url;
}

function authorizationOf({ username, password, bearerToken }: GatewayAddress): Readonly<Record<string, string>> {
  const basic = username !== undefined || password !== undefined;
  if (basic && bearerToken !== undefined) {
    throw new PushgatewayError('pushgateway', 'the Pushgateway takes a user with a password or a token, not both');
  }
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` };
  if (!basic) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`, 'utf8').toString('base64')}` };
}
