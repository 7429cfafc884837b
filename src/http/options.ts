import type { LookupFunction } from 'node:net';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { BodyRoom } from './body-room.ts';

/** What a transport is made of. Times are milliseconds. */
export interface TransportOptions {
  /** One request, from the first byte sent to the last one read; for a streamed body, the longest silence. */
  readonly timeoutMs: number;
  /** Requests under way at once at one host; where `findLevel`, at most, and how many it bears is found out. */
  readonly concurrency: number;
  readonly findLevel?: boolean;
  /** Requests that may be sent in a second, retries and hops included; absent or null for no limit. */
  readonly requestsPerSecond?: number | null;
  /** Further tries after a failed connection, a 429 or a 5xx. */
  readonly retries: number;
  /** Certificates to trust beside the system's roots, in PEM. */
  readonly ca: string | null;
  /** Shown to a server that asks for a certificate; absent or null for none. */
  readonly clientCertificate?: ClientCertificate | null;
  /** Accept TLS that does not verify, and redirects from https to http. */
  readonly insecure: boolean;
  readonly userAgent: string;
  readonly proxy: ProxyOptions;
}

/** A certificate with the chain below its authority, and its private key, both in PEM and known to fit. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface ProxyOptions {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  /** Comma-separated hosts that are asked directly. */
  readonly noProxy: string;
}

export interface TransportDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  /** How names become addresses; absent, as the system does it. */
  readonly lookup?: LookupFunction;
  /** Where large bodies are held; absent, where all of the process are. */
  readonly room?: BodyRoom;
}
