import { describe, expect, onTestFinished, test } from 'vitest';

import type { DemoRequest } from '../../src/demo/request.ts';
import { addressFor, AUTHORITY_FILE, startDemo } from '../http/demo.ts';
import { startProxy } from '../http/proxies.ts';
import { serve } from '../http/servers.ts';
import { probe, runFlags } from '../support/probe.ts';
import { startStub } from '../support/servers/stub-http.ts';
import { basicOf, configFile, dockerConfig, environmentOf, type Login } from './logins.ts';
import { startGuarded } from './token-service.ts';

const LOGIN: Login = { username: 'prober', password: 'the-password-of-the-registry' };
const OTHER: Login = { username: 'other', password: 'the-password-of-another' };

/** The `Authorization` headers of requests, each once. */
function authorizations(
  requests: readonly { readonly headers: { readonly [name: string]: string | string[] | undefined } }[],
): readonly (string | undefined)[] {
  return [...new Set(requests.map(({ headers }) => headers['authorization']?.toString()))];
}

describe('credentials of a Docker configuration go to the exact host they are for', () => {
  test.each([
    ['the host without its port', (url: URL) => url.hostname],
    ['a port that begins alike', (url: URL) => url.host.slice(0, -1)],
    ['a longer port', (url: URL) => `${url.host}0`],
    ['a host that ends alike', (url: URL) => `1${url.host}`],
    ['a host that begins alike', (url: URL) => `${url.hostname}.example.com:${url.port}`],
    ['another name of the same machine', (url: URL) => `localhost:${url.port}`],
    ['a URL that mentions it', (url: URL) => `https://registry.example.com/${url.host}`],
    ['a host with it as a user', (url: URL) => `${url.host}@registry.example.com`],
  ])('and not to it under %s', async (_, keyOf) => {
    const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
    const env = await dockerConfig({ [keyOf(url)]: LOGIN });

    const run = await probe(runFlags(url), env);

    expect(run.registry().unknowns).toMatchObject([{ reference: '_catalog', reason: 'auth' }]);
    expect(authorizations(registry.requests.all)).toEqual([undefined]);
  });

  test('whoever else is in it', async () => {
    const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
    const env = await dockerConfig({ [url.host.slice(0, -1)]: OTHER, [url.host]: LOGIN, [`${url.host}0`]: OTHER });

    const run = await probe(runFlags(url), env);

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(authorizations(registry.requests.all)).toEqual([undefined, basicOf(LOGIN)]);
  });
});

test('of two registries each sees its own credentials, and the Pushgateway its own', async () => {
  const gatewayLogin: Login = { username: 'pusher', password: 'the-password-of-the-gateway' };
  const one = await startDemo({ auth: { basic: LOGIN } });
  const other = await startDemo({ auth: { basic: OTHER } });
  const gateway = await startStub((_, response) => response.writeHead(200).end());
  onTestFinished(() => gateway.stop());
  const registries = { one: { url: one.url.origin, auth: LOGIN }, other: { url: other.url.origin, auth: OTHER } };
  const config = await configFile({ registries, pushgateway: { url: gateway.url.origin, ...gatewayLogin } });

  const run = await probe(['run', '--config', config, '--output', 'json']);

  expect(run.code).toBe(0);
  expect(authorizations(one.registry.requests.all)).toEqual([undefined, basicOf(LOGIN)]);
  expect(authorizations(other.registry.requests.all)).toEqual([undefined, basicOf(OTHER)]);
  expect(authorizations(gateway.seen)).toEqual([basicOf(gatewayLogin)]);
});

test('a password goes to the token service that the registry names, and the registry sees tokens alone', async () => {
  const { registry, url, realm } = await startGuarded(LOGIN);

  const run = await probe(runFlags(url), environmentOf(LOGIN));

  expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
  expect(realm.seen.length).toBeGreaterThan(0);
  expect(authorizations(realm.seen)).toEqual([basicOf(LOGIN)]);
  const toRegistry = registry.requests.all.filter(({ kind }) => kind !== 'token');
  const [first, ...tokens] = authorizations(toRegistry);
  expect(first).toBeUndefined();
  expect(tokens.filter((token) => !/^Bearer demo-token-\d+$/.test(token ?? ''))).toEqual([]);
});

