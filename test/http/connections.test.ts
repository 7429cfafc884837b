import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProxy } from './proxies.ts';
import {
  AUTHORITY,
  certificate,
  closedPort,
  serve,
  serveBoth,
  serveTcp,
  serveText,
  serveTls,
  type Handler,
} from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

const NO_PROXY = { httpProxy: '', httpsProxy: '', noProxy: '' };
const ok: Handler = (_request, response) => response.end('ok');

describe('a proxy', () => {
  beforeEach(async () => {
    // A proxy that would break every test here, if the environment were read.
    const { href } = await closedPort();
    for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, href);
    for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, '');
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('passes plain HTTP on, and its user info is sent to it alone', async () => {
    const proxy = await startProxy();
    const target = await serve(ok);
    const httpProxy = `http://user:secret@${proxy.server.url.host}`;

    const outcome = await testTransport({ proxy: { ...NO_PROXY, httpProxy } }).send(get(`${target.url.href}v2/`));

    expect(textOf(responseOf(outcome))).toBe('ok');
    expect(proxy.asked).toEqual([`GET ${target.url.href}v2/`]);
    expect(proxy.authorizations).toEqual([`Basic ${btoa('user:secret')}`]);
    expect(target.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('tunnels HTTPS, and the server behind it proves itself end to end', async () => {
    const proxy = await startProxy();
    const target = await serveTls(certificate('server'), ok);
    const other = await serveTls(certificate('other'), ok);
    const transport = testTransport({ ca: AUTHORITY, proxy: { ...NO_PROXY, httpsProxy: proxy.server.url.href } });

    const trusted = await transport.send(get(target.url));
    const doubted = await transport.send(get(other.url));

    expect(textOf(responseOf(trusted))).toBe('ok');
    expect(failureOf(doubted).failure).toBe('tls');
    expect(proxy.asked).toEqual([`CONNECT ${target.url.host}`, `CONNECT ${other.url.host}`]);
  });

  test('is asked again on a new connection of its own', async () => {
    const proxy = await startProxy();
    const target = await serveTls(certificate('server'), ok);
    const transport = testTransport({ ca: AUTHORITY, proxy: { ...NO_PROXY, httpsProxy: proxy.server.url.href } });

    await transport.send(get(target.url, { newConnection: true }));
    await transport.send(get(target.url, { newConnection: true }));

    expect(proxy.asked).toHaveLength(2);
    expect(target.sockets).toHaveLength(2);
  });

  test('may itself be spoken to over TLS, and is trusted as a server is', async () => {
    const { server, asked } = await startProxy({ pair: certificate('server') });
    const plain = await serve(ok);
    const secure = await serveTls(certificate('server'), ok);
    const address = `https://localhost:${server.url.port}/`;
    const proxy = { httpProxy: address, httpsProxy: address, noProxy: '' };
    const transport = testTransport({ ca: AUTHORITY, proxy });

    const outcomes = [await transport.send(get(plain.url)), await transport.send(get(secure.url))];
    const doubted = await testTransport({ proxy }).send(get(plain.url));

    expect(outcomes.map((outcome) => textOf(responseOf(outcome)))).toEqual(['ok', 'ok']);
    expect(asked).toEqual([`GET ${plain.url.href}`, `CONNECT ${secure.url.host}`]);
    expect(failureOf(doubted)).toMatchObject({ failure: 'proxy' });
    expect(failureOf(doubted).detail).toContain('did not pass the TLS handshake');
  });

  test.each(['127.0.0.1', '*', 'registry.example.com, 127.0.0.1', '127.0.0.0/8', '.svc,127.0.0.1/32'])(
    'is left out for hosts in "%s"',
    async (noProxy) => {
      const proxy = await startProxy();
      const target = await serve(ok);
      const httpProxy = proxy.server.url.href;

      const outcome = await testTransport({ proxy: { ...NO_PROXY, httpProxy, noProxy } }).send(get(target.url));

      expect(textOf(responseOf(outcome))).toBe('ok');
      expect(proxy.asked).toEqual([]);
    },
  );

  test('for http is not one for https', async () => {
    const proxy = await startProxy();
    const target = await serveTls(certificate('server'), ok);
    const transport = testTransport({ ca: AUTHORITY, proxy: { ...NO_PROXY, httpProxy: proxy.server.url.href } });

    const outcome = await transport.send(get(target.url));

    expect(textOf(responseOf(outcome))).toBe('ok');
    expect(proxy.asked).toEqual([]);
  });

  test('of the environment is not used', async () => {
    const target = await serve(ok);
    const httpsProxy = (await closedPort()).href;

    const outcome = await testTransport({ proxy: { ...NO_PROXY, httpsProxy } }).send(get(target.url));

    expect(textOf(responseOf(outcome))).toBe('ok');
  });
});

describe('a failing proxy', () => {
  test.each(['http:', 'https:'] as const)('that refuses is named, not the %s server behind it', async (protocol) => {
    const proxy = await closedPort();
    const transport = testTransport({ proxy: { httpProxy: proxy.href, httpsProxy: proxy.href, noProxy: '' } });

    const failure = failureOf(await transport.send(get(`${protocol}//registry.example.com/v2/?token=secret`)));

    expect(failure).toMatchObject({
      failure: 'proxy',
      detail: `proxy ${proxy.host}, on the way to registry.example.com, refused the connection (ECONNREFUSED)`,
    });
  });

  test.each([403, 407, 502])('that answers %i to CONNECT is told with that status', async (status) => {
    const { server } = await startProxy({ refusal: status });
    const transport = testTransport({ proxy: { ...NO_PROXY, httpsProxy: server.url.href } });

    const failure = failureOf(await transport.send(get('https://registry.example.com/v2/')));

    expect(failure).toMatchObject({
      failure: 'proxy',
      detail: `proxy ${server.url.host}, on the way to registry.example.com, answered ${status} instead of connecting`,
    });
    expect(transport.sent).toEqual({});
    await vi.waitFor(() => expect(server.sockets[0]?.destroyed).toBe(true));
  });

  test('that wants credentials for plain HTTP is told with its 407', async () => {
    const { server } = await startProxy({ refusal: 407 });
    const transport = testTransport({ proxy: { ...NO_PROXY, httpProxy: server.url.href } });

    const failure = failureOf(await transport.send(get('http://registry.example.com/v2/')));

    expect(failure).toMatchObject({
      failure: 'proxy',
      detail: `proxy ${server.url.host}, on the way to registry.example.com, answered 407 instead of connecting`,
    });
  });

  test('that hangs up on CONNECT fails once, and is not asked for ever', async () => {
    const server = await serveText('', 'end');
    const transport = testTransport({ proxy: { ...NO_PROXY, httpsProxy: server.url.href } });

    const failure = failureOf(await transport.send(get('https://registry.example.com/v2/')));

    expect(failure.failure).toBe('proxy');
    expect(failure.detail).toContain('closed the connection before it answered');
    expect(server.sockets).toHaveLength(1);
  });

  test('is tried again where it may come round: a 502, not a 403', async () => {
    const busy = await startProxy({ refusal: 502 });
    const strict = await startProxy({ refusal: 403 });
    const through = (url: URL) => testTransport({ retries: 2, proxy: { ...NO_PROXY, httpsProxy: url.href } });

    await through(busy.server.url).send(get('https://registry.example.com/v2/'));
    await through(strict.server.url).send(get('https://registry.example.com/v2/'));

    expect(busy.asked).toHaveLength(3);
    expect(strict.asked).toHaveLength(1);
  });
});

test('HTTP/1.1 is spoken to a server that prefers HTTP/2, directly and through a tunnel', async () => {
  const proxy = await startProxy();
  const target = await serveBoth(certificate('server'), ok);
  const tunneled = { ...NO_PROXY, httpsProxy: proxy.server.url.href };

  await testTransport({ ca: AUTHORITY }).send(get(target.url));
  await testTransport({ ca: AUTHORITY, proxy: tunneled }).send(get(target.url));

  expect(proxy.asked).toHaveLength(1);
  expect(target.requests.map((request) => request.httpVersion)).toEqual(['1.1', '1.1']);
});

test('after closing nothing keeps a process alive, though connections idle and others are being made', async () => {
  const idle = await serve(ok);
  const silent = await serveTcp(() => {});
  const module = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  const script = `
    import { createTransport } from ${module('../../src/http/transport.ts')};
    import { createRealClock } from ${module('../support/clock.ts')};
    import { silentLog } from ${module('../../src/util/log.ts')};
    const proxy = { httpProxy: '', httpsProxy: ${JSON.stringify(silent.url.href)}, noProxy: '' };
    const options = { timeoutMs: 600000, concurrency: 2, retries: 3, ca: null, insecure: false, userAgent: 'probe', proxy };
    const transport = createTransport(options, { clock: createRealClock(), log: silentLog, random: () => 0 });
    const ask = (url) => transport.send({ method: 'GET', url: new URL(url), signal: new AbortController().signal, read: { kind: 'all', limit: 9 } });
    const { status } = await ask(${JSON.stringify(idle.url.href)});
    const connecting = ask('https://registry.example.com/');
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    console.log(status, (await connecting).failure);
  `;

  const child = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);

  expect(child.stdout.trim()).toBe('200 aborted');
}, 30_000);
