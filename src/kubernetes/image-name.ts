import { canonicalHost, DOCKER_HUB } from '../oci/host.ts';
import { parseReference, type Reference } from '../oci/reference.ts';

/**
 * The image that a kubelet pulls for what a workload says: Docker Hub where no host is written, `latest` where no tag
 * is, and the digest alone where there is one, whatever tag stands beside it. Null for what no kubelet could pull.
 * https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function parseImageName(written: string): Reference | null {
  const slash = written.indexOf('/');
  const first = slash === -1 ? '' : written.slice(0, slash);
  const hasHost = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  const host = hasHost ? canonicalHost(first) : DOCKER_HUB;
  const rest = hasHost ? written.slice(slash + 1) : written;
  const isOfficial = host === DOCKER_HUB && !rest.includes('/');
  const parsed = parseReference(`${withPort(hasHost ? first : DOCKER_HUB)}/${isOfficial ? 'library/' : ''}${rest}`);
  if (host === null || !parsed.ok) return null;
  const { repository, tag, digest } = parsed.reference;
  return { host, repository, tag: digest === null ? tag : null, digest };
}

/** A host of one label is told by its port from a part of a repository's name. */
function withPort(host: string): string {
  return /:[0-9]+$/.test(host) ? host : `${host}:443`;
}
