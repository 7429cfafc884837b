import { canonicalHost, portOf } from '../oci/host.ts';

/** A configured registry, as images name it. */
export interface NamedRegistry {
  readonly name: string;
  /** Scheme, host and port, where it is asked. */
  readonly url: string;
  /** Other hosts under which its images are named. */
  readonly hosts: readonly string[];
}

/**
 * Tells by the host in an image's name which of the registries is meant: by their addresses and their further hosts,
 * compared as a whole. One host may be that of several registries, which then divide its repositories.
 */
export function createRegistryFinder(registries: readonly NamedRegistry[]): (host: string) => readonly string[] {
  const byHost = new Map<string, readonly string[]>();
  for (const { name, url, hosts } of registries) {
    for (const host of namesOf(new URL(url), hosts)) {
      byHost.set(host, [...(byHost.get(host) ?? []), name]);
    }
  }
  return (host) => byHost.get(canonicalHost(host) ?? host) ?? [];
}

/**
 * The hosts that images of a registry may name, as over https: an image's name does not say how its host is spoken to,
 * so over plain HTTP it may name port 80 or none.
 */
function namesOf(address: URL, hosts: readonly string[]): ReadonlySet<string> {
  const bare = address.port === '' ? [address.hostname] : [];
  const names = [...bare, `${address.hostname}:${portOf(address)}`, ...hosts];
  return new Set(names.map((name) => canonicalHost(name) ?? name));
}
