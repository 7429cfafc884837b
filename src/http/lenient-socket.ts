import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { buildConnector, errors } from 'undici';
import { ProbeError } from '../util/errors.ts';
import type { HttpRequest } from './exchange.ts';
import { createChunkReader } from './lenient-chunks.ts';
import { readHead, type Head } from './lenient-head.ts';

/** In bytes: what gateways and CDNs add stays far below, and Go takes 10 MiB. */
export const MAX_HEADER_BYTES = 64 * 1024;
/** Answers before the answer, as many as Go passes over. */
const MAX_INTERIM = 5;
/** What an answer begins with, as far as it can be told from a mail server or a tunnel. */
const START = 'HTTP/1.';
/** Said of an answer with more of them, by whichever parser. */
export const TOO_MANY_HEADERS = `more than ${MAX_HEADER_BYTES / 1024} KiB of headers`;

/** The answer can be read in no way, or in more than one. */
export class GarbledError extends ProbeError<'garbled'> {
  override readonly name = 'GarbledError';
  /** To follow "an answer that cannot be read: ". */
  readonly oddity: string;

  constructor(oddity: string) {
    super('garbled', `the answer cannot be read: ${oddity}`);
    this.oddity = oddity;
  }
}

/**
 * Whether it was undici's parser that gave up, on something that can perhaps be read: all that is wrong with its syntax,
 * an interim answer that nobody asked for, and statuses that undici never thought of.
 */
export function isMisread(error: unknown): boolean {
  if (error instanceof errors.HTTPParserError || error instanceof errors.ResponseContentLengthMismatchError)
    return true;
  // The one thing for which there is neither a class nor a code.
  if (error instanceof errors.SocketError) return error.message === 'bad response';
  return error instanceof Error && 'code' in error && error.code === 'ERR_ASSERTION';
}

/** What may be asked once more although nobody said so: it changes nothing. */
export function isSafe(method: HttpRequest['method']): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** For whom answers are read leniently. */
export interface Leniency {
  /** Of the only request on the connection: a HEAD has no body. */
  readonly method: HttpRequest['method'];
  /** Called when an answer came that a strict parser would have refused. */
  readonly onChange: () => void;
}

/** What the bytes of an answer became. */
type Passed =
  { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'garbled'; readonly oddity: string };

/** Connects as the given connector or settings do, to read leniently what comes. */
export function connectLeniently(
  connect: buildConnector.connector | buildConnector.BuildOptions,
  leniency: Leniency,
): buildConnector.connector {
  const open = typeof connect === 'function' ? connect : buildConnector(connect);
  return (options, callback) => {
    open(options, (...[error, socket]) => {
      // undici asks no more of a socket than that it is a stream.
      if (error === null) callback(null, lenientSocket(socket, leniency) as Socket);
      else callback(error, null);
    });
  };
}

/**
 * A connection, good for one request, on which an answer that a strict parser refuses comes in a form that it takes, as
 * far as nodes would read it. What cannot be read ends the connection with a GarbledError.
 */
function lenientSocket(socket: Socket, leniency: Leniency): Duplex {
  const pass = createReader(leniency);
  const lenient = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    // Ends no earlier than the connection does: what came before is still read.
    destroy(error, done) {
      if (socket.closed) done(error);
      else socket.destroy().once('close', () => done(error));
    },
  });
  socket.on('data', (chunk: Uint8Array) => {
    if (lenient.destroyed) return;
    const passed = pass(chunk);
    if (passed.kind === 'garbled') lenient.destroy(new GarbledError(passed.oddity));
    else if (passed.bytes.length > 0 && !lenient.push(passed.bytes)) socket.pause();
  });
  socket.on('end', () => lenient.push(null));
  socket.on('error', (error) => lenient.destroy(error));
  socket.on('close', () => lenient.destroy());
  return lenient;
}

/** Holds back bytes until a head is complete; then the body follows, chunk by chunk or as it comes. */
function createReader({ method, onChange }: Leniency): (bytes: Uint8Array) => Passed {
  let text = '';
  let interim = 0;
  let readBody: ((bytes: Uint8Array) => Uint8Array) | null = null;
  return read;

  function read(bytes: Uint8Array): Passed {
    if (readBody !== null) return { kind: 'bytes', bytes: readBody(bytes) };
    text += Buffer.from(bytes).toString('latin1');
    if (!text.startsWith(START.slice(0, text.length))) return giveUp();
    for (;;) {
      const end = /\r?\n\r?\n/.exec(text);
      if ((end?.index ?? text.length) > MAX_HEADER_BYTES) return { kind: 'garbled', oddity: TOO_MANY_HEADERS };
      if (end === null) return { kind: 'bytes', bytes: new Uint8Array() };
      const length = end.index + end[0].length;
      const head = readHead(text.slice(0, length), method);
      if (head.kind === 'garbled') return head;
      if (head.kind === 'not_http') return giveUp();
      text = text.slice(length);
      if (head.kind === 'final') return start(head);
      interim += 1;
      if (interim > MAX_INTERIM) return { kind: 'garbled', oddity: 'too many answers before the answer' };
    }
  }

  /** What is not HTTP at all is left to the strict parser to say so. */
  function giveUp(): Passed {
    readBody = verbatim;
    return { kind: 'bytes', bytes: Buffer.from(text, 'latin1') };
  }

  function start(head: Extract<Head, { kind: 'final' }>): Passed {
    if (head.changed || interim > 0) onChange();
    readBody = head.chunked ? createChunkReader(onChange) : verbatim;
    const body = readBody(Buffer.from(text, 'latin1'));
    return { kind: 'bytes', bytes: Buffer.concat([Buffer.from(head.text, 'latin1'), body]) };
  }
}

function verbatim(bytes: Uint8Array): Uint8Array {
  return bytes;
}
