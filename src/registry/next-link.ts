import parseLink from 'http-link-header';

/** The query of a page. */
export type Query = Readonly<Record<string, string>>;

/**
 * Where a page's `Link` leads: on, or nowhere. `blank`: after nothing, as registries write it that always send a link.
 * `vague`: there is more, and nothing in it says after what.
 */
export type NextLink = { readonly kind: 'next'; readonly query: Query } | { readonly kind: 'none' | 'blank' | 'vague' };

/**
 * Reads the `Link` header of a page. Its query is all that is taken from it, for behind a proxy registries forget their
 * host, their port, their scheme or their path, and never the query: it is asked of the registry that is walked, so that
 * a link can lead nowhere else.
 */
export function readNextLink(header: string): NextLink {
  const targets = targetsOf(header);
  if (targets === null) return { kind: 'vague' };
  const queries = targets.map(queryOf);
  const usable = queries.find((query) => Object.keys(query).length > 0);
  if (usable === undefined) return { kind: targets.length === 0 ? 'none' : 'vague' };
  return isBlank(usable) ? { kind: 'blank' } : { kind: 'next', query: usable };
}

/** The targets with the relation `next`; null where the header cannot be read. */
function targetsOf(header: string): readonly string[] | null {
  if (!header.includes('<')) return bareTarget(header);
  try {
    return (
      parseLink
        // Many blanks in a row take the square of their number, and none of them means anything in a target.
        .parse(header.replace(/\s+/g, ' '))
        .rel('next')
        .map(({ uri }) => uri)
    );
  } catch {
    return null;
  }
}

/** Some registries leave the angle brackets out: then everything before the parameters is meant. */
function bareTarget(header: string): readonly string[] {
  const [target = '', ...parameters] = header.split(';').map((part) => part.trim());
  const rel = parameters.find((parameter) => /^rel\s*=/i.test(parameter));
  return rel === undefined || /^rel\s*=\s*"?next"?$/i.test(rel) ? [target] : [];
}

function queryOf(target: string): Query {
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(target) ?? [];
  const parameters = new URLSearchParams(query.trim());
  // Ours, handed back: it would make a URL that was asked before look new.
  parameters.delete('probe');
  return Object.fromEntries(parameters);
}

/** "After nothing" would be the first page again: a registry that always sends a link writes it so at the end. */
function isBlank(query: Query): boolean {
  return query['last'] === '' && Object.keys(query).every((name) => name === 'last' || name === 'n');
}
