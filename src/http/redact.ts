/** The URL as text for people and logs: its origin and path, never its query, fragment or user info, where secrets travel. */
export function describeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
