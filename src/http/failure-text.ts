import { NOT_HTTP, type Classified } from './error-class.ts';
import type { FailureClass } from './exchange.ts';

/** How far an exchange had come: until the connection stands, until the headers are there, until the body is. */
export type Phase = 'connect' | 'headers' | 'body';

export interface Circumstances {
  /** Who was asked, such as `redirect target storage.example.com`. */
  readonly who: string;
  readonly phase: Phase;
  readonly timeoutMs: number;
}

const PREDICATES: Readonly<Record<Exclude<FailureClass, 'timeout' | 'other'>, string>> = {
  refused: 'refused the connection',
  reset: 'reset the connection',
  closed: 'closed the connection before it answered',
  dns: 'has a name that does not resolve',
  tls: 'did not pass the TLS handshake',
  aborted: 'had not answered when the request was canceled',
  proxy: 'did not connect',
  redirect: 'sent a redirect that may not be followed',
  paused: 'asked to be left alone',
};

const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);

/** One line for people: who failed, in which way, and the code to search for. */
export function describeFailure(classified: Classified, circumstances: Circumstances): string {
  const { failure, code, proxy } = classified;
  const suffix = code === null ? '' : ` (${code})`;
  if (failure !== 'proxy') return `${circumstances.who} ${predicate(failure, code, circumstances)}${suffix}`;
  if (proxy === null) return `the proxy on the way to ${circumstances.who} ${PREDICATES.proxy}${suffix}`;
  const subject = `proxy ${proxy.host}, on the way to ${circumstances.who},`;
  if (proxy.status !== null) return `${subject} answered ${proxy.status} instead of connecting`;
  return `${subject} ${predicate(proxy.cause, code, circumstances)}${suffix}`;
}

function predicate(failure: FailureClass, code: string | null, { phase, timeoutMs }: Circumstances): string {
  switch (failure) {
    case 'timeout':
      return phase === 'connect'
        ? `could not be connected to within ${timeoutMs} ms`
        : `sent no ${phase} within ${timeoutMs} ms`;
    case 'other':
      if (code !== null && NO_ROUTE.has(code)) return 'cannot be reached: there is no route to it';
      if (code === NOT_HTTP) return 'sent something that is not HTTP/1.1';
      return 'could not be asked';
    default:
      return PREDICATES[failure];
  }
}
