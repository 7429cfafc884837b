import { randomUUID } from 'node:crypto';

import { pino } from 'pino';

import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Output } from './io.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The machine's clock. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
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

/** A name that was never used before. */
export function createNonce(): string {
  return randomUUID();
}

/** Logs JSON lines; each is written before the call returns, so that a process that ends loses none. */
export function createLog(level: LogLevel, output: Output): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line) => output.write(line) },
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
