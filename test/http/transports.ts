import { onTestFinished } from 'vitest';
import type {
  BodyRead,
  HttpFailure,
  HttpOutcome,
  HttpRequest,
  HttpResponse,
  Transport,
} from '../../src/http/exchange.ts';
import type { TransportDeps, TransportOptions } from '../../src/http/options.ts';
import { createTransport } from '../../src/http/transport.ts';
import { silentLog } from '../../src/util/log.ts';
import { createTestClock } from '../support/clock.ts';

const ALL: BodyRead = { kind: 'all', limit: 1_000_000 };

/** A transport that is closed when the test is over: no retries, a clock that stands still. */
export function testTransport(options: Partial<TransportOptions> = {}, deps: Partial<TransportDeps> = {}): Transport {
  const transport = createTransport(
    {
      timeoutMs: 60_000,
      concurrency: 4,
      retries: 0,
      ca: null,
      insecure: false,
      userAgent: 'probe/test',
      proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
      ...options,
    },
    { clock: createTestClock(), log: silentLog, random: () => 0, ...deps },
  );
  onTestFinished(() => transport.close());
  return transport;
}

/** A GET that reads the whole body, unless said otherwise. */
export function get(url: URL | string, rest: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), signal: new AbortController().signal, read: ALL, ...rest };
}

/** The outcome as a response; fails the test when there was none. */
export function responseOf(outcome: HttpOutcome): HttpResponse {
  if (outcome.kind !== 'response') throw new Error(`no response: ${outcome.detail}`);
  return outcome;
}

/** The outcome as a failure; fails the test when there was an answer. */
export function failureOf(outcome: HttpOutcome): HttpFailure {
  if (outcome.kind !== 'failure') throw new Error(`a response came: ${outcome.status}`);
  return outcome;
}

/** A body as text. */
export function textOf({ body }: HttpResponse): string {
  return new TextDecoder().decode(body);
}
