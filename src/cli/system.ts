import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';

import { pino } from 'pino';

import type { ProcessIdentity } from '../history/lock-file.ts';
import type { Clock } from '../util/clock.ts';
import { escapeControls } from '../report/escape.ts';
import type { Log } from '../util/log.ts';
import { boundedFields } from './bounded-fields.ts';
import type { Output } from './io.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The machine's clock. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
      return promise;

      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
    },
    schedule(ms, task) {
      const timer = setTimeout(task, ms);
      return () => clearTimeout(timer);
    },
  };
}

/**
 * Lets the heap grow slowly. What a million small files leave behind is little that lasts and much that does not, and
 * without a limit the engine would rather take more memory than look for it.
 */
export function preferLittleMemory(): void {
  setFlagsFromString('--optimize-for-size');
}

/** Looks at the disk between two turns of everybody else. */
const LOOKS_AT_ONCE = 64;

/**
 * Lets timers and signals have their turn now and then, while a disk is read without waiting. Whoever asks for it
 * meanwhile waits as well: with many at it at once, the others would take the turn.
 */
export function createBreathe(): () => Promise<void> {
  let looks = 0;
  const turn: { pause: Promise<void> | null } = { pause: null };
  return async () => {
    while (turn.pause !== null) await turn.pause;
    looks += 1;
    if (looks % LOOKS_AT_ONCE !== 0) return;
    turn.pause = new Promise((resolve) => {
      setImmediate(() => {
        turn.pause = null;
        resolve();
      });
    });
    await turn.pause;
  };
}

/** Lets timers, signals and what came over the network have their turn. */
export function takeTurns(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** A name that was never used before. */
export function createNonce(): string {
  return randomUUID();
}

/** Who this process is, for those that share a file with it. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), pidSpace: pidSpace(), isRunning };
}

/** https://man7.org/linux/man-pages/man7/namespaces.7.html: two processes with the same link see the same numbers. */
function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** https://nodejs.org/api/process.html#processkillpid-signal: signal 0 only asks. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Of another user, it may not be told anything, and it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Logs JSON lines of bounded length, in which nothing moves a cursor or turns text around; each is written before the call returns, so that a process that ends loses none. */
export function createLog(level: LogLevel, output: Output): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: boundedFields },
    },
    { write: (line) => output.write(escapeControls(line)) },
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
