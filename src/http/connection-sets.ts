import { openConnections, type Connections, type ConnectionSettings } from './connections.ts';
import type { Trust } from './exchange.ts';
import type { Leniency } from './lenient-socket.ts';
import type { TransportOptions } from './options.ts';
import { tlsSettings, type TlsSettings } from './tls-settings.ts';

/** Connections by how far trust goes on them: none is shared with what is trusted less. */
export interface ConnectionSets {
  /** Those that stay open for the next request. */
  kept(trust: Trust): Connections;
  /** New ones, to be destroyed by whoever asked for them. */
  fresh(trust: Trust, leniency?: Leniency): Connections;
  /** Ends every connection that was kept. */
  destroy(): Promise<void>;
}

/** What all sets have in common. */
export type SharedSettings = Omit<ConnectionSettings, 'tls' | 'leniency' | 'namedBy'>;

/** Opens no connection yet. Throws for what does not fit: a proxy that is no URL, a certificate and another one's key. */
export function openConnectionSets(
  tlsOptions: Pick<TransportOptions, 'ca' | 'clientCertificate' | 'insecure'>,
  shared: SharedSettings,
): ConnectionSets {
  const sets = new Map<string, Connections>();
  const tls = new Map<boolean, TlsSettings>();
  kept({ insecure: true, namedBy: null });
  return { kept, fresh, destroy };

  function kept(trust: Trust): Connections {
    const key = JSON.stringify([isInsecure(trust), trust.namedBy]);
    const known = sets.get(key) ?? fresh(trust);
    sets.set(key, known);
    return known;
  }

  function fresh(trust: Trust, leniency?: Leniency): Connections {
    const { namedBy } = trust;
    const own = leniency === undefined ? {} : { leniency };
    return openConnections({ ...shared, tls: tlsFor(isInsecure(trust)), namedBy, ...own });
  }

  /** The roots are parsed once for each kind, and not per connection. */
  function tlsFor(insecure: boolean): TlsSettings {
    const known = tls.get(insecure) ?? tlsSettings({ ...tlsOptions, insecure });
    tls.set(insecure, known);
    return known;
  }

  function isInsecure(trust: Trust): boolean {
    return tlsOptions.insecure && trust.insecure;
  }

  async function destroy(): Promise<void> {
    await Promise.all([...sets.values()].map((connections) => connections.destroy()));
  }
}
