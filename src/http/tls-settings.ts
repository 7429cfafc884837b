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
 * Throws for a client certificate whose key is another one's.
 */
export function tlsSettings({
  ca,
  clientCertificate = null,
  insecure,
}: Pick<TransportOptions, 'ca' | 'clientCertificate' | 'insecure'>): TlsSettings {
  const rejectUnauthorized = !insecure;
  if (ca === null && clientCertificate === null) return { rejectUnauthorized };
  const roots = ca === null ? {} : { ca: [...getCACertificates('default'), ca] };
  return { rejectUnauthorized, secureContext: createSecureContext({ ...roots, ...clientCertificate }) };
}
