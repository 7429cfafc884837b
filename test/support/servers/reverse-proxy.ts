import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { SeenRequest } from './stub-http.ts';

/** A proxy that changes nothing and counts everything. */
export interface ReverseProxy {
  readonly url: URL;
  readonly seen: readonly Omit<SeenRequest, 'body'>[];
  /** The most requests that were under way at once. */
  readonly mostAtOnce: number;
  stop(): Promise<void>;
}

/** Starts a reverse proxy on 127.0.0.1 before a server that speaks plain HTTP; with a certificate it takes TLS alone, as these settings have it. */
export async function startReverseProxy(target: URL, tls: ServerOptions | null = null): Promise<ReverseProxy> {
  const seen: Omit<SeenRequest, 'body'>[] = [];
  const agent = new Agent({ keepAlive: true });
  let underWay = 0;
  let mostAtOnce = 0;

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url: path = '', headers } = incoming;
    seen.push({ method, target: path, headers });
    underWay += 1;
    mostAtOnce = Math.max(mostAtOnce, underWay);
    const asked = request(new URL(path, target), { method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // An answer may break off before its first byte; its head has come all the same.
      outgoing.flushHeaders();
      answer.on('data', (chunk: Buffer) => outgoing.write(chunk));
      answer.once('close', () => {
        // Over before the client can know it, so that its next request is never counted beside this one.
        underWay -= 1;
        if (answer.complete) outgoing.end();
        else outgoing.socket?.destroySoon();
      });
    });
    asked.once('error', () => {
      if (!outgoing.headersSent) underWay -= 1;
      outgoing.destroy();
    });
    outgoing.once('close', () => asked.destroy());
    incoming.pipe(asked);
  }

  const server = tls === null ? createServer(forward) : createTlsServer({ ...tls }, forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${tls === null ? 'http' : 'https'}://127.0.0.1:${port}/`),
    seen,
    get mostAtOnce() {
      return mostAtOnce;
    },
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
