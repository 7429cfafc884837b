import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { onTestFinished } from 'vitest';

/** Listens with the shortest queue there is and never looks at it again; ends by itself if nobody ends it. */
const LISTEN_AND_STALL = `
  const { writeSync } = require('node:fs');
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    process.exit();
  });
`;
/** What a queue of one holds under Linux: one more than it says. */
const QUEUED = 2;

/** A URL whose packets vanish: a server that stopped accepting, with a full queue, so that the kernel drops what comes. */
export async function blackHole(): Promise<URL> {
  const child = spawn(process.execPath, ['--eval', LISTEN_AND_STALL], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  });
  const [port]: unknown[] = await once(child.stdout, 'data');
  const url = new URL(`http://127.0.0.1:${String(port)}/`);
  for (let count = 0; count < QUEUED; count += 1) {
    const socket = connect(Number(url.port), url.hostname).on('error', () => {});
    sockets.push(socket);
    await once(socket, 'connect');
  }
  return url;
}
