import type { BodyRead, HopOutcome, HttpRequest, Trust } from './exchange.ts';
import { withoutCredentials } from './headers.ts';

/** What a followed redirect's own body may have, in bytes: a line of HTML; reading it to the end keeps the connection. */
const REDIRECT_BODY_BYTES = 4096;
/** An error document, in bytes: ten times what registries send. */
const ERROR_BODY_BYTES = 65_536;

/** One hop as it is to be asked. */
export interface Hop {
  readonly url: URL;
  readonly who: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly readFor: (status: number) => BodyRead;
}

export interface FollowDeps {
  readonly insecure: boolean;
  readonly ask: (hop: Hop) => Promise<HopOutcome>;
}

/**
 * Asks, and follows redirects hop by hop. Credentials stay behind once a hop has left the first origin, even when a later
 * hop comes back: whoever sent us there chose the path and the query. A request may know of places that are as good.
 */
export async function follow(
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  { insecure, ask }: FollowDeps,
): Promise<HopOutcome> {
  const trail = [request.url];
  let url = request.url;
  for (;;) {
    const hop = await ask({
      url,
      who: nameHop(trail),
      headers: isAtHome(trail, request) ? headers : withoutCredentials(headers),
      readFor: (status) => readFor(request, status),
    });
    const { outcome } = hop;
    if (outcome.kind === 'failure') return hop;
    if (!isFollowed(request, outcome.status))
      return withOrigin(hop, trail.length > 1 && url.origin !== request.url.origin);
    const next = nextHop(outcome.headers['location'], trail, (to) => insecure && trustIn(to, request).insecure);
    if (next.kind === 'refused') {
      const to = URL.parse(outcome.headers['location'] ?? '', url.href);
      return refused(url, `${nameHop(trail)} ${next.reason}`, isDowngrade(url, to) ? to : null);
    }
    url = next.url;
    trail.push(url);
  }
}

/**
 * Only a success is read as it was wanted: what `onChunk` hashes must not begin with an error document or a redirect's
 * HTML, and of an error its beginning tells as much as all of it.
 */
function readFor(request: HttpRequest, status: number): BodyRead {
  if (isFollowed(request, status)) return { kind: 'first', bytes: REDIRECT_BODY_BYTES };
  const success = status >= 200 && status < 300;
  return success ? request.read : { kind: 'first', bytes: Math.min(ERROR_BODY_BYTES, mostOf(request.read)) };
}

function mostOf(read: BodyRead): number {
  return read.kind === 'all' ? read.limit : read.kind === 'first' ? read.bytes : Infinity;
}

function withOrigin(hop: HopOutcome, redirected: boolean): HopOutcome {
  const { outcome, transient } = hop;
  return outcome.kind === 'response' && redirected ? { outcome: { ...outcome, redirected }, transient } : hop;
}

function isDowngrade(from: URL, to: URL | null): to is URL {
  return from.protocol === 'https:' && to?.protocol === 'http:';
}

function refused(url: URL, detail: string, distrusted: URL | null): HopOutcome {
  const why = distrusted === null ? {} : { distrusted };
  return { outcome: { kind: 'failure', failure: 'redirect', detail, url, ...why }, transient: false };
}

/** A registry redirects once, to its store, which may redirect once more; five leaves room for both and for a mistake. */
const MAX_REDIRECTS = 5;

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const FOLLOWED_METHODS: ReadonlySet<HttpRequest['method']> = new Set(['GET', 'HEAD']);

/** Where an answer leads: to another URL, or nowhere, and then the reason as the end of a sentence about who sent it. */
type NextHop = { readonly kind: 'follow'; readonly url: URL } | { readonly kind: 'refused'; readonly reason: string };

/** Whether an answer with this status is followed; pushes never are, since a redirect may turn one into a read. */
export function isFollowed(request: Pick<HttpRequest, 'method' | 'redirects'>, status: number): boolean {
  return request.redirects !== 'none' && FOLLOWED_METHODS.has(request.method) && REDIRECT_STATUSES.has(status);
}

/**
 * The hop after `trail`, the URLs asked so far, the last of which answered with this Location.
 * Private addresses are allowed, because registries and their stores live there. `mayBePlain` says where plain HTTP may
 * follow https.
 */
export function nextHop(
  location: string | undefined,
  trail: readonly URL[],
  mayBePlain: (url: URL) => boolean,
): NextHop {
  const from = trail.at(-1);
  if (location === undefined || location === '') return refuse('redirects without a Location');
  const url = URL.parse(location, from?.href);
  if (url === null) return refuse('redirects to something that is not a URL');
  url.hash = '';
  url.username = '';
  url.password = '';
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`redirects to ${url.protocol}, not to http or https`);
  if (url.protocol === 'http:' && from?.protocol === 'https:' && !mayBePlain(url)) {
    return refuse(`redirects from https to plain http at ${url.host}`);
  }
  if (trail.some((asked) => asked.href === url.href)) return refuse(`redirects in a circle, back to ${url.host}`);
  if (trail.length > MAX_REDIRECTS) return refuse(`redirects once more after ${MAX_REDIRECTS} redirects`);
  return { kind: 'follow', url };
}

/** How people are told who was asked at the end of this trail. */
export function nameHop(trail: readonly URL[]): string {
  const host = trail.at(-1)?.host ?? '';
  return trail.length > 1 ? `redirect target ${host}` : host;
}

/** Whether no hop of this trail has left the first origin, but for places where the request may prove who we are. */
export function isAtHome(trail: readonly URL[], { mayProve }: Pick<HttpRequest, 'mayProve'>): boolean {
  return trail.length === 1 || trail.every((url) => url.origin === trail[0]?.origin || mayProve?.(url) === true);
}

/** How far trust goes on the way to this URL. */
export function trustIn(url: URL, { trust }: Pick<HttpRequest, 'trust'>): Trust {
  return trust?.(url) ?? { insecure: true, namedBy: null };
}

function refuse(reason: string): NextHop {
  return { kind: 'refused', reason };
}
