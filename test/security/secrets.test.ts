import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import type { DemoAuth } from '../../src/demo/auth.ts';
import { json, type Answer } from '../../src/demo/answer.ts';
import type { RequestMatch } from '../../src/demo/request-match.ts';
import type { DemoRequest } from '../../src/demo/request.ts';
import { addressFor, AUTHORITY_FILE, startDemo, type Demo } from '../http/demo.ts';
import { startProxy } from '../http/proxies.ts';
import { certificate, closedPort, serve, serveTls, type Handler } from '../http/servers.ts';
import { probe } from '../support/probe.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { basicOf, dockerConfig, environmentOf, type Login } from './logins.ts';
import { startGuarded } from './token-service.ts';

const LOGIN: Login = { username: 'prober', password: 'Paß "wort" 7Qx/+:§' };
const STRANGER: Login = { username: 'stranger', password: 'something else' };
const IDENTITY_TOKEN = 'identity-token-4711';
const GATEWAY: Login = { username: 'pusher', password: 'gateway-secret-0815' };
const PROXY_PASSWORD = 'proxy-secret-1234';
const SIGNATURE = 'signature-c0ffee';
/** What the token services of the tests give out. */
const TOKENS = ['demo-token-', 'stub-token-5678'];

/** A text in every form in which it may come to light. */
function formsOf(secret: string): readonly string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('base64url'),
  ];
}

const SECRETS = [
  ...[LOGIN.password, IDENTITY_TOKEN, GATEWAY.password, PROXY_PASSWORD, SIGNATURE].flatMap(formsOf),
  ...[LOGIN, GATEWAY].map((login) => basicOf(login).replace(/=+$/, '')),
  `:${IDENTITY_TOKEN}`,
  ...TOKENS,
];

/** Which secrets are in a text. */
function leaksIn(text: string): readonly string[] {
  return SECRETS.filter((secret) => text.includes(secret));
}

/** A run to be made, and what has to be in its output to show that the case was met. */
interface Case {
  readonly url: URL;
  readonly env: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  readonly code: number;
  readonly shows: string;
}

const LOGGED_IN = environmentOf(LOGIN);

async function failing(status: number, when: RequestMatch = { authorization: true }): Promise<Demo> {
  const demo = await startDemo({ auth: { basic: LOGIN } });
  demo.registry.faults.add({ when, action: { kind: 'status', status } });
  return demo;
}

/** A registry that sends everybody who logged in to a presigned address. */
async function redirecting(target: URL, auth: DemoAuth = { bearer: LOGIN }): Promise<Demo> {
  const demo = await startDemo({ auth });
  const to = ({ path }: { readonly path: string }): URL => new URL(`${path}?X-Amz-Signature=${SIGNATURE}`, target);
  demo.registry.faults.add({ when: { kind: 'blob', authorization: true }, action: { kind: 'redirect', to } });
  return demo;
}

/** A registry whose token service answers as it likes. */
async function withRealm(answer: Handler): Promise<Demo> {
  const realm = await serve(answer);
  return startDemo({ auth: { bearer: { ...LOGIN, realm: `${realm.url.href}?key=${SIGNATURE}` } } });
}

const loggedIn = (url: URL, code: number, shows: string, flags: readonly string[] = []): Case => ({
  url,
  env: LOGGED_IN,
  code,
  shows,
  flags,
});

