import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { setTimeout as pause } from 'node:timers/promises';

/** What a scan took. */
export interface MeasuredScan {
  readonly code: number | null;
  readonly seconds: number;
  /** The most memory that the process ever had, in bytes. */
  readonly peakBytes: number;
  readonly stdout: string;
}

/** Scans a directory in a process of its own, and watches how much memory that takes. */
export async function measureScan(directory: string, ...flags: readonly string[]): Promise<MeasuredScan> {
  const main = join(import.meta.dirname, '../../src/main.ts');
  const before = performance.now();
  const child = spawn(process.execPath, [main, 'scan', directory, '--output', 'json', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text));
  const ended: { code?: number | null } = {};
  child.on('close', (exit) => void (ended.code = exit));
  let peakBytes = 0;
  while (ended.code === undefined) {
    peakBytes = Math.max(peakBytes, await peakOf(child.pid ?? 0));
    await pause(50);
  }
  return { code: ended.code, seconds: (performance.now() - before) / 1000, peakBytes, stdout };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html: the peak of the resident set. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
