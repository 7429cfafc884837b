import type { BadHandshake, FailureClass } from './exchange.ts';

/** OpenSSL's word for a record that is not of TLS: what a server that speaks plain HTTP, or anything else, sends. */
const NO_TLS = 'ERR_SSL_WRONG_VERSION_NUMBER';

/**
 * How TLS failed, where the server said nothing of its own in it; null for every other failure. `stalled`: the connection
 * was taken, and TLS had not come about.
 */
export function handshakeOf(failure: FailureClass, code: string | null, stalled: boolean): BadHandshake | null {
  if (failure === 'tls' && code === NO_TLS) return 'no_tls';
  if (!stalled) return null;
  if (failure === 'timeout') return 'silent';
  return failure === 'reset' || failure === 'closed' ? 'closed' : null;
}
