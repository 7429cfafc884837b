import type { RegistrySettings } from '../config/settings.ts';
import { addressOf, isHostOf } from '../oci/host.ts';

/** Where the images are asked for whose names have a host. */
export interface ImageHost {
  /** The configured registry that has this host, or is known by it; its settings are the ones that count. */
  readonly registry: RegistrySettings | null;
  readonly address: URL;
  /** False where nobody said how to speak to it, and https is only assumed. */
  readonly schemeGiven: boolean;
}

/**
 * Finds the registry that is meant by the host in an image's name. Its own host leads to its URL as it was configured;
 * another name of it has an address of its own, which is asked because consumers pull from there: over https, whatever
 * scheme, port and path the URL has. What a pull-through cache stands for is another registry, and the cache's login
 * and certificates are not for it.
 */
export function findRegistry(host: string, registries: readonly RegistrySettings[]): ImageHost {
  const own = registries.find(({ url }) => isHostOf(host, new URL(url)));
  if (own !== undefined) return { registry: own, address: new URL(own.url), schemeGiven: own.schemeGiven };
  const address = addressOf(host);
  const known = registries.find(
    ({ kind, hosts }) => kind === 'private' && hosts.some((alias) => isHostOf(alias, address)),
  );
  return { registry: known ?? null, address, schemeGiven: false };
}
