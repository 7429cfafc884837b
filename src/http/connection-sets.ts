import { openConnections, type Connections, type ConnectionSettings } from './connections.ts';
import type { Trust } from './exchange.ts';
import type { Leniency } from './lenient-socket.ts';
import type { TransportOptions } from './options.ts';
import { tlsSettings, type TlsSettings } from './tls-settings.ts';

/** Connections by how far trust goes on them: none is shared with what is trusted less. */
export interface ConnectionSets {
  /** Those that stay open for the next request. */
  kept(trust: Trust): Connections;
  /** Those that stay open for requests with the same signal until it is aborted, which it must not be yet. */
  until(signal: AbortSignal, trust: Trust): Connections;
  /** New ones, to be destroyed by whoever asked for them. */
  fresh(trust: Trust, leniency?: Leniency): Connections;
  /** Ends every connection that was kept, or is still shared. */
  destroy(): Promise<void>;
}

/** What all sets have in common. */
export type SharedSettings = Omit<ConnectionSettings, 'tls' | 'leniency' | 'namedBy'>;

/** Opens no connection yet. Throws for what does not fit: a proxy that is no URL, a certificate and another one's key. */
export function openConnectionSets(
  tlsOptions: Pick<TransportOptions, 'ca' | 'clientCertificate' | 'insecure'>,
  common: SharedSettings,
): ConnectionSets {
  const sets = new Map<string, Connections>();
  const shared = new Map<AbortSignal, Map<string, Connections>>();
  const tls = new Map<boolean, TlsSettings>();
  kept({ insecure: true, namedBy: null });
  return { kept, until, fresh, destroy };

  function kept(trust: Trust): Connections {
    return among(sets, trust);
  }

  function until(signal: AbortSignal, trust: Trust): Connections {
    const known = shared.get(signal);
    if (known !== undefined) return among(known, trust);
    const own = new Map<string, Connections>();
    shared.set(signal, own);
    const end = (): void => {
      shared.delete(signal);
      void destroyAll(own);
    };
    signal.addEventListener('abort', end, { once: true });
    return among(own, trust);
  }

  function among(known: Map<string, Connections>, trust: Trust): Connections {
    const key = `${isInsecure(trust)} ${trust.namedBy}`;
    const connections = known.get(key) ?? fresh(trust);
    known.set(key, connections);
    return connections;
  }

  function fresh(trust: Trust, leniency?: Leniency): Connections {
    const { namedBy } = trust;
    const own = leniency === undefined ? {} : { leniency };
    return openConnections({ ...common, tls: tlsFor(isInsecure(trust)), namedBy, ...own });
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
    await Promise.all([sets, ...shared.values()].map(destroyAll));
  }
}

async function destroyAll(sets: ReadonlyMap<string, Connections>): Promise<void> {
  await Promise.all([...sets.values()].map((connections) => connections.destroy()));
}
