/** Nothing in it is to be encoded, which is so for nearly every name that is asked for. */
const PLAIN_REPOSITORY = /^[\w./-]+$/;
const PLAIN_NAME = /^[\w.:-]+$/;

/** The API path of something in a repository. Each segment is encoded, so that a name cannot leave its place. */
export function repositoryPath(
  repository: string,
  kind: 'manifests' | 'blobs' | 'tags' | 'referrers',
  name: string,
): string {
  const segments = PLAIN_REPOSITORY.test(repository)
    ? repository
    : repository.split('/').map(encodeURIComponent).join('/');
  // A digest's colon is allowed in a path, and some registries do not decode it.
  return `/v2/${segments}/${kind}/${PLAIN_NAME.test(name) ? name : encodeURIComponent(name).replaceAll('%3A', ':')}`;
}

/** What a token has to allow for reading a repository. */
export function pullScope(repository: string): string {
  return `repository:${repository}:pull`;
}

/** The repository that a scope is about, null for one that is about the registry, or about nothing. */
export function repositoryOfScope(scope: string | null): string | null {
  return /^repository:(.+):pull$/s.exec(scope ?? '')?.[1] ?? null;
}

/** What a token has to allow for listing the catalog. */
export const CATALOG_SCOPE = 'registry:catalog:*';
