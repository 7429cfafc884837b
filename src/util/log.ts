type LogMethod = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** One line per event: a static message with its fields. Never a header, a token or a query string. */
export interface Log {
  readonly debug: LogMethod;
  readonly info: LogMethod;
  readonly warn: LogMethod;
  readonly error: LogMethod;
}

/** A log that keeps nothing. */
export const silentLog: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
