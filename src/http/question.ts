import type { Dispatcher } from 'undici';
import type { BodyRead, HttpRequest } from './exchange.ts';

/** One request to one server: no redirect is followed, nothing is tried again. */
export interface Question {
  readonly method: HttpRequest['method'];
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** How people are told who is asked. */
  readonly who: string;
  /** How to read the body, once the status is known. */
  readonly readFor: (status: number) => BodyRead;
  readonly dispatcher: Dispatcher;
  /** The proxy that may stand in between, as `host:port`. */
  readonly proxyHost: string | null;
  /** Ask the server to close the connection after this answer. */
  readonly lastOnConnection: boolean;
  /** Milliseconds, from now to the last byte; for a streamed body, the longest silence. */
  readonly timeoutMs: number;
  /** Any of these ends the exchange. */
  readonly signals: readonly AbortSignal[];
}
