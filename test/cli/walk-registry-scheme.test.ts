import { expect, test } from 'vitest';

import { walkRegistry, type WalkTarget } from '../../src/cli/walk-registry.ts';
import { sameForAll } from '../../src/registry/auth/credentials.ts';
import { silentLog } from '../../src/util/log.ts';
import type { WalkDeps } from '../../src/walk/options.ts';
import { load } from '../config/loading.ts';
import { closedPort, serve } from '../http/servers.ts';
import { createTestClock } from '../support/clock.ts';
import { walk } from '../support/walk.ts';
import { fakeIo } from './fake-io.ts';

const NEVER = new AbortController().signal;
const PROXY = { httpProxy: '', httpsProxy: '', noProxy: '' };

/** Walks what is at an address of which the scheme is not known, and keeps what the walk was given to wait with. */
async function walkAt(host: string) {
  const clock = createTestClock();
  const { walk: settings } = (await load({ env: { PROBE_RETRIES: '0' } })).settings;
  const target: WalkTarget = {
    name: 'lab',
    url: new URL(`https://${host}/`),
    schemeGiven: false,
    walk: settings,
    credentials: sameForAll({ kind: 'none' }),
    expectAuth: false,
    pastCaches: false,
  };
  const circumstances = {
    watch: { log: silentLog, progressOf: () => () => {}, clear: () => {} },
    limits: { stop: NEVER, abort: NEVER },
    deps: { io: fakeIo(), clock, log: silentLog, proxy: PROXY },
  };
  const waitAndWalk = async (deps: WalkDeps) => {
    await deps.clock.sleep(5_000);
    return walk(deps.source);
  };
  return { outcome: await walkRegistry(target, waitAndWalk, circumstances), clock };
}

test('a host with which TLS gets nowhere is not waited for before it is asked again', async () => {
  const { url, requests } = await serve((_, response) => void response.end('{}'));

  // Connecting to this address leads to this machine, and it is none of its names.
  const { outcome, clock } = await walkAt(`0.0.0.0:${url.port}`);

  expect(outcome).toMatchObject({ url: `https://0.0.0.0:${url.port}/`, requests: {} });
  expect(outcome.result.unknowns).toMatchObject([{ reason: 'tls' }]);
  expect(requests).toEqual([]);
  expect(clock.sleeps).toEqual([]);
});

test('a host that is not there is waited for, since it may come back', async () => {
  const { host } = await closedPort();

  const { outcome, clock } = await walkAt(host);

  expect(outcome.result.unknowns).toMatchObject([{ reason: 'connection' }]);
  expect(clock.sleeps).toContain(5_000);
});
