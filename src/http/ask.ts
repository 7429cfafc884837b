import type { Dispatcher } from 'undici';
import type { Clock } from '../util/clock.ts';
import { awaitArrival, type Arrival, type Head } from './arrival.ts';
import { handshakeOf } from './bad-handshake.ts';
import { readBody, type BodySource } from './body.ts';
import { PROCESS_ROOM, type BodyRoom, type Leave } from './body-room.ts';
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
  /** Whose turn in the room for large bodies it takes. */
  readonly party: string;
  /** A place there that is taken already; null where there is none. */
  readonly place: Place | null;
  /** Ends the exchange. */
  readonly signal: AbortSignal;
}

/** A place in the room for large bodies, of so many bytes. */
export interface Place {
  readonly bytes: number;
  readonly leave: Leave;
}

export interface AskDeps {
  readonly clock: Clock;
  /** Where large bodies are held; absent, where all of the process are. */
  readonly room?: BodyRoom;
  /** Called when the request goes on the wire. */
  readonly onSent: () => void;
}

/** What came of one question. */
export interface Asked extends HopOutcome {
  /** The parser gave up on the answer: asked once more, and read leniently, it may make sense. */
  readonly misread: boolean;
  /** From the request on the wire to the head of the answer, in milliseconds; null where none came. */
  readonly latencyMs: number | null;
  /**
   * Set where a large body was let go of, because others wait for room already: so many bytes have to be waited for, and
   * then it may be asked for once more.
   */
  readonly crowded?: number;
}

/** Asks once and reads the answer within the time limit. Rejects only with what a stream's `onChunk` throws. */
export async function ask(question: Question, { clock, room = PROCESS_ROOM, onSent }: AskDeps): Promise<Asked> {
  let sentAt: number | null = null;
  const arrival = awaitArrival(() => {
    sentAt = clock.elapsed();
    onSent();
  });
  // undici notices an abort only once there is a connection; whoever is told to stop does not wait for one.
  const stop = createStop(clock, question.timeoutMs, question.signal, arrival.abort);
  try {
    const head = await headOf(question, arrival);
    if ('error' in head) {
      const misread = stop.reason === null && isMisread(head.error);
      const phase = sentAt === null ? 'connect' : 'headers';
      return { ...withoutAnswer(question, phase, explain(question, head.error, stop)), misread, latencyMs: null };
    }
    const latencyMs = sentAt === null ? null : clock.elapsed() - sentAt;
    return { ...(await readAnswer(question, head, arrival.body, stop, room)), latencyMs };
  } finally {
    stop.release();
  }
}

/** Sends the question and waits for the head of its answer, or for what kept it from coming. */
async function headOf(
  { url, dispatcher, method, headers, body, lastOnConnection }: Question,
  { handler, head }: Arrival,
): Promise<Head | { readonly error: unknown }> {
  try {
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers,
      body,
      // Said in so many words, or undici closes the connection after each HEAD and pays for a new one at every blob.
      reset: lastOnConnection,
    };
    dispatcher.dispatch(options, handler);
    return await head;
  } catch (error) {
    return { error };
  }
}

async function readAnswer(
  question: Question,
  { status, headers: fields }: Head,
  source: BodySource,
  stop: Stop,
  room: BodyRoom,
): Promise<Omit<Asked, 'latencyMs'>> {
  const { method, url, readFor } = question;
  const headers = joinFields(fields);
  const read = readFor(status);
  if (read.kind === 'stream') stop.extend();
  const transfer = headers['transfer-encoding'] ?? 'chunked';
  if (isSafe(method) && transfer.toLowerCase() !== 'chunked') {
    source.destroy();
    return { ...withoutAnswer(question, 'headers', classify(new GarbledError(ODD_TRANSFER))), misread: true };
  }
  if (method === 'HEAD') {
    const nothing = { body: NO_BYTES, received: 0, end: 'complete' } as const;
    const response: HttpResponse = { kind: 'response', status, headers, ...nothing, url, redirected: false };
    return { outcome: response, transient: false, misread: false };
  }
  const names = readCodings(headers['content-encoding']);
  // A range is one of the coded bytes.
  const decodable = status !== 206 && isDecodable(names);
  const decoding = names.length > 0 && decodable ? startDecoding(names) : null;
  const announced = announcedLength(method, status, headers);
  const large = createPlace(room, question, stop);
  const reading = readBody(source, read, announced, stop, decoding, large.take);
  const { body, received, decoded, end, misread } = await reading.finally(large.leave);
  const crowded = large.crowded();
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
  return { outcome: response, transient: false, misread, ...(crowded === null ? {} : { crowded }) };
}

/**
 * A place in the room for one body. It is left when the body is handed over: who asked for it goes on before anything
 * more comes over the network, and has made of it what is kept. Time spent waiting for it is not the server's.
 */
function createPlace(
  room: BodyRoom,
  { method, url, party, place, signal }: Question,
  stop: Stop,
): {
  readonly take: (bytes: number) => Promise<boolean>;
  readonly leave: () => void;
  readonly crowded: () => number | null;
} {
  let leave: Leave = () => {};
  let crowded: number | null = null;
  return {
    async take(bytes) {
      if (place !== null) {
        // Whoever waited here with a place taken would wait for others who do the same.
        if (bytes > place.bytes) crowded = bytes;
        return bytes <= place.bytes;
      }
      stop.hold();
      const owner = { host: url.host, party };
      // What changes something is not asked once more.
      const entered = await (isSafe(method) ? room.enterFromWire : room.enter)(owner, bytes, signal);
      stop.extend();
      if (entered === 'crowded') crowded = bytes;
      else leave = entered ?? leave;
      return typeof entered === 'function';
    },
    leave: () => leave(),
    crowded: () => crowded,
  };
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
function explain({ proxyHost, url }: Question, error: unknown, stop: Stop): Classified {
  if (stop.reason !== null) return { failure: stop.reason, code: null, proxy: null };
  const classified = classify(error);
  // The only sign undici gives of a 407 from a proxy that forwards plain HTTP.
  if (classified.code === 'UND_ERR_INVALID_ARG' && proxyHost !== null && url.protocol === 'http:') {
    return { failure: 'proxy', code: null, proxy: { host: proxyHost, status: 407, cause: 'other' } };
  }
  return classified;
}
