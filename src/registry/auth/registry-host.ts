/** Docker Hub is one registry under three names, and Docker files its credentials under this one. */
export const DOCKER_HUB_SERVER = 'https://index.docker.io/v1/';

const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_NAMES: ReadonlySet<string> = new Set([DOCKER_HUB, 'index.docker.io', 'registry-1.docker.io']);

/**
 * The host with its port that a key of a Docker configuration, or the host of a registry, stands for: without scheme
 * and path, in lower case, without the port that https implies, and with Docker Hub under one name.
 * Two keys are about the same registry exactly when these are equal; nothing is ever matched by a part of it.
 */
export function canonicalHost(key: string): string {
  const host = (key.replace(/^https?:\/\//i, '').split('/', 1)[0] ?? '').toLowerCase();
  const bare = /^http:\/\//i.test(key) ? host : host.replace(/:443$/, '');
  return DOCKER_HUB_NAMES.has(bare) ? DOCKER_HUB : bare;
}

/** True for one of the names of Docker Hub. */
export function isDockerHub(host: string): boolean {
  return canonicalHost(host) === DOCKER_HUB;
}

/** The value under the key that stands for the host: a key that names the host alone goes before one with a path. */
export function valueForHost<T>(record: Readonly<Record<string, T>>, host: string): T | undefined {
  const wanted = canonicalHost(host);
  const keys = Object.keys(record).filter((key) => canonicalHost(key) === wanted);
  const best = keys.find((key) => key === host) ?? keys.find((key) => !namesPath(key)) ?? keys[0];
  return best === undefined ? undefined : record[best];
}

/** True for a key that is about a part of a registry. `/v1/` and `/v2/` are the API, not a part. */
function namesPath(key: string): boolean {
  return /^[^/]+\/(?!v[12]\/?$)./.test(key.replace(/^https?:\/\//i, ''));
}
