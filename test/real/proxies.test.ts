import { describe, expect, onTestFinished, test } from 'vitest';

import { addressFor, AUTHORITY_FILE, startDemo } from '../http/demo.ts';
import { startProxy } from '../http/proxies.ts';
import { closedPort } from '../http/servers.ts';
import { configFile } from '../security/logins.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startStub } from '../support/servers/stub-http.ts';

const SOUND = { complete: true, verdict: 'sound', unknowns: [] };

describe('a proxy', () => {
  test.each(['HTTP_PROXY', 'http_proxy', 'PROBE_PROXY_HTTP'])('in %s has all of a walk over HTTP', async (variable) => {
    const { registry, url } = await startDemo();
    const proxy = await startProxy();

    const run = await probe(runFlags(url), { [variable]: proxy.server.url.href });

    const asked = registry.requests.all.map(({ method, path, search }) => `${method} ${url.origin}${path}${search}`);
    expect(run.registry()).toMatchObject(SOUND);
    expect(asked.length).toBeGreaterThan(10);
    expect(proxy.asked.toSorted()).toEqual(asked.toSorted());
  });

  test('has the tunnels of a walk over HTTPS, and sees nothing of what is in them', async () => {
    const { registry, url } = await startDemo();
    const secure = await addressFor(url, 'https');
    const proxy = await startProxy();
    const flags = [...runFlags(secure.url), '--ca-file', AUTHORITY_FILE];

    const run = await probe(flags, { HTTPS_PROXY: proxy.server.url.href });

    expect(run.registry()).toMatchObject(SOUND);
    expect(registry.requests.all.length).toBeGreaterThan(10);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${secure.url.host}`]));
  });

  test('has what is pushed, too, and where a redirect leads', async () => {
    const { registry, url } = await startDemo();
    const storage = await startDemo();
    const pushgateway = await startStub((_, response) => response.writeHead(200).end());
    onTestFinished(() => pushgateway.stop());
    const to = ({ path }: { readonly path: string }): URL => new URL(path, storage.url);
    registry.faults.add({ when: { kind: 'blob' }, action: { kind: 'redirect', to } });
    const proxy = await startProxy();
    const flags = [...runFlags(url), '--pushgateway', pushgateway.url.origin];

    const run = await probe(flags, { HTTP_PROXY: proxy.server.url.href });

    expect(run.code).toBe(0);
    expect(pushgateway.seen).toHaveLength(1);
    const all = [...registry.requests.all, ...storage.registry.requests.all, ...pushgateway.seen];
    expect(proxy.asked).toHaveLength(all.length);
  });

  test.each([
    ['the host', (url: URL) => url.hostname],
    ['the host with its port', (url: URL) => url.host],
    ['the host among others', (url: URL) => `registry.example.com, ${url.hostname}`],
    ['every host', () => '*'],
  ])('has nothing of a walk where NO_PROXY names %s', async (_, noProxy) => {
    const { url } = await startDemo();
    const proxy = await startProxy();

    const run = await probe(runFlags(url), { HTTP_PROXY: proxy.server.url.href, NO_PROXY: noProxy(url) });

    expect(run.registry()).toMatchObject(SOUND);
    expect(proxy.asked).toEqual([]);
  });

  test('has one registry of two, where NO_PROXY names the other', async () => {
    const one = await startDemo();
    const other = await startDemo();
    const proxy = await startProxy();
    const registries = { one: { url: one.url.origin }, other: { url: other.url.origin } };
    const config = await configFile({ registries });
    const env = { HTTP_PROXY: proxy.server.url.href, NO_PROXY: other.url.host };

    const run = await probe(['run', '--config', config, '--output', 'json'], env);

    expect(run.report().registries).toMatchObject([SOUND, SOUND]);
    expect(proxy.asked).toHaveLength(one.registry.requests.all.length);
    expect(proxy.asked.every((asked) => asked.includes(one.url.host))).toBe(true);
  });

  test('of the settings goes before the one of the environment', async () => {
    const { registry, url } = await startDemo();
    const proxy = await startProxy();
    const config = await configFile({ proxy: { http: proxy.server.url.href, no: '' } });
    const env = { HTTP_PROXY: (await closedPort()).href, NO_PROXY: '*' };

    const run = await probe([...runFlags(url), '--config', config], env);

    expect(run.registry()).toMatchObject(SOUND);
    expect(proxy.asked).toHaveLength(registry.requests.all.length);
  });
});

describe('a proxy that fails', () => {
  test.each(['http', 'https'] as const)('because it is down is named, and not the %s registry', async (protocol) => {
    const { registry, url } = await startDemo();
    const address = await addressFor(url, protocol);
    const proxy = await closedPort();

    const run = await probe(runFlags(address.url), { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href });

    const { host } = address.url;
    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({
      catalogAccessible: false,
      findings: [],
      unknowns: [
        {
          reference: '_catalog',
          reason: 'connection',
          detail: `proxy: proxy ${proxy.host}, on the way to ${host}, refused the connection (ECONNREFUSED)`,
        },
      ],
    });
    expect(registry.requests.all).toEqual([]);
  });

  test.each([407, 403, 502])('with %i for a tunnel is named, with what it said', async (refusal) => {
    const { url } = await startDemo();
    const secure = await addressFor(url, 'https');
    const { server } = await startProxy({ refusal });

    const run = await probe(runFlags(secure.url), { HTTPS_PROXY: server.url.href });

    expect(run.code).toBe(3);
    expect(run.registry().findings).toEqual([]);
    expect(run.registry().unknowns).toMatchObject([
      {
        reference: '_catalog',
        reason: 'connection',
        detail: `proxy: proxy ${server.url.host}, on the way to ${secure.url.host}, answered ${refusal} instead of connecting`,
      },
    ]);
    expect(secure.seen).toEqual([]);
  });

  test('with 407 for plain HTTP is named: no registry says that', async () => {
    const { url } = await startDemo();
    const { server } = await startProxy({ refusal: 407 });

    const run = await probe(runFlags(url), { HTTP_PROXY: server.url.href });

    expect(run.registry().unknowns).toMatchObject([{ reason: 'connection' }]);
    expect(run.registry().unknowns[0]?.detail).toContain(
      `proxy ${server.url.host}, on the way to ${url.host}, answered 407`,
    );
  });

  // Over plain HTTP, an answer of the proxy's own looks like the registry's, so no more can be told than its status.
  test.each([
    [403, 'forbidden'],
    [502, 'server_error'],
  ])('with %i for plain HTTP leaves the registry unknown, and nothing is missing', async (refusal, reason) => {
    const { registry, url } = await startDemo();
    const { server } = await startProxy({ refusal });

    const run = await probe(runFlags(url), { HTTP_PROXY: server.url.href });

    expect(run.code).toBe(3);
    expect(run.registry()).toMatchObject({ catalogAccessible: false, verdict: 'unknown', findings: [] });
    expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason }]);
    expect(registry.requests.all).toEqual([]);
  });

  test('because the registry behind it is down is not blamed: what it says of it is the answer', async () => {
    const url = await closedPort();
    const proxy = await startProxy();

    const run = await probe(runFlags(url), { HTTP_PROXY: proxy.server.url.href });

    expect(run.registry().unknowns).toMatchObject([{ reason: 'server_error', detail: 'GET answered 502' }]);
  });
});
