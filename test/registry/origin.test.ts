import { describe, expect, test } from 'vitest';

import { chooseOrigin } from '../../src/registry/origin.ts';
import { AUTHORITY, certificate, closedPort, serve, serveTls, type Handler } from '../http/servers.ts';
import { testTransport } from '../http/transports.ts';
import { fail, respond, scriptedTransport } from './auth/scripted-transport.ts';

const NEVER = new AbortController().signal;
const OK: Handler = (_, answer) => void answer.end('{}');

/** The origin as it was chosen, and what was asked for it, where each scheme answers with a status or not at all. */
async function choose(host: string, insecure: boolean, statuses: { readonly https?: number; readonly http?: number }) {
  const transport = scriptedTransport(({ url }) => {
    const status = url.protocol === 'https:' ? statuses.https : statuses.http;
    return status === undefined ? fail(url, 'refused', 'nobody listens') : respond(url, { status });
  });
  const origin = await chooseOrigin(host, insecure, transport, NEVER);
  return [origin.href, ...transport.requests.map(({ url }) => url.href)];
}

describe('chooseOrigin', () => {
  test.each([
    'registry.example.com',
    'registry.example.com:5000',
    '10.0.0.1',
    'localhost.example.com',
    '127.evil.example',
    '127.1.evil:5000',
    '[::2]:5000',
  ])('keeps to https on %s, and asks nothing', async (host) => {
    expect(await choose(host, false, { http: 200 })).toEqual([`https://${host}/`]);
  });

  test.each(['localhost:5000', '127.0.0.1:5000', '127.1.2.3', '[::1]:5000', 'registry.localhost'])(
    'asks the loopback host %s over https first, and then over plain HTTP',
    async (host) => {
      expect(await choose(host, false, { https: 401, http: 200 })).toEqual([`https://${host}/`, `https://${host}/v2/`]);
      expect(await choose(host, false, { http: 401 })).toEqual([
        `http://${host}/`,
        `https://${host}/v2/`,
        `http://${host}/v2/`,
      ]);
    },
  );

  test('asks any host both ways where that was allowed', async () => {
    const [origin] = await choose('registry.example.com', true, { http: 200 });

    expect(origin).toBe('http://registry.example.com/');
  });

  test.each([
    ['nothing answers at all', {}],
    ['a TLS server refuses plain HTTP', { http: 400 }],
  ])('stays with https where %s', async (_, statuses) => {
    expect((await choose('localhost:5000', false, statuses))[0]).toBe('https://localhost:5000/');
  });
});

describe('over real connections', () => {
  test('a server without TLS is asked over plain HTTP', async () => {
    const { url, requests } = await serve(OK);

    const origin = await chooseOrigin(url.host, false, testTransport(), NEVER);

    expect(origin.href).toBe(url.href);
    expect(requests.map((request) => request.url)).toEqual(['/v2/']);
  });

  test('a server with TLS that verifies is asked over https', async () => {
    const { url } = await serveTls(certificate('server'), OK);

    expect((await chooseOrigin(url.host, false, testTransport({ ca: AUTHORITY }), NEVER)).href).toBe(url.href);
  });

  test('a server with TLS that does not verify is not asked in plain', async () => {
    const { url, requests } = await serveTls(certificate('other'), OK);

    expect((await chooseOrigin(url.host, false, testTransport(), NEVER)).href).toBe(url.href);
    expect(requests).toEqual([]);
  });

  test('a closed port stays with https', async () => {
    const { host } = await closedPort();

    expect((await chooseOrigin(host, false, testTransport(), NEVER)).protocol).toBe('https:');
  });
});