const CASES: readonly (readonly [string, () => Promise<Case>])[] = [
  ['a password that opens', async () => loggedIn((await startDemo({ auth: { basic: LOGIN } })).url, 0, 'sound')],
  ['tokens that open', async () => loggedIn((await startGuarded(LOGIN)).url, 0, 'token received')],
  ['401', async () => loggedIn((await startDemo({ auth: { basic: STRANGER } })).url, 3, 'GET answered 401')],
  ['403', async () => loggedIn((await failing(403)).url, 3, 'GET answered 403')],
  ['429', async () => loggedIn((await failing(429)).url, 3, 'GET answered 429')],
  ['500', async () => loggedIn((await failing(500)).url, 3, 'GET answered 500')],
  [
    'tokens that a registry turns down',
    async () => {
      const { registry, url } = await startDemo({ auth: { bearer: { ...LOGIN, deny: ['registry:catalog:*'] } } });
      registry.faults.add({ when: { kind: 'blob', authorization: true }, action: { kind: 'drop' } });
      return loggedIn(url, 3, 'GET answered 401');
    },
  ],
  [
    'a token service that refuses',
    async () => loggedIn((await startDemo({ auth: { bearer: STRANGER } })).url, 3, 'answered 401 to these credentials'),
  ],
  [
    'a token service that cannot be reached, with secrets in its address',
    async () => {
      const { host } = await closedPort();
      const realm = `http://${LOGIN.username}:${PROXY_PASSWORD}@${host}/token?key=${SIGNATURE}#${SIGNATURE}`;
      return loggedIn((await startDemo({ auth: { bearer: { ...LOGIN, realm } } })).url, 3, 'realm_unreachable');
    },
  ],
  [
    'a token service that is no URL',
    async () => {
      const realm = `/token?key=${SIGNATURE}`;
      return loggedIn((await startDemo({ auth: { bearer: { ...LOGIN, realm } } })).url, 3, 'realm_unreachable');
    },
  ],
  [
    'a token service over plain HTTP',
    async () => {
      const registry = await addressFor((await startGuarded(LOGIN)).url, 'https');
      return loggedIn(registry.url, 3, 'realm_refused', ['--ca-file', AUTHORITY_FILE]);
    },
  ],
  [
    'a token service that answers with what it was asked',
    async () => {
      const { url } = await withRealm(({ headers }, response) => response.end(JSON.stringify(headers)));
      return loggedIn(url, 3, 'without a token');
    },
  ],
  [
    'a token that no header can carry',
    async () => {
      const { url } = await withRealm((_, response) => response.end('{"token":"stub-token-5678\\r\\nx: y"}'));
      return loggedIn(url, 3, 'a token that no header can carry');
    },
  ],
  [
    'a registry that quotes the password it does not like',
    async () => {
      const { url } = await serve(({ headers: { authorization } }, response) => {
        const error = { code: 'UNAUTHORIZED', message: `bad header: ${authorization}` };
        response.writeHead(401, { 'www-authenticate': 'Basic realm="r"', 'content-type': 'application/json' });
        response.end(JSON.stringify({ errors: [error] }));
      });
      return loggedIn(url, 3, 'GET answered 401 UNAUTHORIZED: bad header: Basic ***');
    },
  ],
  [
    'a registry that quotes the token it does not like',
    async () => {
      const { registry, url } = await startDemo({ auth: { bearer: LOGIN } });
      const quote = (_: Answer, { headers }: DemoRequest): Answer =>
        json(400, { errors: [{ code: 'NOT_LIKED', message: `bad header: ${headers['authorization']}` }] });
      const action = { kind: 'rewrite', rewrite: quote } as const;
      registry.faults.add({ when: { kind: 'manifest', authorization: true }, action });
      return loggedIn(url, 3, 'GET answered 400 NOT_LIKED: bad header: Bearer ***');
    },
  ],
  [
    'a token service that is down with an echo of what it was asked',
    async () => {
      const { url } = await withRealm(({ headers }, response) => response.writeHead(500).end(headers.authorization));
      return loggedIn(url, 3, 'answered 500');
    },
  ],
  [
    'an identity token',
    async () => {
      const { url } = await withRealm((_, response) => response.end('{"access_token":"stub-token-5678"}'));
      const env = await dockerConfig({ [url.host]: { identitytoken: IDENTITY_TOKEN } });
      return { url, env, code: 3, shows: 'token received' };
    },
  ],
  [
    'an identity token that is refused',
    async () => {
      const { url } = await withRealm((_, response) => response.writeHead(403).end(IDENTITY_TOKEN));
      const env = await dockerConfig({ [url.host]: { identitytoken: IDENTITY_TOKEN } });
      return { url, env, code: 3, shows: 'answered 403' };
    },
  ],
  [
    'a presigned redirect to who refuses',
    async () => {
      const storage = await serve((request, response) => response.writeHead(403).end(`no: ${request.url}`));
      return loggedIn((await redirecting(storage.url)).url, 3, 'from the redirect target');
    },
  ],
  [
    'a presigned redirect to nobody',
    async () => loggedIn((await redirecting(await closedPort())).url, 3, 'redirect target'),
  ],
  [
    'a presigned redirect to plain HTTP',
    async () => {
      const { url } = await redirecting(await closedPort(), { basic: LOGIN });
      const registry = await addressFor(url, 'https');
      return loggedIn(registry.url, 3, 'redirects from https to plain http', ['--ca-file', AUTHORITY_FILE]);
    },
  ],
  [
    'a presigned redirect to no URL, and one in a circle',
    async () => {
      const { registry, url } = await startDemo({ auth: { basic: LOGIN } });
      registry.faults.add({
        when: { kind: 'blob', authorization: true },
        action: { kind: 'redirect', to: `ftp://prober:${PROXY_PASSWORD}@storage.example.com/?sign=${SIGNATURE}` },
      });
      registry.faults.add({
        when: { kind: 'manifest', authorization: true, repository: 'app' },
        action: { kind: 'redirect', to: ({ path }) => `${path}?sign=${SIGNATURE}` },
      });
      return loggedIn(url, 3, 'in a circle');
    },
  ],
  [
    'TLS that does not verify',
    async () => loggedIn((await serveTls(certificate('server'), (_, response) => response.end())).url, 3, 'tls: '),
  ],
  ['no TLS at all', async () => loggedIn(new URL(`https://${(await serve(() => {})).url.host}`), 3, 'tls: ')],
  [
    'a proxy that refuses its password for plain HTTP',
    async () => {
      const proxy = await startProxy({ refusal: 407 });
      const env = { ...LOGGED_IN, HTTP_PROXY: `http://prober:${PROXY_PASSWORD}@${proxy.server.url.host}` };
      return { url: new URL('http://registry.example.com'), env, code: 3, shows: 'answered 407' };
    },
  ],
  [
    'a proxy that refuses its password',
    async () => {
      const proxy = await startProxy({ refusal: 407 });
      const address = `http://prober:${PROXY_PASSWORD}@${proxy.server.url.host}`;
      const env = { ...LOGGED_IN, HTTP_PROXY: address, HTTPS_PROXY: address };
      return { url: new URL('https://registry.example.com'), env, code: 3, shows: 'answered 407' };
    },
  ],
  [
    'a proxy that is down',
    async () => {
      const address = `http://prober:${PROXY_PASSWORD}@${(await closedPort()).host}`;
      const env = { ...LOGGED_IN, HTTP_PROXY: address, HTTPS_PROXY: address };
      return { url: new URL('http://registry.example.com'), env, code: 3, shows: 'on the way to' };
    },
  ],
];

