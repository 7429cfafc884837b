// Preloaded into a program: at its end, writes the most memory that it ever had, and the CPU time that it took, to a file.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['USAGE_FILE'];
process.on('exit', () => {
  // Not getrusage, which also counts what the process that started it had.
  const [, kibibytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  const { user, system } = process.cpuUsage();
  if (file !== undefined)
    writeFileSync(file, JSON.stringify({ kibibytes: Number(kibibytes), cpuMs: (user + system) / 1000 }));
});
