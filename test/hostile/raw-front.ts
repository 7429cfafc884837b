import { request } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { serveTcp } from '../http/servers.ts';

/** An answer of the server behind, to be written in whichever form. */
export interface RawAnswer {
  readonly status: number;
  /** Names and values as they came, but for what frames the body. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** As announced; of a HEAD, that of the body which it does not have. */
  readonly length: number;
  readonly body: Buffer;
  readonly isHead: boolean;
}

const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Starts a front before a registry that writes each answer, byte for byte, as it is told to. */
export async function startRawFront(target: URL, write: (answer: RawAnswer) => Buffer): Promise<URL> {
  const { url } = await serveTcp((socket) => {
    // Whoever does not like an answer hangs up.
    serveAll(socket, target, write).catch(() => socket.destroy());
  });
  return url;
}

async function serveAll(socket: Socket, target: URL, write: (answer: RawAnswer) => Buffer): Promise<void> {
  let received = '';
  for await (const bytes of socket) {
    received += String(bytes);
    for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
      const [first = '', ...lines] = received.slice(0, end).split('\r\n');
      received = received.slice(end + 4);
      const headers = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
      const [method = '', path = ''] = first.split(' ');
      socket.write(write(await ask(new URL(path, target), method, headers)));
      if (headers['connection'] === 'close') socket.end();
    }
  }
}

async function ask(url: URL, method: string, headers: Record<string, string>): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const asked = request(url, { method, headers: { ...headers, connection: 'close' }, agent: false }, (answer) => {
    const { rawHeaders, statusCode = 0 } = answer;
    const fields = rawHeaders
      .flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : []))
      .filter(([name]) => !FRAMING.has(name.toLowerCase()));
    const lengthOf = (body: Buffer): number => Number(answer.headers['content-length'] ?? body.length);
    void buffer(answer).then(
      (body) => resolve({ status: statusCode, fields, length: lengthOf(body), body, isHead: method === 'HEAD' }),
      reject,
    );
  });
  asked.on('error', reject).end();
  return promise;
}
