import type { IncomingHttpHeaders } from 'node:http';

import { isRepositoryName } from '../oci/reference.ts';

/** What a request asks for. `other` is whatever no registry knows. */
export type RequestKind = 'base' | 'catalog' | 'tags' | 'manifest' | 'blob' | 'referrers' | 'token' | 'other';

/** A request as it arrived, with what it means. */
export interface DemoRequest {
  readonly method: string;
  /** Decoded, without the query. */
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly search: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated fields joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether an `Authorization` header came. */
  readonly authorization: boolean;
  readonly kind: RequestKind;
  /** Null unless it is about tags, a manifest, what is attached to one, or a blob. */
  readonly repository: string | null;
  /** A tag or a digest; null unless it is about a manifest, what is attached to one, or a blob. */
  readonly reference: string | null;
}

type Meaning = Pick<DemoRequest, 'kind' | 'repository' | 'reference'>;

const OTHER: Meaning = { kind: 'other', repository: null, reference: null };
const FIXED: Readonly<Record<string, RequestKind>> = { '/v2/': 'base', '/v2/_catalog': 'catalog', '/token': 'token' };
const IN_REPOSITORY =
  /^\/v2\/(?<repository>.+)\/(?:(?<list>tags\/list)|(?<kind>manifests|blobs|referrers)\/(?<reference>[^/]+))$/;

const KINDS: Readonly<Record<string, RequestKind>> = { manifests: 'manifest', blobs: 'blob', referrers: 'referrers' };

/** Stands in for the host, which does not matter here. */
const ANY_HOST = 'http://registry.invalid';

/** Reads a request line's target and the headers. */
export function readRequest(method: string, target: string, fields: IncomingHttpHeaders): DemoRequest {
  const {
    pathname,
    search,
    searchParams: query,
  } = URL.parse(target.startsWith('/') ? `${ANY_HOST}${target}` : target) ?? new URL(ANY_HOST);
  const path = decode(pathname);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const authorization = headers['authorization'] !== undefined;
  return { method, path, search, query, headers, authorization, ...meaningOf(path) };
}

function meaningOf(path: string): Meaning {
  const fixed = FIXED[path];
  if (fixed !== undefined) return { kind: fixed, repository: null, reference: null };

  const parts = IN_REPOSITORY.exec(path)?.groups;
  const repository = parts?.['repository'];
  if (repository === undefined || !isRepositoryName(repository)) return OTHER;
  if (parts?.['list'] !== undefined) return { kind: 'tags', repository, reference: null };
  const kind = KINDS[parts?.['kind'] ?? ''] ?? 'other';
  return { kind, repository, reference: parts?.['reference'] ?? '' };
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
