import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A reverse proxy in front of a server: it sees every request first. */
export interface Gatekeeper {
  readonly url: URL;
  stop(): Promise<void>;
}

/**
 * Starts a proxy on 127.0.0.1 in front of a server. Each request, with its number from 1 on, waits for `mayPass`: false
 * ends its connection without an answer, as a server that is gone does.
 */
export async function startGatekeeper(
  target: URL,
  mayPass: (path: string, count: number) => Promise<boolean>,
): Promise<Gatekeeper> {
  let count = 0;
  const server = createServer((incoming, outgoing) => {
    count += 1;
    const path = incoming.url ?? '/';
    const pass = (): void => {
      // A connection of its own, so that none outlives a restart of the server.
      const asked = forward(new URL(path, target), {
        method: incoming.method,
        headers: incoming.headers,
        agent: false,
      });
      asked.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.on('error', () => outgoing.destroy());
        answer.pipe(outgoing);
      });
      asked.on('error', () => outgoing.destroy());
      asked.end();
    };
    void mayPass(path, count).then(
      (may) => (may ? pass() : outgoing.destroy()),
      () => outgoing.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
