import parseLink from 'http-link-header';

import { unknown, type Unknown } from '../walk/lookup.ts';

/** The query of a page. */
export type Query = Readonly<Record<string, string>>;

/** Where a page's `Link` leads: on, nowhere, or to nothing that can be asked for. `blank`: on, without saying after what. */
export type NextLink =
  { readonly kind: 'next'; readonly query: Query } | { readonly kind: 'none' } | { readonly kind: 'blank' } | Unknown;

/**
 * Reads the `Link` header of a page at `own`, and takes the query of the next page from it; the rest of the URL is ours.
 * Behind a proxy, registries forget their path, their port or their scheme, and never the query. Another host name is
 * refused: it may be another registry.
 */
export function readNextLink(header: string, own: URL): NextLink {
  const path = own.pathname;
  let target: string | undefined;
  try {
    target = targetOf(header);
  } catch {
    return unknown('protocol', `${path}: the Link header cannot be read`);
  }
  if (target === undefined) return { kind: 'none' };
  const url = URL.parse(target, own.href);
  if (url === null) return unknown('protocol', `${path}: the Link header names no URL`);
  if (url.hostname !== own.hostname)
    return unknown('protocol', `${path}: the next page is on another host, ${url.host}`);
  // Ours, handed back: it would make a URL that was asked before look new.
  url.searchParams.delete('probe');
  const query = Object.fromEntries(url.searchParams);
  return isBlank(query) ? { kind: 'blank' } : { kind: 'next', query };
}

/** Some registries leave the angle brackets out: then everything before the parameters is meant. Throws for nonsense. */
function targetOf(header: string): string | undefined {
  if (header.includes('<')) return parseLink.parse(header).rel('next')[0]?.uri;
  const [target = '', ...parameters] = header.split(';').map((part) => part.trim());
  const rel = parameters.find((parameter) => /^rel\s*=/i.test(parameter));
  return rel === undefined || /^rel\s*=\s*"?next"?$/i.test(rel) ? target : undefined;
}

/** "After nothing" would be the first page again: a registry that always sends a link writes it so at the end. */
function isBlank(query: Query): boolean {
  return query['last'] === '' && Object.keys(query).every((name) => name === 'last' || name === 'n');
}
