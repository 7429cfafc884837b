import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Clock } from '../util/clock.ts';
import { ProbeError } from '../util/errors.ts';
import { createGate, type DemoAuth } from './auth.ts';
import { createFaults, type Faults } from './faults.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { readRequest } from './request.ts';
import { respond } from './respond.ts';
import { createRoutes } from './routes.ts';
import { createStore, type DemoStore } from './store.ts';

/** The largest page that a stock distribution 2.8 gives out. */
const LARGEST_PAGE = 1000;

export interface DemoRegistryOptions {
  /** Default: everyone may ask. */
  readonly auth?: DemoAuth;
  /** Page tag lists as distribution 3 does. Default: all tags at once, as 2.8 does. */
  readonly pageTags?: boolean;
  /** The largest `n` that the catalog takes. */
  readonly largestPage?: number;
  /** List referrers, so many on a page. Default: there is no such list, as in distribution. */
  readonly referrers?: number;
  /** Needed for delays, and for tokens that expire. */
  readonly clock?: Clock;
}

/**
 * A registry in memory that answers as distribution 2.8 does, damage included, and can be told to fail.
 * It listens on the loopback interface and serves GET and HEAD.
 */
export interface DemoRegistry {
  /** Starts on a free port, and tells where. */
  listen(): Promise<URL>;
  /** Ends every connection, also those that wait for an answer. */
  close(): Promise<void>;
  readonly store: DemoStore;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** From here on, no token that was given out is good any more. */
  revokeTokens(): void;
}

/** An empty registry that does not listen yet. */
export function createDemoRegistry(options: DemoRegistryOptions = {}): DemoRegistry {
  const { auth, clock, pageTags = false, largestPage = LARGEST_PAGE, referrers = null } = options;
  const store = createStore();
  const requests = createRequestLog();
  const faults = createFaults({ canWait: clock !== undefined });
  const gate = createGate(auth, address, clock);
  const route = createRoutes(store, gate, { pageTags, largestPage, referrers });

  const server = createServer((incoming, response) => {
    const request = readRequest(incoming.method ?? 'GET', incoming.url ?? '/', incoming.headers);
    requests.add(request);
    void respond(faults.apply(request, route), request.method, response, clock);
  });

  function address(): URL {
    const bound = server.address() as AddressInfo | null;
    if (bound === null) throw new ProbeError('not_listening', 'the demo registry is not listening');
    return new URL(`http://127.0.0.1:${bound.port}`);
  }

  return {
    listen() {
      const { promise, resolve, reject } = Promise.withResolvers<URL>();
      server.once('error', reject);
      server.listen(0, '127.0.0.1', () => {
        server.off('error', reject);
        resolve(address());
      });
      return promise;
    },
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      return promise;
    },
    store,
    faults,
    requests,
    revokeTokens: () => gate.revokeTokens(),
  };
}
