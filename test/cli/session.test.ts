import { describe, expect, onTestFinished, test } from 'vitest';

import { openSession, resolveScheme, type CommandDeps, type Target } from '../../src/cli/session.ts';
import { USER_AGENT } from '../../src/cli/version.ts';
import type { WalkSettings } from '../../src/config/settings.ts';
import { sameForAll } from '../../src/registry/auth/credentials.ts';
import { createDemoRegistry, type DemoRegistry, type DemoRegistryOptions } from '../../src/demo/server.ts';
import { silentLog } from '../../src/util/log.ts';
import { load } from '../config/loading.ts';
import { unconnectable } from '../http/servers.ts';
import { createRealClock, createTestClock } from '../support/clock.ts';
import { single } from '../support/reg-fixture.ts';
import { freePort } from '../support/servers/free-port.ts';
import { fakeIo } from './fake-io.ts';

const ROBOT = { username: 'robot', password: 'secret' };
const NEVER = new AbortController().signal;

function commandDeps(): CommandDeps {
  const proxy = { httpProxy: '', httpsProxy: '', noProxy: '' };
  return { io: fakeIo(), clock: createRealClock(), log: silentLog, proxy };
}

async function walkSettings(): Promise<WalkSettings> {
  return (await load({ flags: { timeout: '5s' }, env: { PROBE_RETRIES: '0', PROBE_PAGE_SIZE: '7' } })).settings.walk;
}

async function start(
  options: DemoRegistryOptions = {},
): Promise<{ readonly registry: DemoRegistry; readonly url: URL }> {
  const registry = createDemoRegistry(options);
  registry.store.put(single.repository, single.tag, single.content);
  const url = await registry.listen();
  onTestFinished(() => registry.close());
  return { registry, url };
}

async function open(url: URL, change: Partial<Target> = {}) {
  const walk = await walkSettings();
  const target: Target = {
    url,
    walk,
    credentials: sameForAll({ kind: 'none' }),
    expectAuth: false,
    pastCaches: false,
    ...change,
  };
  const session = openSession(target, commandDeps());
  onTestFinished(() => session.transport.close());
  return session;
}

describe('openSession', () => {
  test('asks nothing by itself', async () => {
    const { registry, url } = await start();

    const { transport } = await open(url);

    expect(registry.requests.all).toEqual([]);
    expect(transport.sent).toEqual({});
  });

  test('asks as the settings say, and counts', async () => {
    const { registry, url } = await start();
    const { source, transport } = await open(url);

    const answer = await source.repositories({ again: false, signal: NEVER });

    expect(answer).toEqual({ kind: 'found', value: ['single'] });
    expect(registry.requests.matching({ kind: 'catalog' })).toMatchObject([
      { search: '?n=7', headers: { 'user-agent': USER_AGENT }, authorization: false },
    ]);
    expect(transport.sent).toEqual({ GET: registry.requests.all.length });
  });

  test('logs in with the credentials, once it is asked for them', async () => {
    const { registry, url } = await start({ auth: { basic: ROBOT } });
    const { source } = await open(url, { credentials: sameForAll({ kind: 'basic', ...ROBOT }) });

    const answer = await source.tags('single', { again: false, signal: NEVER });

    expect(answer).toEqual({ kind: 'found', value: ['v1'] });
    expect(registry.requests.matching({ kind: 'tags' }).map(({ authorization }) => authorization)).toEqual([
      false,
      true,
    ]);
  });

  test('two sessions know nothing of each other', async () => {
    const { registry, url } = await start({ auth: { basic: ROBOT } });
    const known = await open(url, { credentials: sameForAll({ kind: 'basic', ...ROBOT }) });
    const stranger = await open(url);
    await known.source.tags('single', { again: false, signal: NEVER });

    const answer = await stranger.source.tags('single', { again: false, signal: NEVER });

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'auth' });
    expect(registry.requests.all.at(-1)?.authorization).toBe(false);
  });

  test('asks past caches from the first request on where a gate wants it', async () => {
    const { registry, url } = await start();
    const { source } = await open(url, { pastCaches: true });

    await source.tags('single', { again: false, signal: NEVER });
    await source.tags('single', { again: false, signal: NEVER });

    const nonces = registry.requests.all.map(({ query }) => query.get('probe'));
    expect(nonces.every((nonce) => nonce !== null && nonce.length > 20)).toBe(true);
    expect(new Set(nonces).size).toBe(nonces.length);
  });
});

describe('resolveScheme', () => {
  test('keeps the path, and takes plain HTTP where a loopback host speaks nothing else', async () => {
    const { url } = await start();
    const address = new URL(`https://${url.host}/behind/a/proxy`);

    const resolved = await resolveScheme(address, await walkSettings(), NEVER, commandDeps());

    expect(resolved).toEqual(new URL(`http://${url.host}/behind/a/proxy`));
  });

  test('stays with https where nothing answers', async () => {
    const address = new URL(`https://127.0.0.1:${await freePort()}/`);

    const resolved = await resolveScheme(address, await walkSettings(), NEVER, commandDeps());

    expect(resolved).toEqual(address);
  });

  test('does not ask a host in plain HTTP that is not of this machine', async () => {
    const { registry, url } = await start();
    // Connecting to this address leads to this machine, and it is none of its names.
    const address = new URL(`https://0.0.0.0:${url.port}/`);

    const resolved = await resolveScheme(address, await walkSettings(), NEVER, commandDeps());

    expect(resolved).toMatchObject({ kind: 'unknown', reason: 'tls' });
    expect(registry.requests.all).toEqual([]);
  });

  test('listens for ten seconds, and tries once', async () => {
    const { url, reached, connections } = await unconnectable();
    const walk = { ...(await walkSettings()), timeout: 60_000, retries: 5 };
    const clock = createTestClock();

    const resolving = resolveScheme(new URL(`https://0.0.0.0:${url.port}/`), walk, NEVER, { ...commandDeps(), clock });
    await reached;
    clock.advance(9_999);
    const before = await Promise.race([resolving, Promise.resolve('still listening')]);
    clock.advance(1);

    expect(before).toBe('still listening');
    expect(await resolving).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(connections()).toBe(1);
    expect(clock.sleeps).toEqual([]);
  });

  test('waits for nobody once the run has to stop', async () => {
    const { registry, url } = await start();
    const address = new URL(`https://${url.host}/`);

    const resolved = await resolveScheme(address, await walkSettings(), AbortSignal.abort(), commandDeps());

    expect(resolved).toEqual(address);
    expect(registry.requests.all).toEqual([]);
  });
});
