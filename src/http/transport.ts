import { ask } from './ask.ts';
import type { Attempt } from './attempt.ts';
import { openConnections, type ConnectionSettings, type Connections } from './connections.ts';
import type { HttpOutcome, HttpRequest, Transport } from './exchange.ts';
import { follow, type Hop } from './follow.ts';
import { requestHeaders } from './headers.ts';
import { createLimiter } from './limiter.ts';
import type { TransportDeps, TransportOptions } from './options.ts';
import { describeUrl } from './redact.ts';
import { decide } from './retry-policy.ts';
import { tlsSettings } from './tls-settings.ts';

/**
 * A transport over undici: TLS, proxies, redirects, retries, and a limit on the exchanges under way.
 * It never throws for what a network does. Throws a TypeError here for a proxy that is not a URL.
 */
export function createTransport(options: TransportOptions, { clock, log, random }: TransportDeps): Transport {
  const { timeoutMs, concurrency, retries, insecure, proxy } = options;
  const settings: ConnectionSettings = {
    connectTimeoutMs: timeoutMs,
    connections: concurrency,
    tls: tlsSettings(options),
    proxy,
  };
  const shared = openConnections(settings);
  const limiter = createLimiter(concurrency);
  const closing = new AbortController();
  const sent: Record<string, number> = {};
  return { send, sent, close };

  async function send(request: HttpRequest): Promise<HttpOutcome> {
    const signal = AbortSignal.any([request.signal, closing.signal]);
    const headers = requestHeaders(request, options.userAgent);
    for (let attempt = 1; ; attempt += 1) {
      const tried = await follow(request, headers, { insecure, ask: (hop) => exchange(request, hop, signal) });
      const decision = decide(attempt, tried, { retries, now: clock.now(), random: random() });
      if (decision.kind === 'stop') return tried.outcome;
      log.debug({ ...summary(request, tried.outcome), attempt, waitMs: decision.waitMs }, 'request is tried again');
      await clock.sleep(decision.waitMs, signal);
      if (signal.aborted) return tried.outcome;
    }
  }

  /** One hop under one permit; the permit is back before anybody waits or follows. */
  async function exchange(request: HttpRequest, hop: Hop, signal: AbortSignal): Promise<Attempt> {
    const done = await limiter.run(signal, async () => {
      const connections = request.newConnection === true ? openConnections(settings) : shared;
      try {
        return await askOver(connections, request, hop, signal);
      } finally {
        if (connections !== shared) await connections.destroy();
      }
    });
    return done ?? canceled(hop);
  }

  async function askOver(
    connections: Connections,
    request: HttpRequest,
    hop: Hop,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const { method } = request;
    const started = clock.now();
    const attempt = await ask(
      {
        ...hop,
        method,
        body: request.body ?? null,
        dispatcher: connections.dispatcherFor(hop.url),
        proxyHost: connections.proxyHostFor(hop.url),
        lastOnConnection: request.newConnection === true,
        timeoutMs,
        signals: [signal],
      },
      { clock, onSent: () => (sent[method] = (sent[method] ?? 0) + 1) },
    );
    log.debug({ ...summary({ method, url: hop.url }, attempt.outcome), ms: clock.now() - started }, 'request is done');
    return attempt;
  }

  async function close(): Promise<void> {
    closing.abort();
    await shared.destroy();
  }
}

function canceled({ who, url }: Hop): Attempt {
  const detail = `${who} was not asked: the request was canceled`;
  return { outcome: { kind: 'failure', failure: 'aborted', detail, url }, transient: false };
}

function summary({ method, url }: Pick<HttpRequest, 'method' | 'url'>, outcome: HttpOutcome) {
  const result =
    outcome.kind === 'response' ? { status: outcome.status, end: outcome.end } : { detail: outcome.detail };
  return { method, url: describeUrl(url), ...result };
}
