// Preloaded into a program: at its end, writes the most memory that it ever had, as the kernel counts it, to a file.
import { readFileSync, writeFileSync } from 'node:fs';

const file = process.env['PEAK_MEMORY_FILE'];
process.on('exit', () => {
  // Not getrusage, which also counts what the process that started it had.
  const [, kibibytes = ''] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (file !== undefined) writeFileSync(file, kibibytes);
});
