import { expect, test } from 'vitest';

import { probe, type ProbeRun, runFlags } from '../support/probe.ts';
import { startDemo } from './demo.ts';
import { closedPort } from './servers.ts';

/** The distinct details of what is unknown in the report. */
function detailsOf(run: ProbeRun): readonly string[] {
  return [...new Set(run.registry().unknowns.map(({ reason, detail }) => `${reason}: ${detail}`))];
}

test('a registry on a closed port is named', async () => {
  const url = await closedPort();

  const run = await probe(runFlags(url));

  expect(run.code).toBe(3);
  expect(detailsOf(run)).toEqual([`connection: refused: ${url.host} refused the connection (ECONNREFUSED)`]);
});

test('a token service on a closed port is named, and not the registry', async () => {
  const realm = new URL('/token', await closedPort());
  const { url } = await startDemo({ auth: { bearer: { username: 'u', password: 'p', realm: realm.href } } });

  const run = await probe(runFlags(url), { PROBE_REGISTRY_USERNAME: 'u', PROBE_REGISTRY_PASSWORD: 'p' });

  expect(run.code).toBe(3);
  expect(detailsOf(run)).toEqual([
    `auth: realm_unreachable: ${realm.href}: ${realm.host} refused the connection (ECONNREFUSED)`,
  ]);
});

test('a redirect target on a closed port is named, and not the registry', async () => {
  const storage = await closedPort();
  const { url, registry } = await startDemo();
  registry.faults.add({ when: { kind: 'blob' }, action: { kind: 'redirect', to: new URL('/blob?sign=x', storage) } });

  const run = await probe(runFlags(url));

  expect(run.code).toBe(3);
  expect(run.registry().findings).toEqual([]);
  expect(detailsOf(run)).toEqual([
    `connection: refused: redirect target ${storage.host} refused the connection (ECONNREFUSED)`,
  ]);
});

test('a proxy on a closed port is named, and the registry only as where it was to lead', async () => {
  const proxy = await closedPort();
  const { url, registry } = await startDemo();

  const run = await probe(runFlags(url), { HTTP_PROXY: proxy.href });

  expect(run.code).toBe(3);
  expect(detailsOf(run)).toEqual([
    `connection: proxy: proxy ${proxy.host}, on the way to ${url.host}, refused the connection (ECONNREFUSED)`,
  ]);
  expect(registry.requests.all).toEqual([]);
});

test('a Pushgateway on a closed port is named in the log, and the registry is as sound as before', async () => {
  const pushgateway = await closedPort();
  const { url } = await startDemo();
  const flags = [...runFlags(url), '--pushgateway', pushgateway.origin];

  const run = await probe(flags, { PROBE_PUSHGATEWAY_RETRIES: '0' });

  expect(run.code).toBe(4);
  expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound', unknowns: [] });
  expect(run.stderr).toContain(`${pushgateway.host} refused the connection (ECONNREFUSED)`);
});
