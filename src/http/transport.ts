import { lookup as systemLookup } from 'node:dns';

import { ask, type Asked, type Place, type Question } from './ask.ts';
import { PROCESS_ROOM } from './body-room.ts';
import type { Connections } from './connections.ts';
import { openConnectionSets } from './connection-sets.ts';
import type { HopOutcome, HttpOutcome, HttpRequest, Transport, Trust } from './exchange.ts';
import { follow, trustIn, type Hop } from './follow.ts';
import { createGate } from './gate.ts';
import { describeUrl, requestHeaders } from './headers.ts';
import { isSafe } from './lenient-socket.ts';
import { createLanes } from './lanes.ts';
import { findLevel, fixedLevel, type Ended } from './level.ts';
import { createPace } from './limiter.ts';
import { isLinkLocal, leadsLinkLocal, LINK_LOCAL } from './link-local.ts';
import type { TransportDeps, TransportOptions } from './options.ts';
import { pauseAfter } from './pause-policy.ts';
import { decide } from './retry-policy.ts';
import { askWithRoom } from './with-room.ts';

const CANCELED = 'the request was canceled';

/** One of the tries of a request; the first attempt is 1. */
interface Try {
  readonly request: HttpRequest;
  readonly attempt: number;
  /** In [0, 1). */
  readonly random: number;
  readonly signal: AbortSignal;
}

/** How one hop is asked. */
interface AskedHow {
  readonly lenient: boolean;
  /** For a large body; null where none is taken. */
  readonly place: Place | null;
}

/**
 * A transport over undici: TLS, proxies, redirects, retries, a limit on the exchanges under way and on their rate, and
 * the waits that servers ask for.
 * It never throws for what a network does. Throws a TypeError here for a proxy that is not a URL.
 */
