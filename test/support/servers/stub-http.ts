import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  /** The raw target: path and query as sent. */
  readonly target: string;
  readonly headers: Readonly<IncomingMessage['headers']>;
  readonly body: string;
}

/** A server whose every answer is the test's. */
export interface HttpStub {
  readonly url: URL;
  readonly seen: readonly SeenRequest[];
  stop(): Promise<void>;
}

/** Starts an HTTP server on 127.0.0.1 that hands each request, its body read, to `answer`; not answering is allowed. */
export async function startStub(answer: (request: SeenRequest, response: ServerResponse) => void): Promise<HttpStub> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      const one = { method, target, headers, body: Buffer.concat(chunks).toString('utf8') };
      seen.push(one);
      answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/`),
    seen,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
