import { unknown, type Unknown } from '../../walk/lookup.ts';

/** The registry whose word on its token service is judged. */
export interface RealmRules {
  readonly registry: URL;
  /** Accept a token service over plain HTTP although the registry is asked over https. */
  readonly insecure: boolean;
}

/** Enough of a realm that is no URL to recognize it by. */
const SHOWN_CHARACTERS = 100;

/**
 * The token service that a registry names in its challenge, as a URL that credentials may be sent to.
 * Any host will do: a registry inside a cluster often names an external one.
 */
export function readRealm(realm: string, { registry, insecure }: RealmRules): URL | Unknown {
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
  if (registry.protocol === 'https:' && url.protocol === 'http:' && !insecure) {
    return unknown(
      'auth',
      `realm_refused: ${registry.host} is asked over https and names the token service ${realmName(url)}, which would send credentials in the clear; allow it as insecure, or correct the registry's realm`,
    );
  }
  return url;
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
