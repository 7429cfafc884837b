/** What a path segment can be written as without being changed on the way. */
const PLAIN_VALUE = /^[A-Za-z0-9_.-]+$/;

/**
 * The URL of a group: `<base>/metrics/job/<job>/registry/<registry>…`; `job` comes first, wherever it is given.
 * A value that a path does not carry unchanged goes as base64url, an empty one as a lone `=`; so do `.` and `..`,
 * which a URL parser takes for directories.
 */
export function groupUrl(base: URL, { job = '', ...labels }: Readonly<Record<string, string>>): URL {
  const segments = Object.entries({ job, ...labels }).flatMap(([name, value]) => {
    if (PLAIN_VALUE.test(value) && value !== '.' && value !== '..') return [name, value];
    return [`${name}@base64`, value === '' ? '=' : Buffer.from(value, 'utf8').toString('base64url')];
  });
  return under(base, `metrics/${segments.join('/')}`);
}

/** The URL of a path below the base, whether or not that ends in a slash. */
export function under(base: URL, path: string): URL {
  return new URL(`${base.origin}${base.pathname.replace(/\/+$/, '')}/${path}`);
}
