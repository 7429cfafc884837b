import { describe, expect, test } from 'vitest';
import type { HopOutcome } from '../../src/http/exchange.ts';
import type { BodyRead, HttpRequest } from '../../src/http/exchange.ts';
import { follow, type Hop } from '../../src/http/follow.ts';
import { closedPort, serve, type Handler, type TestServer } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

const credentials = { Authorization: 'Bearer secret', Cookie: 'session=secret', Range: 'bytes=0-0' };

/** Redirects `/` to the target and answers everything else. */
function redirectTo(target: () => string, status = 307): Handler {
  return (request, response) => {
    if (request.url === '/') response.writeHead(status, { location: target() }).end('<a href="elsewhere">');
    else response.end(`end of ${request.url}`);
  };
}

function authorizations(server: TestServer): readonly (string | undefined)[] {
  return server.requests.map((request) => request.headers.authorization);
}

describe('a redirect', () => {
  test.each([303, 307])('with status %i is followed, and GET stays GET, HEAD stays HEAD', async (status) => {
    const server = await serve(redirectTo(() => '/next', status));
    const transport = testTransport();

    const read = responseOf(await transport.send(get(server.url)));
    const looked = responseOf(await transport.send(get(server.url, { method: 'HEAD' })));

    expect(textOf(read)).toBe('end of /next');
    expect(read.url.pathname).toBe('/next');
    expect(looked.status).toBe(200);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /',
      'GET /next',
      'HEAD /',
      'HEAD /next',
    ]);
  });

  test('of a push is handed back', async () => {
    const server = await serve(redirectTo(() => '/next'));

    const response = responseOf(await testTransport().send(get(server.url, { method: 'PUT' })));

    expect(response.status).toBe(307);
    expect(response.headers['location']).toBe('/next');
    expect(server.requests).toHaveLength(1);
  });

  test('is handed back, body and all, when the caller wants none followed', async () => {
    const server = await serve(redirectTo(() => '/next'));

    const response = responseOf(await testTransport().send(get(server.url, { redirects: 'none' })));

    expect(response.status).toBe(307);
    expect(textOf(response)).toBe('<a href="elsewhere">');
  });

  test('to another origin says so, one within the origin does not', async () => {
    const other = await serve(redirectTo(() => '/next'));
    const server = await serve(redirectTo(() => `${other.url.href}blob`));
    const inside = await serve(redirectTo(() => '/next'));
    const transport = testTransport();

    const away = responseOf(await transport.send(get(server.url)));
    const near = responseOf(await transport.send(get(inside.url)));

    expect(away.redirected).toBe(true);
    expect(away.url.origin).toBe(other.url.origin);
    expect(near.redirected).toBe(false);
  });

  test('uses the connection again', async () => {
    const server = await serve(redirectTo(() => '/next'));

    await testTransport({ concurrency: 1 }).send(get(server.url));

    expect(server.sockets).toHaveLength(1);
  });

  test('has its own body read to the end, though of the blob behind it one byte is wanted', async () => {
    const reads: BodyRead[] = [];
    const request = get('http://registry.example.com/', { read: { kind: 'first', bytes: 1 } });
    const ask = async ({ url, readFor }: Hop): Promise<HopOutcome> => {
      const status = reads.length === 0 ? 307 : 206;
      reads.push(readFor(status));
      const response = {
        kind: 'response',
        status,
        headers: { location: '/next' },
        received: 0,
        end: 'complete',
      } as const;
      return { outcome: { ...response, body: new Uint8Array(), url, redirected: false }, transient: false };
    };

    await follow(request, {}, { insecure: false, ask });

    expect(reads).toEqual([
      { kind: 'first', bytes: 4096 },
      { kind: 'first', bytes: 1 },
    ]);
  });
});

describe('credentials', () => {
  test('stay on the first origin, whatever its paths', async () => {
    const server = await serve(redirectTo(() => '/next'));

    await testTransport().send(get(server.url, { headers: credentials }));

    expect(authorizations(server)).toEqual(['Bearer secret', 'Bearer secret']);
  });

  test('are dropped at another origin and not restored on the way back; other headers go along', async () => {
    const away: TestServer = await serve((_request, response) => {
      response.writeHead(307, { location: `${home.url.href}back` }).end();
    });
    const home: TestServer = await serve(redirectTo(() => away.url.href));

    const response = responseOf(await testTransport().send(get(home.url, { headers: credentials })));

    expect(response.redirected).toBe(false);
    expect(authorizations(home)).toEqual(['Bearer secret', undefined]);
    expect(authorizations(away)).toEqual([undefined]);
    expect(home.requests[1]?.headers.cookie).toBeUndefined();
    expect(away.requests[0]?.headers.cookie).toBeUndefined();
    expect(home.requests[1]?.headers.range).toBe('bytes=0-0');
  });

  test('are there again when the whole request is tried again', async () => {
    let answers = 0;
    const away = await serve((_request, response) => {
      answers += 1;
      response.writeHead(answers === 1 ? 503 : 200).end();
    });
    const home = await serve(redirectTo(() => away.url.href));

    const outcome = await testTransport({ retries: 1 }).send(get(home.url, { headers: credentials }));

    expect(responseOf(outcome).status).toBe(200);
    expect(authorizations(home)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(authorizations(away)).toEqual([undefined, undefined]);
  });
});

describe('a redirect that may not be followed', () => {
  test('is a failure that names the host, the reason, and no query', async () => {
    const server = await serve(redirectTo(() => 'ftp://storage.example.com/b?X-Amz-Signature=secret'));

    const failure = failureOf(await testTransport().send(get(server.url)));

    expect(failure).toMatchObject({
      failure: 'redirect',
      detail: `${server.url.host} redirects to ftp:, not to http or https`,
    });
  });

  test('is a circle', async () => {
    const server = await serve((request, response) => {
      response.writeHead(307, { location: request.url === '/' ? '/a' : '/' }).end();
    });

    const failure = failureOf(await testTransport({ retries: 3 }).send(get(server.url)));

    expect(failure.failure).toBe('redirect');
    expect(server.requests).toHaveLength(2);
  });
});

test('a redirect target that refuses the connection is named, not the host that sent us there', async () => {
  const target = await closedPort();
  const server = await serve(redirectTo(() => `${target.href}blob?X-Amz-Signature=secret`));

  const failure = failureOf(await testTransport().send(get(server.url)));

  expect(failure).toMatchObject({
    failure: 'refused',
    detail: `redirect target ${target.host} refused the connection (ECONNREFUSED)`,
  });
  expect(failure.url.host).toBe(target.host);
});

test('a request canceled between two hops ends there', async () => {
  const controller = new AbortController();
  const server = await serve((request, response) => {
    response.writeHead(307, { location: '/next' });
    response.end('<a>', () => controller.abort());
    expect(request.url).toBe('/');
  });
  const request: HttpRequest = get(server.url, { signal: controller.signal });

  const outcome = await testTransport({ concurrency: 1 }).send(request);

  expect(failureOf(outcome).failure).toBe('aborted');
});