/** Everything that a run writes: both streams, with a report for people and one for programs, and the metrics file. */
async function writtenBy({ url, env, flags = [], code, shows }: Case): Promise<readonly string[]> {
  const metrics = join(await temporaryFolder(), 'probe.prom');
  const all = ['run', '--registry-url', url.origin, '--log-level', 'debug', '--metrics-file', metrics, ...flags];

  const forPrograms = await probe([...all, '--output', 'json'], { ...env, PROBE_CONFIRM_ROUNDS: '1' });
  const forPeople = await probe(all, { ...env, PROBE_CONFIRM_ROUNDS: '1' });

  expect([forPrograms.code, forPeople.code]).toEqual([code, code]);
  expect(`${forPrograms.stdout}${forPrograms.stderr}`).toContain(shows);
  expect(forPrograms.stderr).toContain('"level":"debug"');
  return [forPrograms, forPeople]
    .flatMap(({ stdout, stderr }) => [stdout, stderr])
    .concat(await readFile(metrics, 'utf8'));
}

describe('no secret is in a log, a report or the metrics', () => {
  test.each(CASES)('after %s', async (_, arrange) => {
    const written = await writtenBy(await arrange());

    expect(written.filter((text) => text === '')).toEqual([]);
    expect(written.flatMap(leaksIn)).toEqual([]);
  });

  test.each([200, 401, 403, 503])('after a Pushgateway answered %i and quoted the password', async (status) => {
    const { url } = await startDemo({ auth: { basic: LOGIN } });
    const gateway = await serve(({ headers }, response) => {
      response.writeHead(status).end(`bad header: ${headers.authorization}`);
    });
    const env = {
      ...LOGGED_IN,
      PROBE_PUSHGATEWAY_URL: gateway.url.origin,
      PROBE_PUSHGATEWAY_USERNAME: GATEWAY.username,
      PROBE_PUSHGATEWAY_PASSWORD: GATEWAY.password,
      PROBE_PUSHGATEWAY_RETRIES: '0',
    };
    const good = status === 200;

    const written = await writtenBy({
      url,
      env,
      code: good ? 0 : 4,
      shows: good ? 'metrics pushed' : `HTTP ${status}`,
    });

    expect(gateway.requests[0]?.headers.authorization).toBe(basicOf(GATEWAY));
    expect(written.flatMap(leaksIn)).toEqual([]);
  });
});

