import type { HttpRequest } from './exchange.ts';

/** A registry redirects once, to its store, which may redirect once more; five leaves room for both and for a mistake. */
export const MAX_REDIRECTS = 5;

const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const FOLLOWED_METHODS: ReadonlySet<HttpRequest['method']> = new Set(['GET', 'HEAD']);

/** Where an answer leads: to another URL, or nowhere, and then the reason as the end of a sentence about who sent it. */
export type NextHop =
  { readonly kind: 'follow'; readonly url: URL } | { readonly kind: 'refused'; readonly reason: string };

/** Whether an answer with this status is followed; pushes never are, since a redirect may turn one into a read. */
export function isFollowed(request: Pick<HttpRequest, 'method' | 'redirects'>, status: number): boolean {
  return request.redirects !== 'none' && FOLLOWED_METHODS.has(request.method) && REDIRECT_STATUSES.has(status);
}

/**
 * The hop after `trail`, the URLs asked so far, the last of which answered with this Location.
 * Private addresses are allowed, because registries and their stores live there.
 */
export function nextHop(location: string | undefined, trail: readonly URL[], insecure: boolean): NextHop {
  const from = trail.at(-1);
  if (location === undefined || location === '') return refuse('redirects without a Location');
  const url = URL.parse(location, from?.href);
  if (url === null) return refuse('redirects to something that is not a URL');
  url.hash = '';
  url.username = '';
  url.password = '';
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return refuse(`redirects to ${url.protocol}, not to http or https`);
  if (url.protocol === 'http:' && from?.protocol === 'https:' && !insecure) {
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

/** Whether any hop of this trail was on another origin than the first. */
export function hasLeftOrigin(trail: readonly URL[]): boolean {
  return trail.some((url) => url.origin !== trail[0]?.origin);
}

function refuse(reason: string): NextHop {
  return { kind: 'refused', reason };
}
