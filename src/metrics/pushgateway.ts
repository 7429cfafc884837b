import type { HttpResponse, Transport } from '../http/exchange.ts';
import { ProbeError } from '../util/errors.ts';
import type { Log } from '../util/log.ts';
import { checkGrouping, groupLabels } from './grouping.ts';

/** Where to push, as whom, and under which labels. */
export interface PushgatewayOptions {
  /** The base URL; it may have a path prefix. */
  readonly url: string;
  readonly job: string;
  readonly groupingLabels: Readonly<Record<string, string>>;
  readonly username?: string;
  readonly password?: string;
  readonly bearerToken?: string;
}

export interface PushgatewayDeps {
  readonly transport: Transport;
  readonly log: Log;
}

/** `replace` drops every other series of the group, `add` replaces whole families and leaves the others. */
export type PushMode = 'replace' | 'add';

/** Whether the numbers arrived; `detail` is one line. */
export type Delivery = { readonly kind: 'delivered' } | { readonly kind: 'failed'; readonly detail: string };

/** A Prometheus Pushgateway: https://github.com/prometheus/pushgateway/blob/v1.5.1/README.md#api */
export interface Pushgateway {
  /** Pushes the text of one registry's group. It never throws for what a network or a server may do. */
  push(registry: string, shard: number | null, text: string, mode: PushMode, signal: AbortSignal): Promise<Delivery>;
}

/** A Pushgateway that cannot be used as it is configured. */
export class PushgatewayError extends ProbeError<'pushgateway'> {
  override readonly name = 'PushgatewayError';
}

/** A Pushgateway says in one line what it does not like; a proxy in front of it may answer with a page. */
const MAX_ANSWER_BYTES = 1024;

/** What a path segment can be written as without being changed on the way. */
const PLAIN_VALUE = /^[A-Za-z0-9_.-]+$/;

/** Builds the client. It throws for a URL or grouping labels that cannot work; nothing is sent until `push`. */
export function createPushgateway(options: PushgatewayOptions, { transport, log }: PushgatewayDeps): Pushgateway {
  const base = parseBase(options.url);
  const authorization = authorizationOf(options);
  checkGrouping(options.job, options.groupingLabels);

  return {
    async push(registry, shard, text, mode, signal) {
      const url = groupUrl(base, groupLabels({ ...options, registry, shard }));
      const outcome = await transport.send({
        method: mode === 'replace' ? 'PUT' : 'POST',
        url,
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...authorization },
        body: text,
        signal,
        read: { kind: 'first', bytes: MAX_ANSWER_BYTES },
        redirects: 'none',
      });
      const detail = outcome.kind === 'failure' ? outcome.detail : refusalOf(outcome);
      if (detail === null) {
        log.debug({ registry, mode, pushgateway: base.origin }, 'metrics pushed');
        return { kind: 'delivered' };
      }
      return { kind: 'failed', detail: `the Pushgateway at ${base.host} did not take the metrics: ${detail}` };
    },
  };
}

/**
 * The URL of a group: `<base>/metrics/job/<job>/registry/<registry>…`.
 * A value that a path does not carry unchanged goes as base64url, an empty one as a lone `=`; so do `.` and `..`,
 * which a URL parser takes for directories.
 */
export function groupUrl(base: URL, labels: Readonly<Record<string, string>>): URL {
  const segments = Object.entries(labels).flatMap(([name, value]) => {
    if (PLAIN_VALUE.test(value) && value !== '.' && value !== '..') return [name, value];
    return [`${name}@base64`, value === '' ? '=' : Buffer.from(value, 'utf8').toString('base64url')];
  });
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}/metrics/${segments.join('/')}`);
}

/** Why an answer is no success, or null. Only 200 and 202 say that the numbers were taken; a redirect does not. */
function refusalOf({ status, headers, body }: HttpResponse): string | null {
  if (status === 200 || status === 202) return null;
  if (status >= 300 && status < 400) {
    const target = headers['location']?.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//') ?? 'nowhere';
    return `HTTP ${status}, a redirect to ${target}, which is not followed; configure the address that it leads to`;
  }
  const said = new TextDecoder().decode(body).replace(/\s+/g, ' ').trim();
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
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

function authorizationOf({ username, password, bearerToken }: PushgatewayOptions): Readonly<Record<string, string>> {
  const basic = username !== undefined || password !== undefined;
  if (basic && bearerToken !== undefined) {
    throw new PushgatewayError('pushgateway', 'the Pushgateway takes a user with a password or a token, not both');
  }
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}` };
  if (!basic) return {};
  return { authorization: `Basic ${Buffer.from(`${username ?? ''}:${password ?? ''}`, 'utf8').toString('base64')}` };
}
