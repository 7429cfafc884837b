import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { ProbeError } from '../util/errors.ts';

/** To follow a name or "it". */
export const LINK_LOCAL =
  'is at a link-local address, or that of a metadata service, which is not asked for anybody else';

/** A host is to be reached at a link-local address alone, and whoever named it has no business there. */
export class LinkLocalError extends ProbeError<'link_local'> {
  override readonly name = 'LinkLocalError';

  constructor() {
    super('link_local', `the host ${LINK_LOCAL}`);
  }
}

/**
 * Link-local networks, what clouds have their metadata services at outside of them, and the same as IPv6 writes IPv4.
 * https://www.rfc-editor.org/rfc/rfc3927#section-2.1, https://www.rfc-editor.org/rfc/rfc4291#section-2.5.6
 */
const NETWORKS: ReadonlyArray<readonly [network: string, bits: number]> = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
  // Alibaba Cloud, Azure, Oracle Cloud.
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  // Amazon's, Google's and Scaleway's over IPv6.
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['fd00:42::42', 128],
];

const BLOCKED = blocked();

/** True for an address at which a machine meets what only it may ask: link-local, or of a metadata service. */
export function isLinkLocal(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1').replace(/%.*$/, '');
  const family = isIP(address);
  return family !== 0 && BLOCKED.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** Whether a host is link-local, or has a name that leads to such an address. */
export function leadsLinkLocal(host: string, lookup: LookupFunction): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  findOut(host, lookup, resolve);
  return promise;
}

/**
 * A look-up that keeps link-local addresses to itself, whatever name leads there, and fails where nothing else is left;
 * unless the host that named the one to be found is link-local as well.
 */
export function withoutLinkLocal(lookup: LookupFunction, namedBy: string): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '');
      const addresses = listed(found);
      const allowed = addresses.filter(({ address }) => !isLinkLocal(address));
      if (allowed.length === addresses.length) return answer(allowed);
      findOut(namedBy, lookup, (isLocal) => answer(isLocal ? addresses : allowed));
    });

    function answer(addresses: readonly LookupAddress[]): void {
      const [first] = addresses;
      if (first === undefined) callback(new LinkLocalError(), '');
      else if (options.all === true) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    }
  };
}

function findOut(host: string, lookup: LookupFunction, tell: (isLocal: boolean) => void): void {
  if (isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0) return tell(isLinkLocal(host));
  lookup(host, { all: true }, (error, found) => {
    tell(error === null && listed(found).some(({ address }) => isLinkLocal(address)));
  });
}

function listed(found: string | readonly LookupAddress[]): readonly LookupAddress[] {
  return typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
}

/** Node takes `::ffff:169.254.0.0` for the IPv4 address that it is; the other forms are added here. */
function blocked(): BlockList {
  const list = new BlockList();
  for (const [network, bits] of NETWORKS) {
    const family = isIP(network) === 4 ? 'ipv4' : 'ipv6';
    list.addSubnet(network, bits, family);
    if (family === 'ipv6') continue;
    // NAT64, its local prefix, what is translated without state, and the deprecated form.
    // https://www.rfc-editor.org/rfc/rfc6052#section-2.1, https://www.rfc-editor.org/rfc/rfc2765#section-2.1
    for (const prefix of ['64:ff9b::', '64:ff9b:1::', '::ffff:0:', '::'])
      list.addSubnet(`${prefix}${network}`, 96 + bits, 'ipv6');
    // 6to4, which has the address behind its first 16 bits; https://www.rfc-editor.org/rfc/rfc3056#section-2
    const [a = 0, b = 0, c = 0, d = 0] = network.split('.').map(Number);
    list.addSubnet(`2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::`, 16 + bits, 'ipv6');
  }
  return list;
}
