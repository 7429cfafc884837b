import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { request } from 'undici';

/** What can happen to a request, and how often, of a thousand. */
const MISHAPS = [
  { kind: 'drop', of: 40 },
  { kind: 'delay', of: 40 },
  { kind: 'cut', of: 60 },
  { kind: '500', of: 50 },
  { kind: '429', of: 30 },
] as const;
type Mishap = (typeof MISHAPS)[number]['kind'] | 'none';

/** A proxy on which nothing can be relied. */
export interface ChaosProxy {
  readonly url: URL;
  /** From here on, another course of events. */
  begin(seed: string): void;
  /** How often each thing happened since the beginning. */
  readonly happened: Readonly<Record<Mishap, number>>;
  stop(): Promise<void>;
}

/**
 * Starts a proxy before a registry that drops, delays, cuts short, and answers 500 or 429. What happens to a request
 * follows from the seed, the path and how often it was asked, so that a course of events can be repeated.
 */
export async function startChaosProxy(target: URL): Promise<ChaosProxy> {
  const happened: Record<Mishap, number> = { drop: 0, delay: 0, cut: 0, '500': 0, '429': 0, none: 0 };
  const times = new Map<string, number>();
  let seed = '';

  function decide(method: string, path: string): Mishap {
    const key = `${method} ${path.replace(/[?&]probe=[^&]*/, '')}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    let dice = createHash('sha256').update(`${seed} ${key} ${time}`).digest().readUInt32BE() % 1000;
    for (const { kind, of } of MISHAPS) {
      if (dice < of) return kind;
      dice -= of;
    }
    return 'none';
  }

  async function answer(method: string, path: string, headers: Record<string, string>, out: ServerResponse) {
    const mishap = decide(method, path);
    happened[mishap] += 1;
    if (mishap === 'drop') return void out.socket?.destroy();
    if (mishap === '500' || mishap === '429') return void out.writeHead(Number(mishap)).end();
    if (mishap === 'delay') await new Promise((resolve) => setTimeout(resolve, 5));
    const upstream = await request(new URL(path, target), { method: method === 'HEAD' ? 'HEAD' : 'GET', headers });
    const body = Buffer.from(await upstream.body.arrayBuffer());
    out.writeHead(upstream.statusCode, upstream.headers);
    if (mishap !== 'cut' || method === 'HEAD' || body.length === 0) return void out.end(body);
    out.flushHeaders();
    out.write(body.subarray(0, Math.floor(body.length / 2)), () => out.socket?.destroySoon());
  }

  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const { host: _host, connection: _connection, ...rest } = headers;
    const forwarded = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]));
    answer(method, path, forwarded, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    happened,
    begin(next) {
      seed = next;
      times.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
