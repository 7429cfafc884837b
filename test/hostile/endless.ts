import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/** A server that sends more than anybody wants. */
export interface Endless {
  readonly url: URL;
  /** What has left this end, in bytes. */
  sent(): number;
}

/** What both ends' kernels take, over a few connections, before a server learns that nobody reads; in bytes. */
export const IN_FLIGHT = 32 * 1024 * 1024;

/** Answers each GET with 200 and `length` spaces, for as long as the client listens. A HEAD gets the headers alone. */
export async function startEndless(length: number, headers: Readonly<Record<string, string>>): Promise<Endless> {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    response.writeHead(200, { ...headers });
    let left = request.method === 'HEAD' ? 0 : length;
    const pour = (): void => {
      while (!response.destroyed && left > 0) {
        left -= chunk.length;
        if (!response.write(chunk)) return void response.once('drain', pour);
      }
      response.end();
    };
    pour();
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    sent: () => [...sockets].reduce((sum, { bytesWritten }) => sum + bytesWritten, 0),
  };
}
