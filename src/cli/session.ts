import type { WalkSettings } from '../config/settings.ts';
import type { Transport } from '../http/exchange.ts';
import type { ProxyOptions } from '../http/options.ts';
import { createTransport } from '../http/transport.ts';
import { createAuthorizer } from '../registry/auth/authorizer.ts';
import type { CredentialsOf } from '../registry/auth/credentials.ts';
import { chooseOrigin, ORIGIN_TIMEOUT_MS } from '../registry/origin.ts';
import type { ManifestCache } from '../registry/manifest-cache.ts';
import { createRegistrySource } from '../registry/source.ts';
import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Unknown } from '../walk/lookup.ts';
import type { ContentSource } from '../walk/source.ts';
import type { Io } from './io.ts';
import { createNonce, takeTurns } from './system.ts';
import { concurrencyOf } from './walk-options.ts';
import { USER_AGENT } from './version.ts';

/** What every command works with. */
export interface CommandDeps {
  readonly io: Io;
  readonly clock: Clock;
  readonly log: Log;
  readonly proxy: ProxyOptions;
}

/** A registry that is about to be asked. */
export interface Target {
  readonly url: URL;
  readonly walk: WalkSettings;
  readonly credentials: CredentialsOf;
  readonly expectAuth: boolean;
  /** Hosts of token services that `insecure` holds for as well; absent, none but the registry's own. */
  readonly tokenHosts?: readonly string[];
  /** Every URL carries a nonce, so that no caching proxy answers. */
  readonly pastCaches: boolean;
  /** Absent where nothing is kept from one run to the next. */
  readonly cache?: ManifestCache;
}

/** A connection to one registry: nothing in it is shared with another one. */
export interface Session {
  readonly source: ContentSource;
  readonly transport: Transport;
}

/** Gets ready to ask a registry; nothing is asked yet. */
export function openSession(target: Target, deps: CommandDeps): Session {
  const { url, walk, credentials, expectAuth, tokenHosts = [], pastCaches, cache } = target;
  const transport = openTransport(walk, deps);
  const { clock, log } = deps;
  const { insecure, pageSize, manifestLimit, readWithoutRange, unpackLimit } = walk;
  const authorizer = createAuthorizer({ transport, credentials, registry: url, insecure, tokenHosts, clock, log });
  const options = { url, pageSize, manifestLimit, readWithoutRange, unpackLimit, expectAuth, pastCaches };
  return {
    source: createRegistrySource(options, {
      transport,
      authorizer,
      nonce: createNonce,
      pause: takeTurns,
      ...(cache && { cache }),
    }),
    transport,
  };
}

/**
 * The address with the scheme that its host speaks, where it was written without one: https, unless only http answers and
 * may be spoken. Unknown where TLS gets nowhere.
 */
export async function resolveScheme(
  url: URL,
  walk: WalkSettings,
  stop: AbortSignal,
  deps: CommandDeps,
): Promise<URL | Unknown> {
  const timeout = Math.min(walk.timeout, ORIGIN_TIMEOUT_MS);
  const transport = openTransport({ ...walk, timeout, retries: 0 }, deps);
  const origin = await chooseOrigin(url.host, walk.insecure, transport, stop);
  await transport.close();
  return origin instanceof URL ? new URL(url.pathname, origin) : origin;
}

function openTransport(walk: WalkSettings, { clock, log, proxy }: CommandDeps): Transport {
  const { timeout: timeoutMs, requestsPerSecond, retries, ca, clientCertificate, insecure } = walk;
  const limits = {
    timeoutMs,
    requestsPerSecond,
    retries,
    ...concurrencyOf(walk),
    findLevel: walk.concurrency === 'auto',
  };
  const options = { ...limits, ca, clientCertificate, insecure, userAgent: USER_AGENT, proxy };
  return createTransport(options, { clock, log, random: Math.random });
}
