import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A request without a body. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** By names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** An answer as it goes out, also one that no HTTP library would write. */
export interface RawAnswer {
  readonly status: number;
  /** In this order, as UTF-8, each as often as it is named; `Content-Length` is added. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
  /** The `Content-Length` headers in place of the right one. */
  readonly lengths?: readonly (string | number)[];
  /** As one chunk, beside whatever `lengths` says. */
  readonly chunked?: boolean;
  /** Ends the connection when that many bytes of the body have been sent. */
  readonly cutAfter?: number;
}

/** A server on 127.0.0.1 that writes to the socket itself. */
export interface RawServer {
  readonly url: URL;
  stop(): Promise<void>;
}

const END_OF_HEAD = '\r\n\r\n';
/** Clients that do not know try TLS first, and a server without it says so. */
const TLS_HANDSHAKE = '\u0016';
const NO_TLS = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';
const encoder = new TextEncoder();

/** Starts a server for GET and HEAD whose answers are bytes. Where TLS is spoken to it, it says that it has none, or nothing. */
export async function startRawServer(
  answer: (request: RawRequest) => RawAnswer,
  toTls: 'refusal' | 'silence' = 'refusal',
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Clients that have seen enough close the connection as they like.
    socket.on('error', () => socket.destroy());
    let received = '';
    socket.setEncoding('latin1').on('data', (text) => {
      received += text.toString();
      if (received.startsWith(TLS_HANDSHAKE)) return void (toTls === 'refusal' && socket.end(NO_TLS));
      for (let end = received.indexOf(END_OF_HEAD); end >= 0; end = received.indexOf(END_OF_HEAD)) {
        const request = readHead(received.slice(0, end));
        received = received.slice(end + END_OF_HEAD.length);
        write(socket, request.method, answer(request));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readHead(head: string): RawRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', target = '/'] = first.split(' ');
  const { pathname, searchParams } = new URL(target, 'http://server');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { method, path: decodeURIComponent(pathname), query: searchParams, headers: new Map(headers) };
}

function write(socket: Socket, method: string, { status, headers, body, ...how }: RawAnswer): void {
  const lengths = how.lengths ?? (how.chunked === true ? [] : [body.length]);
  const lines = [
    `HTTP/1.1 ${status} Status`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(how.chunked === true ? ['Transfer-Encoding: chunked'] : []),
    ...lengths.map((length) => `Content-Length: ${length}`),
  ];
  socket.write(encoder.encode(lines.join('\r\n') + END_OF_HEAD));
  if (method === 'HEAD') return;
  if (how.chunked === true) socket.write(`${body.length.toString(16)}\r\n`);
  socket.write(body.subarray(0, how.cutAfter ?? body.length));
  if (how.chunked === true) socket.write('\r\n0\r\n\r\n');
  // More was announced than comes: the end of the connection is the end of the body.
  const announced = Number(lengths[0] ?? body.length);
  if (how.cutAfter !== undefined || announced !== body.length) socket.end();
}
