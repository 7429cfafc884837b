/** How a host is spoken to. Each scheme implies a port. */
export type HostScheme = 'https' | 'http';

/** Docker Hub is one registry under several names. This is the one that images have, and the one that it has here. */
export const DOCKER_HUB = 'docker.io';
/** Where Docker Hub is asked: behind the name that its images have is a page for people. */
const DOCKER_HUB_API = 'registry-1.docker.io';
const DOCKER_HUB_NAMES: ReadonlySet<string> = new Set([DOCKER_HUB, 'index.docker.io', DOCKER_HUB_API]);

const DEFAULT_PORTS: Readonly<Record<HostScheme, string>> = { https: '443', http: '80' };

/** A name, whose root's dot may be written, an IPv4 or a bracketed IPv6 address, and perhaps a port. */
const HOST =
  /^(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;
const BARE_IPV6 = /^[0-9a-f]*:[0-9a-f.]*:[0-9a-f:.]*$/i;

/**
 * The one spelling of a host with its port, null for what is no host: in lower case, without the root's dot, without
 * the port that the scheme implies, addresses in their shortest form and IPv6 in brackets, Docker Hub under one name.
 * Two hosts are the same exactly when these are equal; nothing is ever compared by a part of it.
 */
export function canonicalHost(written: string, scheme: HostScheme = 'https'): string | null {
  const text = BARE_IPV6.test(written) ? `[${written}]` : written;
  // The URL parser forgives more than this: blanks, backslashes, percent signs, somebody's name before an @.
  const url = HOST.test(text) ? URL.parse(`${scheme}://${text}`) : null;
  if (url === null) return null;
  const name = url.hostname.replace(/\.$/, '');
  if (url.port !== '') return `${name}:${url.port}`;
  return DOCKER_HUB_NAMES.has(name) ? DOCKER_HUB : name;
}

/** The one spelling of the host, with its port, of an address. */
export function hostOf(address: URL): string {
  return canonicalHost(address.host, schemeOf(address)) ?? address.host;
}

/** True when a host as somebody wrote it is that of an address. Without a port, the one of the address's scheme is meant. */
export function isHostOf(written: string, address: URL): boolean {
  const host = canonicalHost(written, schemeOf(address));
  return host !== null && host === hostOf(address);
}

/** Where the registry is that images name by this host, over https. Throws what is no host. */
export function addressOf(host: string): URL {
  const canonical = canonicalHost(host) ?? host;
  return new URL(`https://${canonical === DOCKER_HUB ? DOCKER_HUB_API : canonical}/`);
}

/** The port of an address, be it written or implied. */
export function portOf(address: URL): string {
  return address.port === '' ? DEFAULT_PORTS[schemeOf(address)] : address.port;
}

/** True for one of the names of Docker Hub. */
export function isDockerHub(host: string): boolean {
  return canonicalHost(host) === DOCKER_HUB;
}

/**
 * True for a host, with or without a port, that is this machine: 127.0.0.0/8 and ::1 as addresses, `localhost` and what
 * ends in `.localhost`. A name that only begins like such an address is anybody's.
 * https://www.rfc-editor.org/rfc/rfc6761#section-6.3
 */
export function isLoopback(host: string): boolean {
  const name = (canonicalHost(host) ?? '').replace(/:[0-9]+$/, '');
  if (name === 'localhost' || name.endsWith('.localhost') || name === '[::1]') return true;
  // The second is the same address, as IPv6 writes those of IPv4.
  return /^127(?:\.[0-9]{1,3}){3}$/.test(name) || /^\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\]$/.test(name);
}

function schemeOf({ protocol }: URL): HostScheme {
  return protocol === 'http:' ? 'http' : 'https';
}
