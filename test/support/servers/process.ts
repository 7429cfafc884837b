import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { isFree } from './free-port.ts';

/** What to start, and where it answers when it is ready. */
export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As whom it runs, where it refuses to be root. */
  readonly user?: string;
  /** Ready as soon as anything is answered here over HTTP; null: ready at once. */
  readonly readyUrl: URL | null;
}

/** A program that was started by a test. */
export interface RunningProcess {
  readonly pid: number;
  /** All that it printed so far, on both streams. */
  log(): string;
  /** Resolves when it has ended by itself, or was. */
  readonly ended: Promise<void>;
  /** Ends it, kindly first; resolves when it is gone, also when it was gone before. */
  stop(): Promise<void>;
}

/** A cold start on a busy machine takes a second or two. */
const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 20;
const ONE_ANSWER_MS = 1_000;
/** A server with open connections may take its time; a test may not. */
const KILL_AFTER_MS = 3_000;

/** Makes the kernel kill the program when the test process dies, however that happens. Linux (util-linux) has it. */
const GUARD = '/usr/bin/setpriv';

/** Starts a program and waits until it answers; throws with what it printed when it ends or stays silent. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  await checkFree(options.readyUrl);
  const { user } = options;
  const other = user === undefined ? [] : [`--reuid=${user}`, `--regid=${user}`, '--init-groups'];
  const guard = existsSync(GUARD) ? [GUARD, '--pdeathsig', 'KILL', ...other, '--'] : [];
  const [command = options.command, ...args] = [...guard, options.command, ...options.args];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } });
  const printed: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.on('error', (error) => printed.push(error.message));
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      process.off('exit', killAtExit);
      resolve();
    };
    child.once('close', end);
    child.once('error', end);
  });

  const running: RunningProcess = {
    pid: child.pid ?? -1,
    log: () => printed.join(''),
    ended,
    stop: () => stop(child, ended),
  };
  const problem = options.readyUrl === null ? null : await waitUntilReady(options.readyUrl, child);
  if (problem === null) return running;
  await running.stop();
  throw new Error(`${options.command} ${problem}; it printed:\n${running.log()}`);
}

/** Another server's answer would pass for this one's. */
async function checkFree(url: URL | null): Promise<void> {
  if (url === null || (await isFree(Number(url.port)))) return;
  throw new Error(`something listens at ${url.origin} already`);
}

async function waitUntilReady(url: URL, child: ChildProcess): Promise<string | null> {
  const giveUpAt = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < giveUpAt) {
    if (!isAlive(child)) return `ended with ${child.exitCode ?? child.signalCode ?? 'an error'} instead of starting`;
    if (await answers(url)) return null;
    await sleep(POLL_MS);
  }
  return `did not answer at ${url.href} within ${READY_TIMEOUT_MS} ms`;
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (isAlive(child)) child.kill('SIGTERM');
  const late = new AbortController();
  const killing = sleep(KILL_AFTER_MS, undefined, { signal: late.signal }).then(
    () => void child.kill('SIGKILL'),
    () => {},
  );
  await ended;
  late.abort();
  await killing;
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** One question on a connection of its own, so that no pooled connection outlives the server. */
function answers(url: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ONE_ANSWER_MS }, (response) => {
      response.resume();
      resolve(true);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}
