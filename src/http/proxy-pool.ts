import { buildConnector, Pool, type Dispatcher } from 'undici';
import { ProbeError } from '../util/errors.ts';

export interface ProxyPoolSettings {
  readonly connect: buildConnector.connector | buildConnector.BuildOptions;
  readonly connections: number;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly maxHeaderSize: number;
}

/**
 * Connections to a proxy whose failures say that they are the proxy's.
 * Without that, a refused proxy and a refused server throw the same error, and the wrong one gets repaired.
 */
export function createProxyPool(proxy: URL, { connect, ...settings }: ProxyPoolSettings): Dispatcher {
  const open = typeof connect === 'function' ? connect : buildConnector(connect);
  const pool = new Pool(proxy.origin, { ...settings, connect: openAsProxy });
  return pool.compose((dispatch) => (options, handler) => {
    return dispatch(options, options.method === 'CONNECT' ? watchTunnel(handler, proxy.host) : handler);
  });

  function openAsProxy(options: buildConnector.Options, callback: buildConnector.Callback): void {
    open(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(new ProxyError(proxy.host, null, { cause: error }), null);
    });
  }
}

/** Turns a CONNECT that was answered with anything but 200 into an error that knows the status; undici calls nothing else for one. */
function watchTunnel(handler: Dispatcher.DispatchHandler, host: string): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onRequestUpgrade(controller, statusCode, headers, socket) {
      if (statusCode === 200) {
        handler.onRequestUpgrade?.(controller, statusCode, headers, socket);
        return;
      }
      socket.on('error', () => {}).destroy();
      handler.onResponseError?.(controller, new ProxyError(host, statusCode));
    },
    onResponseError(controller, error) {
      handler.onResponseError?.(
        controller,
        error instanceof ProxyError ? error : new ProxyError(host, null, { cause: error }),
      );
    },
  };
}

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