export function createTransport(options: TransportOptions, deps: TransportDeps): Transport {
  const { clock, log, random, lookup = systemLookup, room = PROCESS_ROOM } = deps;
  const { timeoutMs, concurrency, findLevel: findsLevel = false, retries, insecure, proxy } = options;
  const sets = openConnectionSets(options, { connectTimeoutMs: timeoutMs, connections: concurrency, proxy, lookup });
  const lanes = createLanes(() => (findsLevel ? findLevel(concurrency) : fixedLevel(concurrency)), {
    pace: createPace(options.requestsPerSecond ?? null),
    clock,
  });
  const gate = createGate({ limiterOf: (host) => lanes.of(host).limiter, clock, log });
  const closing = new AbortController();
  const signals = new WeakMap<AbortSignal, AbortSignal>();
  const sent: Record<string, number> = {};
  /** Hosts, with their ports, whose answers undici refuses although nodes read them. */
  const odd = new Set<string>();
  return {
    send,
    sent,
    settled: (host) => lanes.levelOf(host)?.settled() ?? null,
    standing: (host) => lanes.levelOf(host)?.permits ?? null,
    close,
  };

  async function send(request: HttpRequest): Promise<HttpOutcome> {
    const signal = signalOf(request);
    const headers = requestHeaders(request, options.userAgent);
    for (let attempt = 1; ; attempt += 1) {
      const one: Try = { request, attempt, random: random(), signal };
      const tried = await follow(request, headers, { insecure, ask: (hop) => exchange(one, hop) });
      const decision = decide(attempt, tried, {
        retries: request.once === true ? 0 : retries,
        now: clock.now(),
        random: one.random,
      });
      if (decision.kind === 'stop') return tried.outcome;
      log.debug({ ...summary(request, tried.outcome), attempt, waitMs: decision.waitMs }, 'request is tried again');
      await clock.sleep(decision.waitMs, signal);
      if (signal.aborted) return tried.outcome;
    }
  }

  /** Requests have one of few signals, and each that is made of others is watched over by the garbage collector. */
  function signalOf(request: HttpRequest): AbortSignal {
    const known = signals.get(request.signal);
    if (known !== undefined) return known;
    const signal = AbortSignal.any([request.signal, closing.signal]);
    signals.set(request.signal, signal);
    return signal;
  }

  /** One hop; an answer that the parser gives up on is asked for once more, to be read as nodes read it. */
  async function exchange(one: Try, hop: Hop): Promise<HopOutcome> {
    const mayRepeat = isSafe(one.request.method);
    const lenient = mayRepeat && odd.has(hop.url.host);
    const asked = await takeTurn(one, hop, lenient);
    if (!asked.misread || lenient || !mayRepeat) return asked;
    if (wasHandedOver(asked, hop)) {
      odd.add(hop.url.host);
      return asked;
    }
    return takeTurn(one, hop, true);
  }

  /** One request under one permit; the permit is back before anybody waits or follows, also for room for a large body. */
  async function takeTurn(one: Try, hop: Hop, lenient: boolean): Promise<Asked> {
    const owner = { host: hop.url.host, party: one.request.party ?? '' };
    const asked = await askWithRoom(room, owner, one.signal, (place) => passGate(one, hop, { lenient, place }));
    return asked ?? unasked(hop, 'aborted', CANCELED);
  }

  async function passGate(one: Try, hop: Hop, how: AskedHow): Promise<Asked> {
    const { host } = hop.url;
    const { method, party } = one.request;
    const task = async (underWay: number): Promise<Asked> => {
      const answered = await connectAndAsk(one, hop, how);
      lanes.of(host).level.ended({ method, latencyMs: answered.latencyMs, sign: signOf(answered), underWay });
      const pause = pauseAfter(one.attempt, answered.outcome, { now: clock.now(), random: one.random });
      if (pause !== null) gate.pause(host, pause);
      return answered;
    };
    const passage = await gate.pass(host, one.signal, task, party);
    if (passage.kind === 'done') return passage.value;
    return passage.kind === 'canceled' ? unasked(hop, 'aborted', CANCELED) : unasked(hop, 'paused', leftAlone(passage));
  }

  async function connectAndAsk(one: Try, hop: Hop, how: AskedHow): Promise<Asked> {
    const { method } = one.request;
    const trust = trustIn(hop.url, one.request);
    if (trust.namedBy !== null && (await isOffLimits(hop.url, trust.namedBy))) {
      return unasked(hop, 'link_local', `it ${LINK_LOCAL}`);
    }
    const shared = how.lenient ? null : sharedFor(one.request, trust);
    const leniency = { method, onChange: () => note(hop.url.host) };
    const connections = shared ?? (how.lenient ? sets.fresh(trust, leniency) : sets.fresh(trust));
    const started = clock.elapsed();
    try {
      const asked = await askOver(connections, one, hop, { place: how.place, lastOnConnection: shared === null });
      const ms = Math.round(clock.elapsed() - started);
      log.debug({ ...summary({ method, url: hop.url }, asked.outcome), ms }, 'request is done');
      return asked;
    } finally {
      if (shared === null) await connections.destroy();
    }
  }

  /** The connections that others use as well; null where the request has to have one of its own. */
  function sharedFor({ newConnection, sharedUntil }: HttpRequest, trust: Trust): Connections | null {
    if (newConnection !== true) return sets.kept(trust);
    return sharedUntil?.aborted === false ? sets.until(sharedUntil, trust) : null;
  }

  /** An address is looked up nowhere, so that it is looked at here; so are those that a proxy would connect to. */
  async function isOffLimits({ hostname }: URL, namedBy: string): Promise<boolean> {
    return isLinkLocal(hostname) && !(await leadsLinkLocal(namedBy, lookup));
  }

  function note(host: string): void {
    if (!odd.has(host)) log.debug({ host }, 'host answers in a way that only lenient clients read');
    odd.add(host);
  }

  function askOver(
    connections: Connections,
    { request, signal }: Try,
    hop: Hop,
    { place, lastOnConnection }: Pick<Question, 'place' | 'lastOnConnection'>,
  ): Promise<Asked> {
    const { method, body = null, party = '' } = request;
    const dispatcher = connections.dispatcherFor(hop.url);
    const proxyHost = connections.proxyHostFor(hop.url);
    const isStalled = (): boolean => connections.isStalled(hop.url);
    const onSent = (): void => void (sent[method] = (sent[method] ?? 0) + 1);
    const question = { ...hop, method, body, dispatcher, proxyHost, isStalled, lastOnConnection, timeoutMs };
    return ask({ ...question, party, place, signal }, { clock, room, onSent });
  }

  async function close(): Promise<void> {
    closing.abort();
    await sets.destroy();
  }
}

function unasked({ who, url }: Hop, failure: 'aborted' | 'paused' | 'link_local', why: string): Asked {
  const detail = `${who} was not asked: ${why}`;
  return { outcome: { kind: 'failure', failure, detail, url }, transient: false, misread: false, latencyMs: null };
}

/** Whether its receiver has seen a part of this answer already, and would take a second one for more of it. */
function wasHandedOver({ outcome }: Asked, hop: Hop): boolean {
  return outcome.kind === 'response' && outcome.received > 0 && hop.readFor(outcome.status).kind === 'stream';
}

function leftAlone({ status, askedMs }: { readonly status: number; readonly askedMs: number }): string {
  return `it answered ${status} before and asked us to wait ${Math.ceil(askedMs / 1000)} s`;
}

function summary({ method, url }: Pick<HttpRequest, 'method' | 'url'>, outcome: HttpOutcome) {
  const result =
    outcome.kind === 'response' ? { status: outcome.status, end: outcome.end } : { detail: outcome.detail };
  return { method, url: describeUrl(url), ...result };
}

function signOf({ outcome }: Asked): Ended['sign'] {
  if (outcome.kind === 'response') return outcome.status === 429 || outcome.status === 503 ? 'refused' : 'fine';
  return outcome.failure === 'aborted' ? 'fine' : 'lost';
}
