import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { serve, serveTls, type Certificate, type Handler, type TestServer } from './servers.ts';

/** A proxy that passes on what it is asked, plain requests and tunnels, and remembers both. */
export interface TestProxy {
  readonly server: TestServer;
  /** Such as `GET http://127.0.0.1:5000/v2/` or `CONNECT 127.0.0.1:5000`. */
  readonly asked: readonly string[];
  /** The Proxy-Authorization header of each of them. */
  readonly authorizations: readonly (string | undefined)[];
  /** All headers of each of them. */
  readonly heard: readonly IncomingMessage['headers'][];
}

export interface ProxySettings {
  /** Everything is answered with this status. */
  readonly refusal?: number;
  /** The proxy itself is spoken to over TLS. */
  readonly pair?: Certificate;
}

/** Starts a proxy. */
export async function startProxy({ refusal, pair }: ProxySettings = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const heard: IncomingMessage['headers'][] = [];
  const answer: Handler = (request, response) => {
    note(request);
    if (refusal === undefined) passOn(request, response);
    else response.writeHead(refusal).end('no');
  };
  const server = await (pair === undefined ? serve(answer) : serveTls(pair, answer));
  server.onConnect((request, socket) => {
    note(request);
    if (refusal === undefined) tunnel(request, socket);
    else refuse(socket, refusal);
  });
  return { server, asked, authorizations, heard };

  function note({ method, url, headers }: IncomingMessage): void {
    asked.push(`${method} ${url}`);
    authorizations.push(headers['proxy-authorization']);
    heard.push(headers);
  }
}

/** Says no and leaves it to the client to hang up. */
function refuse(socket: Socket, status: number): void {
  socket.on('error', () => {}).on('end', () => socket.end());
  socket.resume().write(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
}

function passOn(request: IncomingMessage, response: ServerResponse): void {
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers;
  const asked = forward(request.url ?? '', { method: request.method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on('error', () => response.writeHead(502).end('the server behind the proxy cannot be reached'));
  request.pipe(asked);
}

function tunnel(request: IncomingMessage, socket: Socket): void {
  const [host, port] = (request.url ?? '').split(':');
  const target = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    target.pipe(socket).pipe(target);
  });
  target.on('error', () => socket.destroy());
  socket.on('error', () => target.destroy());
}
