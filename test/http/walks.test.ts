import { expect, onTestFinished, test } from 'vitest';

import { USER_AGENT } from '../../src/cli/version.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startStub } from '../support/servers/stub-http.ts';
import { addressFor, startDemo } from './demo.ts';

const LOGIN = { username: 'prober', password: 'secret' };
const ENV = { PROBE_REGISTRY_USERNAME: LOGIN.username, PROBE_REGISTRY_PASSWORD: LOGIN.password };

test('every request says who asks: to the registry, the token service, a redirect target and the Pushgateway', async () => {
  const { registry, url } = await startDemo({ auth: { bearer: LOGIN } });
  const storage = await startDemo();
  const pushgateway = await startStub((_, response) => response.writeHead(200).end());
  onTestFinished(() => pushgateway.stop());
  registry.faults.add({
    when: { kind: 'blob', authorization: true },
    action: { kind: 'redirect', to: ({ path }) => new URL(path, storage.url) },
  });

  const run = await probe([...runFlags(url), '--pushgateway', pushgateway.url.origin], ENV);

  const asked = [...registry.requests.all, ...storage.registry.requests.all, ...pushgateway.seen];
  expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
  expect(registry.requests.matching({ kind: 'token' }).length).toBeGreaterThan(0);
  expect(storage.registry.requests.matching({ kind: 'blob' }).length).toBeGreaterThan(0);
  expect(pushgateway.seen).toHaveLength(1);
  expect(USER_AGENT).toMatch(/^registry-integrity-probe\/\d+\.\d+\.\d+/);
  expect(new Set(asked.map(({ headers }) => headers['user-agent']))).toEqual(new Set([USER_AGENT]));
});

test.each([429, 503])('a registry that answers %i and asks for an hour is asked nothing more', async (status) => {
  const { registry, url } = await startDemo();
  registry.faults.add({
    when: { kind: 'manifest' },
    action: { kind: 'status', status, headers: { 'retry-after': '3600' } },
  });

  const run = await probe([...runFlags(url), '--concurrency', '1'], { PROBE_RETRIES: '3' });

  const { complete, findings, unknowns, verdict } = run.registry();
  const detail = `paused: ${url.host} was not asked: it answered ${status} before and asked us to wait 3600 s`;
  expect(run.code).toBe(3);
  expect({ complete, findings, verdict }).toEqual({ complete: false, findings: [], verdict: 'unknown' });
  expect(unknowns.length).toBeGreaterThan(0);
  expect(new Set(unknowns.map((unknown) => unknown.reason))).toEqual(new Set(['rate_limited']));
  expect(unknowns.map((unknown) => unknown.detail)).toContain(detail);
  expect(registry.requests.matching({ kind: 'manifest' })).toHaveLength(1);
  expect(registry.requests.all.at(-1)?.kind).toBe('manifest');
});

test('a registry that asks for a moment is left alone for it, and walked to the end', async () => {
  const { registry, url } = await startDemo();
  registry.faults.add({
    when: { kind: 'manifest' },
    after: 1,
    times: 1,
    action: { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  });

  const run = await probe([...runFlags(url), '--log-level', 'debug'], { PROBE_RETRIES: '1' });

  expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound', unknowns: [] });
  expect(run.stderr).toContain('host is left alone for a while');
});

test('no more requests are sent in a second than are allowed, for each registry by itself', async () => {
  const { url } = await startDemo();
  const proxy = await addressFor(url, 'http');
  const started = performance.now();

  const run = await probe([...runFlags(proxy.url), '--repository', 'single'], { PROBE_REQUESTS_PER_SECOND: '50' });

  expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
  expect(proxy.seen.length).toBeGreaterThan(5);
  expect(performance.now() - started).toBeGreaterThan((proxy.seen.length - 1) * 20 - 20);
});
