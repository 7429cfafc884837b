import { getCACertificates, rootCertificates, setDefaultCACertificates, TLSSocket } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startProxy } from './proxies.ts';
import { AUTHORITY, certificate, serve, serveMutualTls, serveTls } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

describe('a server with a certificate', () => {
  test('of an unknown authority is not trusted, and not asked again', async () => {
    const server = await serveTls(certificate('server'), (_request, response) => response.end('ok'));
    const transport = testTransport({ retries: 3 });

    const failure = failureOf(await transport.send(get(server.url)));

    expect(failure.failure).toBe('tls');
    expect(failure.detail).toBe(`${server.url.host} did not pass the TLS handshake (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`);
    expect(server.sockets).toHaveLength(1);
    expect(transport.sent).toEqual({});
  });

  test('of the given authority is trusted', async () => {
    const server = await serveTls(certificate('server'), (_request, response) => response.end('ok'));

    const outcome = await testTransport({ ca: AUTHORITY }).send(get(server.url));

    expect(textOf(responseOf(outcome))).toBe('ok');
  });

  test('of the given authority but for another host is not trusted', async () => {
    const server = await serveTls(certificate('other'), (_request, response) => response.end('ok'));

    const failure = failureOf(await testTransport({ ca: AUTHORITY }).send(get(server.url)));

    expect(failure).toMatchObject({ failure: 'tls' });
    expect(failure.detail).toContain('(ERR_TLS_CERT_ALTNAME_INVALID)');
  });

  test.each(['server', 'other'] as const)(
    'that proves nothing (%s) is accepted when told to be insecure',
    async (name) => {
      const server = await serveTls(certificate(name), (_request, response) => response.end('ok'));

      const outcome = await testTransport({ insecure: true }).send(get(server.url));

      expect(responseOf(outcome).status).toBe(200);
    },
  );

  test('is checked on a new connection too', async () => {
    const server = await serveTls(certificate('server'), (_request, response) => response.end('ok'));
    const fresh = get(server.url, { newConnection: true });

    expect(failureOf(await testTransport().send(fresh)).failure).toBe('tls');
    expect(responseOf(await testTransport({ ca: AUTHORITY }).send(fresh)).status).toBe(200);
  });
});

describe('a server that asks for a certificate', () => {
  test('is shown the one that was given, on every new connection', async () => {
    const server = await serveMutualTls(certificate('server'), (request, response) => {
      response.end(nameOf(request.socket));
    });
    const transport = testTransport({ ca: AUTHORITY, clientCertificate: certificate('other') });

    const names = [
      textOf(responseOf(await transport.send(get(server.url)))),
      textOf(responseOf(await transport.send(get(server.url, { newConnection: true })))),
    ];

    expect(names).toEqual(['other', 'other']);
    expect(server.sockets).toHaveLength(2);
  });

  test.each([undefined, null])('and is shown none lets nobody in: %j', async (none) => {
    const server = await serveMutualTls(certificate('server'), (_request, response) => response.end('ok'));
    const clientCertificate = none === undefined ? {} : { clientCertificate: none };

    const failure = failureOf(await testTransport({ ca: AUTHORITY, ...clientCertificate }).send(get(server.url)));

    // Depending on which comes first: the alert, or the end of the connection.
    expect(['tls', 'reset', 'closed']).toContain(failure.failure);
    expect(server.requests).toEqual([]);
  });

  test('is shown it also where the system vouches for the server', async () => {
    const roots = getCACertificates('default');
    onTestFinished(() => setDefaultCACertificates(roots));
    setDefaultCACertificates([AUTHORITY]);
    const server = await serveMutualTls(certificate('server'), (request, response) => {
      response.end(nameOf(request.socket));
    });

    const outcome = await testTransport({ clientCertificate: certificate('other') }).send(get(server.url));

    expect(textOf(responseOf(outcome))).toBe('other');
  });

  test('gets it through a tunnel of a proxy as well', async () => {
    const server = await serveMutualTls(certificate('server'), (request, response) => {
      response.end(nameOf(request.socket));
    });
    const proxy = await startProxy();
    const transport = testTransport({
      ca: AUTHORITY,
      clientCertificate: certificate('other'),
      proxy: { httpProxy: '', httpsProxy: proxy.server.url.href, noProxy: '' },
    });

    expect(textOf(responseOf(await transport.send(get(server.url))))).toBe('other');
  });
});

test('TLS asked of a server that speaks plain HTTP is a TLS failure', async () => {
  const server = await serve((_request, response) => response.end());

  const failure = failureOf(await testTransport().send(get(`https://${server.url.host}/`)));

  expect(failure.failure).toBe('tls');
});

test('a redirect from https to http is refused, unless told to be insecure', async () => {
  const plain = await serve((_request, response) => response.end('ok'));
  const server = await serveTls(certificate('server'), (_request, response) => {
    response.writeHead(307, { location: `${plain.url.href}?secret=1` }).end();
  });

  const refused = failureOf(await testTransport({ ca: AUTHORITY }).send(get(server.url)));
  const followed = responseOf(await testTransport({ insecure: true }).send(get(server.url)));

  expect(refused).toMatchObject({
    failure: 'redirect',
    detail: `${server.url.host} redirects from https to plain http at ${plain.url.host}`,
  });
  expect(followed).toMatchObject({ redirected: true });
});

test('a given authority adds to the roots of the system and does not replace them', async () => {
  const roots = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(roots));
  setDefaultCACertificates([AUTHORITY]);
  const server = await serveTls(certificate('server'), (_request, response) => response.end('ok'));

  const outcome = await testTransport({ ca: rootCertificates[0] ?? '' }).send(get(server.url));

  expect(responseOf(outcome).status).toBe(200);
});

/** The name in the certificate that a client has shown. */
function nameOf(socket: unknown): string {
  return socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : 'nobody';
}
