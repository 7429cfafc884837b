/** What a key of a Docker configuration is about. */
export interface DockerKey {
  /** Host with its port, as written. In a pull secret it may be a glob. */
  readonly host: string;
  /** The part of the registry, with a slash before it: `/team`. Empty for all of it. */
  readonly path: string;
}

/**
 * Reads a key under which a login is filed: `host`, `host/part`, `https://host` and the older `https://host/v1/`, whose
 * path is the one of the API. Null for what names no host. What stands before an `@` is a user's name, however much it
 * looks like a host.
 * https://kubernetes.io/docs/concepts/containers/images/#config-json
 */
export function parseDockerKey(key: string): DockerKey | null {
  const rest = key.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const end = rest.search(/[/?#]|$/);
  const host = rest.slice(rest.lastIndexOf('@', end) + 1, end);
  if (host === '') return null;
  const path = (/^[^?#]*/.exec(rest.slice(end))?.[0] ?? '').replace(/^\/v[12]\//, '/');
  return { host, path: path === '/' ? '' : path };
}
