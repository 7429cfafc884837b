import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range that Linux gives to outgoing connections (32768 up): a server that is stopped and started again on
 * its port must not find a client's connection there.
 */
const FIRST_PORT = 20_000;
const END_OF_PORTS = 32_768;
const TRIES = 50;

/** A port on 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, END_OF_PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port found on 127.0.0.1 in ${TRIES} tries`);
}

/** True when a server could listen on the port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
