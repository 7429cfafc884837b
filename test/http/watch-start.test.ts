import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { AUTHORITY, certificate, serve, serveTcp, serveTls, unconnectable } from './servers.ts';
import { failureOf, get, testTransport } from './transports.ts';

describe('a request canceled while connecting', () => {
  test('ends at once, and is not counted as sent', async () => {
    const { url, reached } = await unconnectable();
    const controller = new AbortController();
    const transport = testTransport();
    const sending = transport.send(get(url, { signal: controller.signal }));
    await reached;

    controller.abort();

    expect(failureOf(await sending).failure).toBe('aborted');
    expect(transport.sent).toEqual({});
  });

  test('is not sent when its connection comes to stand after all', async () => {
    const backend = await serveTls(certificate('server'), (_request, response) => response.end());
    const reached = Promise.withResolvers<() => void>();
    const closed = Promise.withResolvers<void>();
    const front = await serveTcp((socket) => {
      socket.on('close', () => closed.resolve());
      socket.once('readable', () => {
        reached.resolve(() => socket.pipe(connect(Number(backend.url.port), '127.0.0.1')).pipe(socket));
      });
    });
    const controller = new AbortController();
    const transport = testTransport({ ca: AUTHORITY });
    const sending = transport.send(get(`https://${front.url.host}/`, { signal: controller.signal }));
    const letThrough = await reached.promise;

    controller.abort();
    const { failure } = failureOf(await sending);
    letThrough();
    await closed.promise;

    expect(failure).toBe('aborted');
    expect(backend.requests).toHaveLength(0);
    expect(transport.sent).toEqual({});
  });
});

describe('what was sent', () => {
  test('counts each request on the wire by method, retries and hops included', async () => {
    const server = await serve((request, response) => {
      const { length } = server.requests;
      if (length === 1) response.writeHead(503).end();
      else if (request.url === '/') response.writeHead(307, { location: '/next' }).end();
      else response.end();
    });
    const transport = testTransport({ retries: 1 });

    await transport.send(get(server.url));
    await transport.send(get(`${server.url.href}next`, { method: 'HEAD' }));

    expect(transport.sent).toEqual({ GET: 3, HEAD: 1 });
  });
});
