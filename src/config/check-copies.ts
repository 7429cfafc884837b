import { canonicalHost, hostOf, isHostOf, portOf } from '../oci/host.ts';
import { isGiven } from './given.ts';
import type { Problems } from './problem.ts';
import type { NamedLayer } from './registries.ts';
import { RegistryUrl } from './schema/address.ts';
import { Copies, isNamed, REPOSITORY_MARK } from './schema/copies.ts';

/** Tells which copies of registries cannot be asked, or are no copies. */
export function checkCopies(registries: readonly NamedLayer[], problems: Problems): void {
  for (const one of registries) {
    const given = one.layer.get('copies');
    // What is no list of copies has been told already.
    const copies = isGiven(given) ? Copies.safeParse(given.value).data : undefined;
    if (given === undefined || copies === undefined) continue;
    for (const [index, { registry, repository }] of copies.entries()) {
      const tell = (problem: string): void => problems.add(given.origin, `${given.path}[${index}]`, problem);
      const meant = isNamed(registry) ? registries.find(({ name }) => name === registry) : undefined;
      const url = isNamed(registry) ? urlOf(meant) : new URL(registry);
      if (isNamed(registry) && meant === undefined) {
        tell(`no registry is called '${registry}'`);
      } else if (repository === REPOSITORY_MARK && isSame(one, meant, url)) {
        tell(`'${registry}' is the registry itself: a copy is in another one, or in other repositories of it`);
      } else if (registries.some((other) => isCache(other) && isSame(other, meant, url))) {
        tell(`'${registry}' is a pull-through cache: to ask it would fill it`);
      }
    }
  }
}

function isCache({ layer }: NamedLayer): boolean {
  return layer.get('kind')?.value === 'pull-through';
}

/** True where a copy is this registry: by its name, by an address of it, or because its address is one of the copy's. */
function isSame(one: NamedLayer, meant: NamedLayer | undefined, url: URL | null): boolean {
  return meant === one || isAddressOf(url, one) || (meant !== undefined && isAddressOf(urlOf(one), meant));
}

/** True for a registry's own address, and for the other hosts under which its images are named. */
function isAddressOf(url: URL | null, one: NamedLayer): boolean {
  const own = urlOf(one);
  if (url === null || own === null) return false;
  if (isSameHost(url, own) && pathOf(url) === pathOf(own)) return true;
  const hosts = one.layer.get('hosts')?.value;
  return pathOf(url) === '' && Array.isArray(hosts) && hosts.some((host) => isHostOf(String(host), url));
}

/** One server has one port, and where none is written, whoever names it by the other scheme means that one as well. */
function isSameHost(url: URL, own: URL): boolean {
  if (hostOf(url) === hostOf(own)) return true;
  const [name, ownName] = [url, own].map(({ hostname }) => canonicalHost(hostname));
  return name === ownName && portOf(url) === portOf(own);
}

function urlOf(one: NamedLayer | undefined): URL | null {
  const written = RegistryUrl.safeParse(one?.layer.get('url')?.value).data;
  return written === undefined ? null : new URL(written);
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}