describe('a redirect across an origin', () => {
  test.each([
    ['a password', 'basic', 'another port'],
    ['a token', 'bearer', 'another port'],
    ['a password', 'basic', 'another name of the same server'],
    ['a token', 'bearer', 'another name of the same server'],
  ] as const)('takes no credentials along: %s (%s), to %s', async (_, scheme, where) => {
    const { registry, url } = await startDemo({ auth: scheme === 'basic' ? { basic: LOGIN } : { bearer: LOGIN } });
    const storage = await startDemo();
    const sameServer = where === 'another name of the same server';
    const base = sameServer ? new URL(`http://localhost:${url.port}`) : storage.url;
    registry.faults.add({
      when: { kind: 'blob', authorization: true },
      action: { kind: 'redirect', to: ({ path }) => new URL(`${path}?away`, base) },
    });

    await probe(runFlags(url), environmentOf(LOGIN));

    const away = [...registry.requests.all, ...storage.registry.requests.all].filter(({ query }) => query.has('away'));
    expect(away.length).toBeGreaterThan(0);
    expect(authorizations(away)).toEqual([undefined]);
  });

  test('does not get them back where it leads back', async () => {
    const { registry, url } = await startDemo({ auth: { bearer: LOGIN } });
    const away = await serve((request, response) => {
      response.writeHead(307, { location: `${url.origin}${request.url}?back` }).end();
    });
    const isFirst = ({ query }: DemoRequest): boolean => !query.has('back');
    registry.faults.add({
      when: { kind: 'blob', authorization: true, predicate: isFirst },
      action: { kind: 'redirect', to: ({ path }) => new URL(path, away.url) },
    });

    const run = await probe(runFlags(url), environmentOf(LOGIN));

    const back = registry.requests.matching({ predicate: ({ query }) => query.has('back') });
    expect(back.length).toBeGreaterThan(0);
    expect(authorizations([...back, ...away.requests])).toEqual([undefined]);
    expect(run.registry()).toMatchObject({ complete: false, findings: [] });
  });

  test('to who asks for credentials gets none: not there, and not at the token service it names', async () => {
    const thief = await serve((request, response) => {
      const own = `http://${request.headers.host}/token`;
      const challenge = [`Bearer realm="${own}",service="registry"`, 'Basic realm="registry"'];
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
    registry.faults.add({
      when: { kind: 'blob', authorization: true },
      action: { kind: 'redirect', to: ({ path }) => new URL(path, thief.url) },
    });

    const run = await probe(runFlags(url), environmentOf(LOGIN));

    expect(run.registry().unknowns.map(({ reason }) => reason)).toContain('auth');
    expect(thief.requests.length).toBeGreaterThan(0);
    expect(thief.requests.filter((request) => request.url?.startsWith('/token'))).toEqual([]);
    expect(authorizations(thief.requests)).toEqual([undefined]);
  });

  test('by the token service takes no password along', async () => {
    const elsewhere = await startStub((_, response) => response.end('{"token":"t1"}'));
    onTestFinished(() => elsewhere.stop());
    const realm = await startStub((_, response) => {
      response.writeHead(307, { location: elsewhere.url.href }).end();
    });
    onTestFinished(() => realm.stop());
    const { url } = await startDemo({ auth: { bearer: { ...LOGIN, realm: realm.url.href } } });

    await probe(runFlags(url), environmentOf(LOGIN));

    expect(authorizations(realm.seen)).toEqual([basicOf(LOGIN)]);
    expect(elsewhere.seen.length).toBeGreaterThan(0);
    expect(authorizations(elsewhere.seen)).toEqual([undefined]);
  });

  test('by the Pushgateway is not followed', async () => {
    const elsewhere = await startDemo();
    const gateway = await startStub((_, response) => {
      response.writeHead(307, { location: elsewhere.url.href }).end();
    });
    onTestFinished(() => gateway.stop());
    const { url } = await startDemo();
    const env = { PROBE_PUSHGATEWAY_USERNAME: LOGIN.username, PROBE_PUSHGATEWAY_PASSWORD: LOGIN.password };

    const run = await probe([...runFlags(url), '--pushgateway', gateway.url.origin], env);

    expect(run.code).toBe(4);
    expect(authorizations(gateway.seen)).toEqual([basicOf(LOGIN)]);
    expect(elsewhere.registry.requests.all).toEqual([]);
  });
});

test.each([
  ['another host', (port: string) => `http://localhost:${port}`],
  ['another port', (port: string) => `http://127.0.0.1:${port}`],
  ['no scheme', (port: string) => `//127.0.0.1:${port}`],
])('nobody else is asked for a next page, with credentials or without: %s', async (_, addressOf) => {
  const thief = await startDemo();
  const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
  const link = `<${addressOf(thief.url.port)}/v2/_catalog?n=1000&last=app>; rel="next"`;
  registry.faults.add({
    when: { kind: 'catalog', authorization: true },
    action: { kind: 'headers', headers: { link } },
  });

  const run = await probe(runFlags(url), environmentOf(LOGIN));

  expect(run.registry().catalogAccessible).toBe(false);
  expect(registry.requests.matching({ kind: 'catalog', authorization: true }).length).toBeGreaterThan(0);
  expect(thief.registry.requests.all).toEqual([]);
});

describe('the credentials of a proxy', () => {
  test('go to the proxy, and those of the registry through it', async () => {
    const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
    const proxy = await startProxy();
    const address = `http://${OTHER.username}:${OTHER.password}@${proxy.server.url.host}`;

    const run = await probe(runFlags(url), { ...environmentOf(LOGIN), HTTP_PROXY: address });

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(new Set(proxy.authorizations)).toEqual(new Set([basicOf(OTHER)]));
    expect(registry.requests.all.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
  });

  test('are all that it sees of a registry over TLS', async () => {
    const { url } = await startDemo({ auth: { basic: LOGIN } });
    const secure = await addressFor(url, 'https');
    const proxy = await startProxy();
    const address = `http://${OTHER.username}:${OTHER.password}@${proxy.server.url.host}`;
    const flags = [...runFlags(secure.url), '--ca-file', AUTHORITY_FILE];

    const run = await probe(flags, { ...environmentOf(LOGIN), HTTPS_PROXY: address });

    expect(run.registry()).toMatchObject({ complete: true, verdict: 'sound' });
    expect(new Set(proxy.authorizations)).toEqual(new Set([basicOf(OTHER)]));
    expect(proxy.heard.filter((headers) => headers.authorization !== undefined)).toEqual([]);
    expect(secure.seen.filter(({ headers }) => 'proxy-authorization' in headers)).toEqual([]);
  });
});
