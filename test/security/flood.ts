import type { ServerResponse } from 'node:http';

import { serve } from '../http/servers.ts';

/** Far more than anybody reads, in bytes. */
const FLOOD_BYTES = 100 * 1024 * 1024;
const CHUNK = Buffer.alloc(64 * 1024, ' ');

/** How the flood begins. */
export interface Head {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Say how much is coming. */
  readonly announced?: boolean;
}

/** A server that answers everything with an endless body, and counts how much of it went. */
export interface Flood {
  readonly url: URL;
  /** For each request: the bytes that the kernel took. What is read is less, by what the sockets hold. */
  readonly sent: readonly number[];
}

/** Starts a server that answers with 100 MiB, as fast as they are read. */
export async function startFlood({ status, headers = {}, announced = false }: Head): Promise<Flood> {
  const sent: number[] = [];
  const { url } = await serve((request, response) => {
    const length = announced ? { 'content-length': String(FLOOD_BYTES) } : {};
    response.writeHead(status, { ...headers, ...length });
    // A HEAD has no body: what is written to it goes nowhere, and is not sent.
    if (request.method === 'HEAD') return void response.end();
    const position = sent.push(0) - 1;
    pour(response, (bytes) => (sent[position] = (sent[position] ?? 0) + bytes));
  });
  return { url, sent };
}

function pour(response: ServerResponse, onSent: (bytes: number) => void): void {
  let left = FLOOD_BYTES;
  const next = (error?: Error | null): void => {
    if (error || response.destroyed) return;
    if (left < FLOOD_BYTES) onSent(CHUNK.length);
    if (left === 0) {
      response.end();
      return;
    }
    left -= CHUNK.length;
    response.write(CHUNK, next);
  };
  next();
}
