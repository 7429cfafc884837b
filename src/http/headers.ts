import type { HttpRequest, HttpResponse } from './exchange.ts';

/** Headers that prove who we are: they belong to the origin that the request was made for, and to no other. */
export const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** The headers of the first hop, names in lower case. Bodies are counted and hashed as they come, so no coding is asked for. */
export function requestHeaders(request: HttpRequest, userAgent: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  headers['user-agent'] = userAgent;
  return headers;
}

/** The same headers for a hop that has left the first origin. Names must be in lower case. */
export function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !CREDENTIALS.has(name)));
}

/** Fields with one value: of several, which proxies add, nodes take the first. */
const SINGLE: ReadonlySet<string> = new Set([
  'content-length',
  'content-range',
  'content-type',
  'docker-content-digest',
  'location',
  'retry-after',
]);

/**
 * Response headers without the blanks around a value, and with repeated fields joined by `, `, but for those that have
 * one value. https://www.rfc-editor.org/rfc/rfc9110#section-5.3
 */
export function joinFields(fields: Readonly<Record<string, string | string[] | undefined>>): HttpResponse['headers'] {
  const joined: Record<string, string> = {};
  for (const [given, value] of Object.entries(fields)) {
    const name = given.toLowerCase();
    if (typeof value === 'string') joined[name] = trimBlanks(value);
    else if (value?.[0] !== undefined) {
      joined[name] = SINGLE.has(name) ? trimBlanks(value[0]) : value.map(trimBlanks).join(', ');
    }
  }
  return joined;
}

/**
 * A value without the blanks around it, which are no part of it. Not by an expression: one that looks for blanks at the
 * end tries each of those in the middle, and each of those behind it.
 * https://www.rfc-editor.org/rfc/rfc9112#section-5.1
 */
export function trimBlanks(value: string): string {
  let [start, end] = [0, value.length];
  while (start < end && isBlank(value[start])) start += 1;
  while (end > start && isBlank(value[end - 1])) end -= 1;
  return end - start === value.length ? value : value.slice(start, end);
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

/** The number of body bytes that an answer announces; null when it does not say, or when it has no body. */
export function announcedLength(
  method: HttpRequest['method'],
  status: number,
  headers: HttpResponse['headers'],
): number | null {
  const length = headers['content-length'] ?? '';
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  return bodiless || 'transfer-encoding' in headers || !/^\d+$/.test(length) ? null : Number(length);
}

/** The URL as text for people and logs: its origin and path, never its query, fragment or user info, where secrets travel. */
export function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
