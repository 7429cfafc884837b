import { canonicalHost } from './image-name.ts';

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
    for (const host of new Set([...hostsOf(new URL(url)), ...hosts.map(canonicalHost)])) {
      byHost.set(host, [...(byHost.get(host) ?? []), name]);
    }
  }
  return (host) => byHost.get(canonicalHost(host)) ?? [];
}

/** Over plain HTTP, an image's name may also say the port that an address leaves out. */
function hostsOf({ protocol, host, port }: URL): readonly string[] {
  return protocol === 'http:' && port === '' ? [canonicalHost(host), `${host}:80`] : [canonicalHost(host)];
}
