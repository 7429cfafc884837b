import type { Log } from '../../src/util/log.ts';

/** A log that keeps its lines. */
export interface KeptLog extends Log {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** A log without a line. */
export function keepLog(): KeptLog {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const keep =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, ...fields, message });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
