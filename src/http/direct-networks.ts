import { BlockList, isIP } from 'node:net';

/** A network as NO_PROXY has them: an address, a slash, and how many bits are the network's. */
const NETWORK = /^\[?([0-9a-f.:]+)\]?\/([0-9]{1,3})$/i;

/** What looks as if it was meant for a network. */
const MEANT_FOR_A_NETWORK = /^\[?[0-9a-f.:]+\]?\/[^/]*$/i;

const BITS = { 4: 32, 6: 128 } as const;

/**
 * Tells which addresses lie in the networks among the hosts that are asked directly (`10.0.0.0/8`), as curl and Go's
 * programs read them: a name is not looked up for that.
 */
export function directNetworks(noProxy: string): (url: URL) => boolean {
  const given = entries(noProxy)
    .map(networkOf)
    .filter((network) => network !== null);
  if (given.length === 0) return () => false;
  const networks = new BlockList();
  for (const { address, bits, family } of given) {
    networks.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return ({ hostname }) => {
    const address = hostname.replace(/^\[(.*)\]$/, '$1');
    const family = isIP(address);
    return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** The first entry that was meant for a network and is none, such as `10.0.0.0/33`; null when there is no such entry. */
export function firstBadNetwork(noProxy: string): string | null {
  return entries(noProxy).find((entry) => MEANT_FOR_A_NETWORK.test(entry) && networkOf(entry) === null) ?? null;
}

function entries(noProxy: string): readonly string[] {
  return noProxy.split(/[,\s]+/).filter((entry) => entry !== '');
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 4 | 6;
}

function networkOf(entry: string): Network | null {
  const [, address = '', length = ''] = NETWORK.exec(entry) ?? [];
  const family = isIP(address);
  const bits = Number(length);
  return (family === 4 || family === 6) && bits <= BITS[family] ? { address, bits, family } : null;
}
