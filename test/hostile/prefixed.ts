import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** Serves a server below a path, and nothing beside it, as a proxy does that hosts several registries under one name. */
export async function startPrefixed(target: URL, prefix: string): Promise<URL> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(400, { 'content-type': 'text/plain' }).end('not a repository path\n');
      return;
    }
    const { method, headers } = incoming;
    const asked = forward(new URL(path.slice(prefix.length), target), { method, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      // What breaks off behind it breaks off before it.
      answer.on('error', () => outgoing.destroy());
    });
    asked.once('error', () => outgoing.destroy());
    asked.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${port}${prefix}`);
}
