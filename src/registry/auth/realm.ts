import type { Trust } from '../../http/exchange.ts';
import { canonicalHost, portOf } from '../../oci/host.ts';
import { unknown, type Unknown } from '../../walk/lookup.ts';

/** The registry whose word on its token service is judged. */
export interface RealmRules {
  readonly registry: URL;
  /** The registry may be asked over plain HTTP and TLS that does not verify; and so may what its host has. */
  readonly insecure: boolean;
  /** Further hosts that this holds for, with a port or for all ports, in canonical form. */
  readonly tokenHosts?: readonly string[];
}

/** Enough of a realm that is no URL to recognize it by. */
const SHOWN_CHARACTERS = 100;

/**
 * The token service that a registry names in its challenge, as a URL that credentials may be sent to.
 * Any host will do: a registry inside a cluster often names an external one.
 */
export function readRealm(realm: string, rules: RealmRules): URL | Unknown {
  const { registry, insecure } = rules;
  const url = URL.parse(realm);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    const shown = realm.slice(0, SHOWN_CHARACTERS).replaceAll(/[^\x20-\x7e]|[?#].*/gs, '');
    return unknown(
      'auth',
      `realm_unreachable: ${registry.host} names '${shown}' as its token service, which is no http(s) URL`,
    );
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  if (url.protocol === 'https:' || (registry.protocol === 'http:' && !insecure) || isInsecure(url, rules)) return url;
  const over = registry.protocol === 'https:' ? 'is asked over https' : 'is asked as insecure';
  return unknown(
    'auth',
    `realm_refused: ${registry.host} ${over} and names the token service ${realmName(url)}, which would send credentials in the clear; ${wayOut(url, rules)}, or correct the registry's realm`,
  );
}

/** How far trust in a registry goes for a URL on the way to a token, the service's own and a redirect's. */
export function trustInRealm(url: URL, rules: RealmRules): Trust {
  const isHome = isAtHost(url, rules.registry);
  return { insecure: isInsecure(url, rules), namedBy: isHome ? null : rules.registry.hostname };
}

/** Where `insecure` is set and does not hold for this URL: what would extend it, to follow what failed; else null. */
export function limitOfTrust(url: URL, rules: RealmRules): string | null {
  if (!rules.insecure || isInsecure(url, rules)) return null;
  return `insecure of ${rules.registry.host} does not extend to ${url.host}: ${wayOut(url, rules)}`;
}

function isInsecure(url: URL, { registry, insecure, tokenHosts = [] }: RealmRules): boolean {
  return insecure && (isAtHost(url, registry) || isNamed(url, tokenHosts));
}

/** Whatever the ports: who has a host has them all. */
function isAtHost(url: URL, registry: URL): boolean {
  return canonicalHost(url.hostname) === canonicalHost(registry.hostname);
}

/** A name with the port that its scheme implies is taken, too. */
function isNamed(url: URL, tokenHosts: readonly string[]): boolean {
  const name = canonicalHost(url.hostname);
  const withPort = canonicalHost(`${url.hostname}:${portOf(url)}`);
  return tokenHosts.some((host) => host === name || host === withPort);
}

function wayOut(url: URL, { registry, insecure }: RealmRules): string {
  if (isAtHost(url, registry)) return 'allow it as insecure';
  const named = `auth.tokenHosts: [${canonicalHost(url.hostname) ?? url.hostname}]`;
  return insecure ? `allow it by ${named}` : `allow it as insecure and by ${named}`;
}

/**
 * Whether a token service's redirect may take credentials to a URL on another origin: to the registry itself, whose they
 * are, and from http to https on the service's own host, because many proxies in front of one move whoever comes by http.
 * Pullers send them to any port of that host, and down to http as well.
 */
export function mayMoveTo(url: URL, realm: URL, registry: URL): boolean {
  if (realm.protocol === 'https:' && url.protocol !== 'https:') return false;
  if (url.origin === registry.origin) return true;
  return realm.protocol === 'http:' && url.protocol === 'https:' && url.hostname === realm.hostname;
}

/** A token service as details and logs name it: origin and path, without the query. */
export function realmName(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
