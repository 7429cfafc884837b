import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createDemoRegistry, type DemoRegistry } from '../../src/demo/server.ts';
import { createTransport } from '../../src/http/transport.ts';
import { createAuthorizer } from '../../src/registry/auth/authorizer.ts';
import { sameForAll } from '../../src/registry/auth/credentials.ts';
import { createRegistrySource } from '../../src/registry/source.ts';
import type { Clock } from '../../src/util/clock.ts';
import { silentLog } from '../../src/util/log.ts';
import type { WalkResult } from '../../src/walk/result.ts';
import { createRealClock } from '../support/clock.ts';
import { app, single } from '../support/reg-fixture.ts';
import { walk } from '../support/walk.ts';
import { startChaosProxy, type ChaosProxy } from './chaos-proxy.ts';

const RUNS = 200;
/** Waits are a thousandth of what they are, so that hundreds of runs are over in a minute. */
const HASTE = 1000;

let registry: DemoRegistry;
let proxy: ChaosProxy;

beforeAll(async () => {
  registry = createDemoRegistry();
  registry.store.put(app.repository, app.tag, app.content);
  registry.store.put(single.repository, single.tag, single.content);
  proxy = await startChaosProxy(await registry.listen());
});
afterAll(async () => {
  await proxy.stop();
  await registry.close();
});

function hastyClock(): Clock {
  const real = createRealClock();
  return { ...real, sleep: (ms, signal) => real.sleep(ms / HASTE, signal) };
}

async function walkThroughChaos(seed: string): Promise<WalkResult> {
  proxy.begin(seed);
  const clock = hastyClock();
  const transport = createTransport(
    {
      timeoutMs: 2000,
      concurrency: 4,
      retries: 2,
      ca: null,
      insecure: false,
      userAgent: 'chaos',
      proxy: { httpProxy: '', httpsProxy: '', noProxy: '' },
    },
    { clock, log: silentLog, random: () => 0.5 },
  );
  const url = proxy.url;
  const deps = {
    transport,
    credentials: sameForAll({ kind: 'none' }),
    registry: url,
    insecure: false,
    clock,
    log: silentLog,
  } as const;
  let nonces = 0;
  const source = createRegistrySource(
    {
      url,
      pageSize: 1000,
      manifestLimit: 4 * 1024 * 1024,
      readWithoutRange: 1024 * 1024,
      unpackLimit: 1_000_000,
      expectAuth: false,
      pastCaches: false,
    },
    { transport, authorizer: createAuthorizer(deps), nonce: () => String((nonces += 1)) },
  );
  try {
    return await walk(source, { confirm: { rounds: 3, delayMs: 2000 / HASTE } }, { clock });
  } finally {
    await transport.close();
  }
}

async function course(name: string): Promise<readonly WalkResult[]> {
  const results: WalkResult[] = [];
  for (let run = 0; run < RUNS; run += 1) results.push(await walkThroughChaos(`${name} ${run}`));
  return results;
}

describe('a registry behind a proxy that drops, delays, cuts short and fails at random', () => {
  test(`is never said to be broken when it is sound, nor complete when something was not seen (${RUNS} runs)`, async () => {
    const results = await course('sound');

    expect(results.flatMap(({ findings }) => findings)).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'suspect')).toEqual([]);
    const complete = results.filter((result) => result.complete);
    for (const { counts } of complete) {
      expect(counts).toMatchObject({ repositories: 2, tags: 2, indexes: 1, manifests: 4, blobs: 11 });
    }
    // A test that can never complete would prove nothing.
    expect(complete.length).toBeGreaterThan(RUNS / 2);
    expect(Object.values(proxy.happened).every((times) => times > 100)).toBe(true);
  }, 300_000);

  test(`is never said to be sound when something is lost (${RUNS} runs)`, async () => {
    const layer = app.arm64.layers[0]?.digest ?? '';
    const undo = registry.store.removeBlob(app.repository, layer);

    const results = await course('lost');

    undo();
    expect(results.filter(({ verdict }) => verdict === 'sound')).toEqual([]);
    const found = results.flatMap(({ findings }) =>
      findings.map(({ object, fault, digest }) => [object, fault, digest]),
    );
    expect(new Set(found.map(String))).toEqual(new Set([`layer,missing,${layer}`]));
    expect(found.length).toBeGreaterThan(RUNS / 2);
  }, 300_000);
});
