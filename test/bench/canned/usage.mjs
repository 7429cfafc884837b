// Preloaded into a program: at its end, writes the most memory that it ever had, and the CPU time that it took, to a file.
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['USAGE_FILE'];
/** Milliseconds of CPU time for each of the requests of a piece. */
const PIECE = 500;
const pieces = [];
let requests = 0;
let before = cpuMs();
subscribe('undici:client:sendHeaders', () => {
  requests += 1;
  if (requests % PIECE !== 0) return;
  const now = cpuMs();
  pieces.push((now - before) / PIECE);
  before = now;
});
process.on('exit', () => {
  // Not getrusage, which also counts what the process that started it had.
  const [, kibibytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (file !== undefined) writeFileSync(file, JSON.stringify({ kibibytes: Number(kibibytes), cpuMs: cpuMs(), pieces }));
});

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
