import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** What one run of a program took. */
export interface Measured {
  readonly seconds: number;
  /** Of the program and of what it started, in user and system mode. */
  readonly cpuSeconds: number;
  /** Of the program alone, in MiB. */
  readonly peakMebibytes: number;
  readonly stdout: string;
}

/** How often the memory of the program is looked at. */
const POLL_MS = 25;

/** Runs a program to its end; throws with what it printed where it ends with another code than the expected ones. */
export async function measure(
  argv: readonly [string, ...string[]],
  {
    env = {},
    codes = [0],
  }: { readonly env?: Readonly<Record<string, string>>; readonly codes?: readonly number[] } = {},
): Promise<Measured> {
  // The times that bash tells are those of its children; the line is the last one of its standard error.
  const line = ['-c', 'TIMEFORMAT="%R %U %S"; time "$@"', 'bash', ...argv];
  const child = spawn('bash', line, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  let peak = 0;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const timer = setInterval(() => {
    void peakOfChildren(child.pid ?? 0).then((now) => (peak = Math.max(peak, now)));
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (code === null || !codes.includes(code)) throw new Error(`${argv.join(' ').slice(0, 200)}: ${code}\n${stderr}`);
  const [real = 0, user = 0, system = 0] = (stderr.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds: real, cpuSeconds: user + system, peakMebibytes: peak, stdout };
}

async function peakOfChildren(pid: number): Promise<number> {
  try {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const peaks = await Promise.all(children.trim().split(' ').map(peakOf));
    return Math.max(0, ...peaks);
  } catch {
    return 0;
  }
}

async function peakOf(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
}
