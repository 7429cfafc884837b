import { request, type Dispatcher } from 'undici';
import type { Clock } from '../util/clock.ts';
import { handshakeOf } from './bad-handshake.ts';
import { readBody } from './body.ts';
import { isDecodable, readCodings, startDecoding } from './decoding.ts';
import { classify, describeFailure, isTransient, type Classified, type Phase } from './error-class.ts';
import type { BodyRead, HopOutcome, HttpRequest, HttpResponse } from './exchange.ts';
import { withoutEcho } from './echo.ts';
import { announcedLength, joinFields } from './headers.ts';
import { ODD_TRANSFER } from './lenient-head.ts';
import { GarbledError, isMisread, isSafe } from './lenient-socket.ts';
import { createStop, type Stop } from './stop.ts';

/** One request to one server: no redirect is followed, nothing is tried again. */
export interface Question {
  readonly method: HttpRequest['method'];
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** How people are told who is asked. */
  readonly who: string;
  /** How to read the body, once the status is known. */
  readonly readFor: (status: number) => BodyRead;
  readonly dispatcher: Dispatcher;
  /** The proxy that may stand in between, as `host:port`. */
  readonly proxyHost: string | null;
  /** True when a connection was taken by then, and no TLS came about on it. */
  readonly isStalled: () => boolean;
  /** Ask the server to close the connection after this answer. */
  readonly lastOnConnection: boolean;
  /** Milliseconds, from now to the last byte; for a streamed body, the longest silence. */
  readonly timeoutMs: number;
  /** Any of these ends the exchange. */
  readonly signals: readonly AbortSignal[];
}

export interface AskDeps {
  readonly clock: Clock;
  /** Called when the request goes on the wire. */
  readonly onSent: () => void;
  /** Called when the head of an answer is there. */
  readonly onAnswered: () => void;
}

/** What came of one question. */
export interface Asked extends HopOutcome {
  /** The parser gave up on the answer: asked once more, and read leniently, it may make sense. */
  readonly misread: boolean;
}

/** Asks once and reads the answer within the time limit. Rejects only with what a stream's `onChunk` throws. */
export async function ask(question: Question, { clock, onSent, onAnswered }: AskDeps): Promise<Asked> {
  const stop = createStop(clock, question.timeoutMs, question.signals);
  let phase: Phase = 'connect';
  try {
    const arrival = await awaitHeaders(question, stop, () => {
      phase = 'headers';
      onSent();
    });
    if (arrival.kind === 'answer') onAnswered();
    if (arrival.kind === 'answer') return await readAnswer(question, arrival.answer, stop);
    const misread = arrival.kind === 'error' && stop.reason === null && isMisread(arrival.error);
    return { ...withoutAnswer(question, phase, explain(question, arrival, stop)), misread };
  } finally {
    stop.release();
  }
}

async function readAnswer(question: Question, answer: Answer, stop: Stop): Promise<Asked> {
  const { method, url, readFor } = question;
  const { statusCode: status, body: source } = answer;
  const headers = joinFields(answer.headers);
  const read = readFor(status);
  if (read.kind === 'stream') stop.extend();
  // A body that breaks off or is let go of also emits its error here, where nobody else listens; readBody has seen it.
  source.on('error', () => {});
  const transfer = headers['transfer-encoding'] ?? 'chunked';
  if (isSafe(method) && transfer.toLowerCase() !== 'chunked') {
    source.destroy();
    return { ...withoutAnswer(question, 'headers', classify(new GarbledError(ODD_TRANSFER))), misread: true };
  }
  if (method === 'HEAD') {
    // There is nothing to read, and the connection is free once that is seen.
    source.resume();
    const nothing = { body: NO_BYTES, received: 0, end: 'complete' } as const;
    const response: HttpResponse = { kind: 'response', status, headers, ...nothing, url, redirected: false };
    return { outcome: response, transient: false, misread: false };
  }
  const names = readCodings(headers['content-encoding']);
  // A range is one of the coded bytes.
  const decodable = status !== 206 && isDecodable(names);
  const decoding = names.length > 0 && decodable ? startDecoding(names) : null;
  const announced = announcedLength(method, status, headers);
  const { body, received, decoded, end, misread } = await readBody(source, read, announced, stop, decoding);
  const forNodes = decoding?.forNodes ?? false;
  const response: HttpResponse = {
    kind: 'response',
    status,
    headers,
    body: status >= 400 ? withoutEcho(body, question.headers, question.body) : body,
    received,
    end,
    ...(names.length === 0 ? {} : { coding: { names, decoded: decodable ? decoded : null, forNodes } }),
    url,
    redirected: false,
  };
  return { outcome: response, transient: false, misread };
}

