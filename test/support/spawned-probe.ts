import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { COMPILED } from './compiled.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** The program as a process of its own. */
export interface SpawnedProbe {
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of standard error, parsed; throws where one is no JSON. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  kill(signal: 'SIGTERM' | 'SIGINT'): void;
  /** Stops reading what it prints, as `head` does. */
  stopReading(): void;
  /** Reads nothing of its standard output for a while, so that what it prints has to wait. */
  pauseReading(): void;
  resumeReading(): void;
  /** Comes when it has ended, whether or not all that it printed was read. */
  readonly exited: Promise<void>;
  /** How it ended: the exit code, and the signal where one ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Keeps a test short: less patience. Nothing of the real environment but the path gets through. */
const QUICK = { PROBE_CONFIRM_DELAY: '20ms', PROBE_RETRIES: '0', HOME: '/nonexistent' };

/** Starts the program with these arguments; it is killed when the test is over. */
export function spawnProbe(argv: readonly string[], env: Readonly<Record<string, string>> = {}): SpawnedProbe {
  return spawnCommand(process.execPath, [MAIN, ...argv], env);
}

/** Starts a shell with a line in which `$PROBE` is the program. */
export function spawnShell(line: string, env: Readonly<Record<string, string>> = {}): SpawnedProbe {
  return spawnCommand('bash', ['-c', line], { PROBE: `${process.execPath} ${MAIN}`, ...env });
}

/** Makes the environment of a program with a bug in it: `code` takes the place of a module of `src`. */
export function withBug(module: string, code: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import ${new URL('./inject-bug.ts', import.meta.url).href}`, BUG_IN: module, BUG: code };
}

function spawnCommand(command: string, args: readonly string[], env: Readonly<Record<string, string>>): SpawnedProbe {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...QUICK, ...COMPILED, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const { promise: ended, resolve, reject } = Promise.withResolvers<Awaited<SpawnedProbe['ended']>>();
  child.once('error', reject);
  const exited = new Promise<void>((done) => void child.once('exit', () => done()));
  child.once('close', (code, signal) => resolve({ code, signal }));
  return {
    get stdout() {
      return stdout;
    },
    get stderr() {
      return stderr;
    },
    get log() {
      const lines = stderr.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    },
    kill: (signal) => void child.kill(signal),
    stopReading() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    pauseReading: () => void child.stdout.pause(),
    resumeReading: () => void child.stdout.resume(),
    exited,
    ended,
  };
}
