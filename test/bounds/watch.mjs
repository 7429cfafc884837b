// Preloaded into a program: at its end, writes to a file the most memory that it ever had, and the most that it computed
// without looking whether it was called.
import { readFileSync, writeFileSync } from 'node:fs';

const TURN_MS = 5;
const file = process.env['WATCH_FILE'];
let busiest = 0;
let before = process.threadCpuUsage();
setInterval(() => {
  // Not by the clock on the wall: others use the machine as well.
  const { user, system } = process.threadCpuUsage(before);
  busiest = Math.max(busiest, user + system);
  before = process.threadCpuUsage();
}, TURN_MS).unref();
process.on('exit', () => {
  // Not getrusage, which also counts what the process that started it had.
  const [, kibibytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (file !== undefined) {
    writeFileSync(file, JSON.stringify({ kibibytes: Number(kibibytes), busyMs: Math.round(busiest / 1000) }));
  }
});
