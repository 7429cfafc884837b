import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, EnvHttpProxyAgent, Pool, type buildConnector, type Dispatcher } from 'undici';
import { directNetworks } from './direct-networks.ts';
import { watchHandshakes } from './handshakes.ts';
import { connectLeniently, MAX_HEADER_BYTES, type Leniency } from './lenient-socket.ts';
import { withoutLinkLocal } from './link-local.ts';
import type { ProxyOptions } from './options.ts';
import { createProxyPool } from './proxy-pool.ts';
import type { TlsSettings } from './tls-settings.ts';

/** A set of connections, pooled by origin, through proxies where the options say so. */
export interface Connections {
  dispatcherFor(url: URL): Dispatcher;
  /** The proxy that may serve this URL, unless `noProxy` excepts it; null when none is set. */
  proxyHostFor(url: URL): string | null;
  /** True when the last direct connection for this URL was taken, and no TLS came about on it. */
  isStalled(url: URL): boolean;
  /** Ends every connection, those still being made included. */
  destroy(): Promise<void>;
}

export interface ConnectionSettings {
  readonly connectTimeoutMs: number;
  /** The most connections to one origin. A free one is waited for, rather than a second one made for each. */
  readonly connections: number;
  readonly tls: TlsSettings;
  readonly proxy: ProxyOptions;
  /** Set for connections whose answers a strict parser refuses; each is then good for one request. */
  readonly leniency?: Leniency;
  /** How names become addresses; absent, as the system does it. */
  readonly lookup?: LookupFunction;
  /** Set where no name may lead to a link-local address, unless this host is at one. A proxy's may. */
  readonly namedBy?: string | null;
}

/**
 * HTTP/1.1 only: what registries do when data is gone was measured there.
 * undici's own time limits on headers and body are off, because an exchange has its own clock.
 */
const PROTOCOL = { allowH2: false, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: MAX_HEADER_BYTES } as const;

/** Opens an empty set of connections. Throws a TypeError for a proxy that is not a URL. */
export function openConnections(settings: ConnectionSettings): Connections {
  const { connectTimeoutMs, connections, tls, proxy, leniency, lookup = systemLookup, namedBy = null } = settings;
  // undici cannot take back a connection attempt, and one would keep the process alive; the sockets' own signal can.
  const ending = new AbortController();
  const toProxy: buildConnector.BuildOptions = {
    ...tls,
    allowH2: false,
    timeout: connectTimeoutMs,
    signal: ending.signal,
    lookup,
  };
  const connect = namedBy === null ? toProxy : { ...toProxy, lookup: withoutLinkLocal(lookup, namedBy) };
  const shared = { ...PROTOCOL, connections, connect };
  const handshakes = watchHandshakes(connect);
  const direct = new Agent({ ...shared, connect: handshakes.connect, factory: openPool });
  const proxied = proxy.httpProxy === '' && proxy.httpsProxy === '' ? direct : openProxied();
  const dispatchers: Readonly<Record<string, Dispatcher>> = {
    'http:': proxied,
    // undici would send https through httpProxy when httpsProxy is not set; no other program reads HTTP_PROXY so.
    'https:': proxy.httpsProxy === '' ? direct : proxied,
  };
  const isDirect = directNetworks(proxy.noProxy);
  return { dispatcherFor, proxyHostFor, isStalled: handshakes.isStalled, destroy };

  function openProxied(): Dispatcher {
    const forwarding = proxy.httpProxy === '' ? null : new URL(proxy.httpProxy);
    return new EnvHttpProxyAgent({
      ...shared,
      // Empty strings are given too: for what is left out, undici reads the environment.
      httpProxy: proxy.httpProxy,
      httpsProxy: proxy.httpsProxy,
      noProxy: proxy.noProxy,
      requestTls: connect,
      clientFactory: (origin) => createProxyPool(origin, { ...shared, connect: toProxy }),
      factory: (origin, options) =>
        String(origin) === forwarding?.href
          ? createProxyPool(forwarding, { ...shared, connect: reading(toProxy) })
          : openPool(origin, options),
    });
  }

  function openPool(origin: string | URL, options: Pool.Options): Pool {
    return new Pool(origin, { ...options, connect: reading(options.connect ?? connect) });
  }

  function reading<C extends buildConnector.connector | buildConnector.BuildOptions>(as: C) {
    return leniency === undefined ? as : connectLeniently(as, leniency);
  }

  function dispatcherFor(url: URL): Dispatcher {
    return isDirect(url) ? direct : (dispatchers[url.protocol] ?? direct);
  }

  function proxyHostFor(url: URL): string | null {
    const address = url.protocol === 'https:' ? proxy.httpsProxy : proxy.httpProxy;
    return address === '' || isDirect(url) ? null : new URL(address).host;
  }

  async function destroy(): Promise<void> {
    const ended = Promise.all([direct.destroy(), proxied.destroy()]);
    ending.abort();
    await ended;
  }
}
