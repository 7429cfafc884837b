import { ProbeError } from '../util/errors.ts';

/** The proxy failed, not the server behind it; the cause, if any, is what the connection to the proxy ended with. */
export class ProxyError extends ProbeError<'proxy'> {
  override readonly name = 'ProxyError';
  readonly host: string;
  /** What the proxy answered to CONNECT; null when it did not answer. */
  readonly status: number | null;

  constructor(host: string, status: number | null, options?: ErrorOptions) {
    super('proxy', `proxy ${host} failed`, options);
    this.host = host;
    this.status = status;
  }
}
