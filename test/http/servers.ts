import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse, createServer as createHttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server on a free port of 127.0.0.1, gone when the test is. */
export interface TestServer {
  readonly url: URL;
  /** What was asked, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Connections that were ever made. */
  readonly sockets: readonly Socket[];
  /** Calls the handler for each CONNECT, which no request handler gets. */
  onConnect(handler: (request: IncomingMessage, socket: Socket) => void): void;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The authority of the certificates, which no system trusts. */
export const AUTHORITY = tlsFile('authority.pem');

/** A certificate for 127.0.0.1, one for another host, or one that was good once and is its own authority. */
export function certificate(name: 'server' | 'other' | 'expired'): Certificate {
  return { cert: tlsFile(`${name}.pem`), key: tlsFile(`${name}.key`) };
}

/** Serves HTTP; the path and query of a request are the handler's to read. */
export function serve(handler: Handler): Promise<TestServer> {
  return start('http:', (record) => createHttpServer(record(handler)));
}

/** Serves HTTPS with the given certificate. */
export function serveTls(pair: Certificate, handler: Handler): Promise<TestServer> {
  return start('https:', (record) => createHttpsServer({ ...pair }, record(handler)));
}

/** Serves HTTPS to those alone who show a certificate of the authority. */
export function serveMutualTls(pair: Certificate, handler: Handler): Promise<TestServer> {
  const settings = { ...pair, ca: AUTHORITY, requestCert: true, rejectUnauthorized: true };
  return start('https:', (record) => createHttpsServer(settings, record(handler)));
}

/** Serves HTTP/2 to whoever can, and HTTPS to the others; only the latter reach the handler. */
export function serveBoth(pair: Certificate, handler: Handler): Promise<TestServer> {
  return start('https:', (record) => {
    const recorded = record(handler);
    const server = createSecureServer({ ...pair, allowHTTP1: true });
    return server.on('request', (request, response) => {
      if (request instanceof IncomingMessage && response instanceof ServerResponse) recorded(request, response);
      else response.writeHead(505).end();
    });
  });
}

/** Serves bytes: for answers that an HTTP server refuses to give. */
export async function serveTcp(onSocket: (socket: Socket) => void): Promise<TestServer> {
  return start('http:', () =>
    createTcpServer((socket) => {
      socket.on('error', () => {});
      onSocket(socket);
    }),
  );
}

/** Serves each connection one fixed text after its first bytes came, and then ends or resets it. */
export function serveText(text: string, ending: 'end' | 'reset' | 'stay' = 'end'): Promise<TestServer> {
  return serveTcp((socket) => {
    socket.once('data', () => {
      socket.write(text, () => {
        if (ending === 'end') socket.end();
        if (ending === 'reset') socket.resetAndDestroy();
      });
    });
  });
}

/** A URL to connect to in vain: TLS to a server that takes the connection and says nothing. */
export async function unconnectable(): Promise<{ url: URL; reached: Promise<void>; connections: () => number }> {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const { url, sockets } = await serveTcp((socket) => socket.once('data', () => resolve()));
  return { url: new URL(`https://${url.host}/`), reached, connections: () => sockets.length };
}

/** A URL where nothing listens. */
export async function closedPort(): Promise<URL> {
  const server = createTcpServer();
  const url = await listen(server, 'http:');
  await new Promise((resolve) => server.close(resolve));
  return url;
}

async function start(protocol: string, create: (record: (handler: Handler) => Handler) => Server): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const sockets: Socket[] = [];
  const server = create((handler) => (request, response) => {
    requests.push(request);
    handler(request, response);
  });
  server.on('connection', (socket: Socket) => sockets.push(socket));
  const url = await listen(server, protocol);
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url,
    requests,
    sockets,
    onConnect: (handler) => void server.on('connect', handler),
  };
}

async function listen(server: Server, protocol: string): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`${protocol}//127.0.0.1:${portOf(server.address())}/`);
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function tlsFile(name: string): string {
  return readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
}
