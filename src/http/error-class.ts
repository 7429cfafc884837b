import { errors } from 'undici';
import type { FailureClass } from './exchange.ts';
import { GarbledError, TOO_MANY_HEADERS } from './lenient-socket.ts';
import { LINK_LOCAL, LinkLocalError } from './link-local.ts';
import { ProxyError } from './proxy-pool.ts';

/** Why a request got no answer, by the codes of what was thrown. */
export interface Classified {
  readonly failure: FailureClass;
  /** The code that decided, such as `ECONNREFUSED`; null when nothing in the chain had one. */
  readonly code: string | null;
  /** Set when it is known which proxy failed, and how: what it answered to CONNECT, or why it did not answer. */
  readonly proxy: ProxyFailure | null;
  /** What is odd about an answer that came and cannot be read. */
  readonly oddity?: string;
}

export interface ProxyFailure {
  readonly host: string;
  readonly status: number | null;
  readonly cause: FailureClass;
}

/** Stands for what undici's parser says of an answer that is not HTTP/1.1, which depends on how far it had come. */
export const NOT_HTTP = 'HTTPParserError';

const CODES: Partial<Readonly<Record<FailureClass, readonly string[]>>> = {
  refused: ['ECONNREFUSED'],
  reset: ['ECONNRESET', 'ECONNABORTED', 'EPIPE'],
  closed: ['UND_ERR_SOCKET'],
  dns: ['ENOTFOUND'],
  tls: [
    'EPROTO',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
  ],
  timeout: ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'],
  aborted: ['UND_ERR_DESTROYED', 'UND_ERR_CLOSED'],
  // The last is undici's answer to a CONNECT that was turned down. Our own aborts never come here: who aborts knows why.
  proxy: ['UND_ERR_PRX_CONN', 'UND_ERR_PRX_TLS', 'UND_ERR_ABORTED'],
};
const CLASS_BY_CODE: ReadonlyMap<string, FailureClass> = new Map(
  (Object.keys(CODES) as FailureClass[]).flatMap((failure) => (CODES[failure] ?? []).map((code) => [code, failure])),
);

/** Families of codes: OpenSSL's verification results, Node's TLS errors, and getaddrinfo's. */
const CLASS_BY_PREFIX: ReadonlyArray<readonly [prefix: string, failure: FailureClass]> = [
  ['CERT_', 'tls'],
  ['CRL_', 'tls'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['UNABLE_TO_', 'tls'],
  ['EAI_', 'dns'],
];

/** Why a request failed, from the types and codes in the chain of causes; messages are never read, they are for people. */
export function classify(error: unknown): Classified {
  let fallback: string | null = null;
  for (const link of chainOf(error)) {
    const code = codeOf(link);
    if (link instanceof ProxyError) {
      const cause = classify(link.cause);
      return {
        failure: 'proxy',
        code: cause.code,
        proxy: { host: link.host, status: link.status, cause: cause.failure },
      };
    }
    if (link instanceof LinkLocalError) return { failure: 'link_local', code: null, proxy: null };
    if (link instanceof GarbledError) return garbled(link.oddity);
    if (link instanceof errors.HeadersOverflowError) return garbled(TOO_MANY_HEADERS);
    const failure = classOf(link, code);
    if (failure !== null) return { failure, code, proxy: null };
    fallback ??= code;
  }
  return { failure: 'other', code: fallback, proxy: null };
}

function garbled(oddity: string): Classified {
  return { failure: 'garbled', code: null, proxy: null, oddity };
}

function classOfCode(code: string): FailureClass | null {
  return CLASS_BY_CODE.get(code) ?? CLASS_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? null;
}

function classOf(link: Error, code: string | null): FailureClass | null {
  if (code === 'ENOENT') return 'syscall' in link && link.syscall === 'connect' ? 'refused' : null;
  if (code !== null) return classOfCode(code);
  return link instanceof DOMException && link.name === 'TimeoutError' ? 'timeout' : null;
}

/** A DOMException's numeric code says nothing, so only strings count. */
function codeOf(link: Error): string | null {
  if (link instanceof errors.HTTPParserError || link instanceof errors.ResponseContentLengthMismatchError)
    return NOT_HTTP;
  return 'code' in link && typeof link.code === 'string' ? link.code : null;
}

/** The error, then what it was caused by, outermost first; a set, so that a circle of causes ends. */
function chainOf(error: unknown, seen: Set<Error> = new Set()): ReadonlySet<Error> {
  if (!(error instanceof Error) || seen.has(error)) return seen;
  seen.add(error);
  if (error instanceof AggregateError) for (const inner of error.errors) chainOf(inner, seen);
  return chainOf(error.cause, seen);
}

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
  garbled: 'sent an answer that cannot be read',
  paused: 'asked to be left alone',
  link_local: LINK_LOCAL,
};

const NO_ROUTE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN']);

/** One line for people: who failed, in which way, and the code to search for. */
export function describeFailure(classified: Classified, circumstances: Circumstances): string {
  const { failure, code, proxy, oddity } = classified;
  const suffix = `${oddity === undefined ? '' : `: ${oddity}`}${code === null ? '' : ` (${code})`}`;
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

const TRANSIENT_FAILURES: ReadonlySet<FailureClass> = new Set(['refused', 'reset', 'closed', 'timeout']);

/**
 * Name servers and routes come back; ENOTFOUND does not belong here, it is an answer.
 * What is not HTTP may be the rest of an earlier answer on a reused connection, and the next try takes another one.
 */
const TRANSIENT_CODES: ReadonlySet<string> = new Set(['EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', NOT_HTTP]);

/** What a proxy says to CONNECT when the way behind it is the trouble; 403 and 407 will not change. */
const TRANSIENT_CONNECT_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

/** Whether the same request may well succeed a moment later; a certificate, a redirect rule or a canceled run do not pass. */
export function isTransient({ failure, code, proxy }: Classified): boolean {
  if (proxy !== null && proxy.status !== null) return TRANSIENT_CONNECT_STATUSES.has(proxy.status);
  if (TRANSIENT_FAILURES.has(proxy?.cause ?? failure)) return true;
  return code !== null && TRANSIENT_CODES.has(code);
}
