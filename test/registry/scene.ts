import { expect, onTestFinished } from 'vitest';

import type { FaultAction } from '../../src/demo/fault-actions.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';
import type { HttpResponse, Transport } from '../../src/http/exchange.ts';
import type { TransportOptions } from '../../src/http/options.ts';
import { createAuthorizer } from '../../src/registry/auth/authorizer.ts';
import { sameForAll, type Credentials } from '../../src/registry/auth/credentials.ts';
import { createApiClient, type ApiClient } from '../../src/registry/client.ts';
import type { ManifestCache } from '../../src/registry/manifest-cache.ts';
import type { RegistryOptions } from '../../src/registry/options.ts';
import { createRegistrySource } from '../../src/registry/source.ts';
import type { Clock } from '../../src/util/clock.ts';
import { silentLog } from '../../src/util/log.ts';
import type { Lookup } from '../../src/walk/lookup.ts';
import type { Ask, ContentSource } from '../../src/walk/source.ts';
import { testTransport } from '../http/transports.ts';
import { createRealClock, createTestClock } from '../support/clock.ts';

const never = new AbortController().signal;
export const FIRST: Ask = { again: false, signal: never };
export const AGAIN: Ask = { again: true, signal: never };

/** How long a test waits for a server that never answers, in milliseconds. */
const IMPATIENCE_MS = 100;

/** A registry, and the source that asks it over real connections. */
export interface RegistryScene {
  readonly registry: DemoRegistry;
  readonly url: URL;
  readonly source: ContentSource;
  readonly client: ApiClient;
  readonly transport: Transport;
  /** Makes what fits go wrong; everything where nothing is said. */
  fail(action: FaultAction, when?: RequestMatch): void;
  /** What was asked so far: `GET /v2/_catalog?n=1000`. */
  asked(): readonly string[];
}

export interface SceneOptions extends Partial<Omit<RegistryOptions, 'url'>> {
  readonly demo?: DemoRegistryOptions;
  readonly credentials?: Credentials;
  readonly transport?: Partial<TransportOptions>;
  /** Give up on a server that does not answer. */
  readonly impatient?: boolean;
  /** Below which path the source looks for the registry. */
  readonly prefix?: string;
  readonly clock?: Clock;
  /** What earlier runs kept. */
  readonly cache?: ManifestCache;
}

/** Starts a registry that ends with the test, and opens a source on it. */
export async function openScene(options: SceneOptions = {}): Promise<RegistryScene> {
  const { demo, credentials = { kind: 'none' }, impatient = false, prefix = '', cache, ...rest } = options;
  const registry = createDemoRegistry(demo);
  onTestFinished(() => registry.close());
  const url = new URL(prefix, await registry.listen());
  const patience = impatient ? { timeoutMs: IMPATIENCE_MS } : {};
  const clock = options.clock ?? (impatient ? createRealClock() : createTestClock());
  const transport = testTransport({ ...patience, ...options.transport }, { clock });
  const authorizer = createAuthorizer({
    transport,
    credentials: sameForAll(credentials),
    registry: url,
    insecure: false,
    clock,
    log: silentLog,
  });
  let count = 0;
  const deps = { transport, authorizer, nonce: () => `nonce-${(count += 1)}`, ...(cache && { cache }) };
  const settings = {
    pageSize: 1000,
    manifestLimit: 4 * 1024 * 1024,
    readWithoutRange: 200_000,
    unpackLimit: 20_000_000,
    expectAuth: false,
    pastCaches: false,
    ...rest,
    url,
  };
  return {
    registry,
    url,
    transport,
    source: createRegistrySource(settings, deps),
    client: createApiClient(url, settings.pastCaches, deps),
    fail: (action, when = {}) => void registry.faults.add({ when, action }),
    asked: () => registry.requests.all.map(inShort),
  };
}

function inShort({ method, path, search }: DemoRequest): string {
  return `${method} ${path}${search}`;
}

/** A second registry, as a redirect's target on another origin. */
export async function openElsewhere(): Promise<{ readonly registry: DemoRegistry; readonly url: URL }> {
  const registry = createDemoRegistry();
  onTestFinished(() => registry.close());
  return { registry, url: await registry.listen() };
}

/** The value of an answer; fails the test where there is none. */
export function valueOf<T>(answer: Lookup<T>): T {
  if (answer.kind !== 'found') expect.unreachable(`not found: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** A response that never went over a wire. */
export function response(status: number, rest: Partial<HttpResponse> = {}, text = ''): HttpResponse {
  const body = new TextEncoder().encode(text);
  const url = new URL('https://registry.example.com/v2/');
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const base = { kind: 'response', status, headers, body, received: body.length, end: 'complete', url } as const;
  return { ...base, redirected: false, ...rest };
}