describe('no secret is in what is said about a mistake', () => {
  const host = 'registry.example.com';

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ['a password without a user', ['run', '--registry-url', host], { PROBE_REGISTRY_PASSWORD: LOGIN.password }],
    ['a URL with a password', ['run', '--registry-url', `https://prober:${PROXY_PASSWORD}@${host}`], {}],
    ['a variable with such a URL', ['run'], { PROBE_REGISTRY_URL: `https://prober:${PROXY_PASSWORD}@${host}` }],
    ['a reference with a password', ['verify', `prober:${PROXY_PASSWORD}@${host}/app:v1`], {}],
    ['a proxy that is no URL', ['run', '--registry-url', host], { HTTP_PROXY: `ftp://prober:${PROXY_PASSWORD}@proxy` }],
    ['a Pushgateway with a password', ['run', '--pushgateway', `http://pusher:${GATEWAY.password}@gateway`], {}],
    ['a flag that there is not', ['run', `--registry-password=${LOGIN.password}`], {}],
    ['the same, apart', ['run', '--registry-password', LOGIN.password], {}],
  ])('%s', async (_, argv, env) => {
    const run = await probe(argv, env);

    expect(run.code).toBe(2);
    expect(run.stderr).not.toBe('');
    expect(leaksIn(`${run.stdout}${run.stderr}`)).toEqual([]);
  });

  test.each([
    ['that is cut short', `{"auths":{"${host}":{"password":"${GATEWAY.password}"`],
    ['of another shape', `{"auths":{"${host}":"${GATEWAY.password}"}}`],
    [
      'with an entry that is no login',
      `{"auths":{"${host}":{"auth":"${Buffer.from(GATEWAY.password).toString('base64')}"}}}`,
    ],
  ])('a Docker configuration %s', async (_, content) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'config.json'), content);

    const run = await probe(['run', '--registry-url', `https://${host}`], { DOCKER_CONFIG: folder });

    expect(run.code).toBe(2);
    expect(run.stderr).toContain('Docker configuration');
    expect(leaksIn(`${run.stdout}${run.stderr}`)).toEqual([]);
  });
});

test('what is looked for would be found: it travels, and it is recognized', async () => {
  const { registry, url } = await startDemo({ auth: { basic: LOGIN } });

  await probe(['run', '--registry-url', url.origin], LOGGED_IN);

  const sent = registry.requests.all.map(({ headers }) => headers['authorization'] ?? '');
  expect(leaksIn(sent.join())).not.toEqual([]);
  expect(leaksIn(JSON.stringify({ detail: `password ${LOGIN.password}` }))).not.toEqual([]);
  expect(leaksIn('Bearer demo-token-1')).not.toEqual([]);
});