const NO_BYTES = new Uint8Array();

function withoutAnswer({ url, who, timeoutMs, isStalled }: Question, phase: Phase, classified: Classified): HopOutcome {
  const { failure, code } = classified;
  const detail = describeFailure(classified, { who, phase, timeoutMs });
  const handshake = handshakeOf(failure, code, phase === 'connect' && isStalled());
  return {
    outcome: { kind: 'failure', failure, ...(handshake === null ? {} : { handshake }), detail, url },
    transient: isTransient(classified),
  };
}

/** What we ended ourselves is known without looking at errors; they would say as much, less clearly. */
function explain(question: Question, arrival: Exclude<Arrival, { kind: 'answer' }>, stop: Stop): Classified {
  if (stop.reason !== null) return { failure: stop.reason, code: null, proxy: null };
  if (arrival.kind === 'stopped') return { failure: 'aborted', code: null, proxy: null };
  const classified = classify(arrival.error);
  const { proxyHost, url } = question;
  // The only sign undici gives of a 407 from a proxy that forwards plain HTTP.
  if (classified.code === 'UND_ERR_INVALID_ARG' && proxyHost !== null && url.protocol === 'http:') {
    return { failure: 'proxy', code: null, proxy: { host: proxyHost, status: 407, cause: 'other' } };
  }
  return classified;
}

type Answer = Dispatcher.ResponseData<unknown>;

/** What came of waiting for response headers. */
type Arrival =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'stopped' };

/** Sends a request and waits for its headers, or for the stop; `onStart` is called when it goes on the wire. */
async function awaitHeaders(question: Question, stop: Stop, onStart: () => void): Promise<Arrival> {
  const arrival = send(question, stop, onStart);
  // undici notices an abort only once there is a connection; whoever is told to stop does not wait for one.
  const stopped = stop.stopped.then((): Arrival => ({ kind: 'stopped' }));
  return Promise.race([arrival, stopped]);
}

async function send(question: Question, stop: Stop, onStart: () => void): Promise<Arrival> {
  try {
    const answer = await request(question.url, {
      dispatcher: watched(question.dispatcher),
      opaque: onStart,
      method: question.method,
      headers: { ...question.headers },
      body: question.body,
      signal: stop.signal,
      // Said in so many words, or undici closes the connection after each HEAD and pays for a new one at every blob.
      reset: question.lastOnConnection,
    });
    return { kind: 'answer', answer };
  } catch (error) {
    return { kind: 'error', error };
  }
}

type Carrying = Dispatcher.DispatchOptions & { readonly opaque?: unknown };

/** Made once for each: it is the same for all requests. */
const WATCHED = new WeakMap<Dispatcher, Dispatcher>();

function watched(dispatcher: Dispatcher): Dispatcher {
  const known = WATCHED.get(dispatcher) ?? watchStart(dispatcher);
  WATCHED.set(dispatcher, known);
  return known;
}

/**
 * A dispatcher that calls what a request carries along when that is about to be written: until then there is no
 * connection for it.
 */
function watchStart(dispatcher: Dispatcher): Dispatcher {
  return dispatcher.compose((dispatch) => (options: Carrying, handler) => {
    const onStart = options.opaque;
    return dispatch(options, {
      onRequestStart(controller, context) {
        handler.onRequestStart?.(controller, context);
        // A request that was canceled while its connection was being made ends here, unsent.
        if (!controller.aborted && typeof onStart === 'function') onStart();
      },
      onResponseStart: (controller, statusCode, headers, message) =>
        handler.onResponseStart?.(controller, statusCode, headers, message),
      onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
      onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
      onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
    });
  });
}
