import type { HttpFailure, HttpOutcome, HttpRequest, HttpResponse, Transport } from '../../../src/http/exchange.ts';
import type { Log } from '../../../src/util/log.ts';

/** A transport that answers as a function says, and keeps what it was asked. */
export interface ScriptedTransport extends Transport {
  readonly requests: readonly HttpRequest[];
}

export function scriptedTransport(
  answer: (request: HttpRequest, count: number) => HttpOutcome | Promise<HttpOutcome>,
): ScriptedTransport {
  const requests: HttpRequest[] = [];
  return {
    requests,
    sent: {},
    settled: () => null,
    standing: () => null,
    async send(request) {
      requests.push(request);
      return answer(request, requests.length);
    },
    async close() {},
  };
}

interface Answer extends Partial<Omit<HttpResponse, 'kind' | 'body'>> {
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
}

export function respond(url: URL, { body = '', ...rest }: Answer = {}): HttpResponse {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    kind: 'response',
    status: 200,
    headers: {},
    received: bytes.length,
    end: 'complete',
    redirected: false,
    ...rest,
    url,
    body: bytes,
  };
}

export function fail(url: URL, failure: HttpFailure['failure'], detail: string): HttpFailure {
  return { kind: 'failure', failure, detail, url };
}

/** A log that keeps every line as text, to be searched for what must not be there. */
export function keepingLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>, message: string): void =>
    void lines.push(`${message} ${JSON.stringify(fields)}`);
  return { lines, debug: keep, info: keep, warn: keep, error: keep };
}
