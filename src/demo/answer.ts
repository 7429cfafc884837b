/** How an answer's bytes go out: the ways in which a server can fail are values like any other answer. */
export type BodyDelivery =
  | { readonly kind: 'whole' }
  /** The headers, the first `after` bytes of the body, and then the end of the connection. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The headers, the first `after` bytes of the body, and then nothing any more. */
  | { readonly kind: 'stall'; readonly after: number }
  /** Nothing, ever. */
  | { readonly kind: 'silence' }
  /** The end of the connection before the first byte: closed, or reset. */
  | { readonly kind: 'drop'; readonly reset: boolean };

/** What a registry says to a request. A HEAD gets the same without the body. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. What is not here is not sent: without `content-length`, the body goes out in chunks. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  readonly delivery: BodyDelivery;
  /** How long to wait before the first byte, in milliseconds. */
  readonly delayMs: number;
}

/** Named by every answer of a registry that speaks the second version of the protocol. */
const API_VERSION = { 'docker-distribution-api-version': 'registry/2.0' };

export const JSON_TYPE = 'application/json; charset=utf-8';
const encoder = new TextEncoder();

/** Any bytes, with their length. Headers may replace the length. */
export function answer(status: number, body: Uint8Array | string, headers: Answer['headers'] = {}): Answer {
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  return {
    status,
    headers: { ...API_VERSION, ...lengthOf(status, bytes), ...headers },
    body: bytes,
    delivery: { kind: 'whole' },
    delayMs: 0,
  };
}

/** A 304 speaks of a body that it does not have. */
function lengthOf(status: number, bytes: Uint8Array): Answer['headers'] {
  return status === 304 ? {} : { 'content-length': String(bytes.length) };
}

/** A document, with the newline that Go's encoder leaves at its end. */
export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return answer(status, `${JSON.stringify(value)}\n`, { 'content-type': JSON_TYPE, ...headers });
}

/** A line for people, as Go's `http.Error` sends it: what a request gets that never reached a handler. */
export function plainText(status: number, line: string, headers: Answer['headers'] = {}): Answer {
  const type = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return answer(status, `${line}\n`, { ...type, ...headers });
}
