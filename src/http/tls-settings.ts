import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { TransportOptions } from './options.ts';

/** The part of Node's TLS options that a transport decides. */
export interface TlsSettings {
  readonly rejectUnauthorized: boolean;
  readonly secureContext?: SecureContext;
}

/**
 * What every TLS connection of a transport uses. The roots are parsed once, here, and not per connection.
 * A `ca` adds to the system's roots: a private registry may redirect to a public object store.
 */
export function tlsSettings({ ca, insecure }: Pick<TransportOptions, 'ca' | 'insecure'>): TlsSettings {
  return {
    rejectUnauthorized: !insecure,
    ...(ca === null ? {} : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }),
  };
}
