import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createTestClock } from '../support/clock.ts';
import { serve } from './servers.ts';
import { failureOf, get, responseOf, testTransport, textOf } from './transports.ts';

describe('the concurrency of a transport', () => {
  test('is never exceeded, bodies and redirects included, and everything is answered', async () => {
    let running = 0;
    let most = 0;
    const waiting: ServerResponse[] = [];
    const server = await serve((request, response) => {
      running += 1;
      most = Math.max(most, running);
      response.on('finish', () => (running -= 1));
      const redirect = request.url === '/';
      response.writeHead(redirect ? 307 : 200, redirect ? { location: '/next' } : { 'content-length': '4' });
      if (redirect) {
        response.end();
        return;
      }
      response.write('ab');
      waiting.push(response);
      // Bodies end only when as many exchanges are under way as ever will be.
      if (waiting.length === 3) for (const open of waiting.splice(0)) open.end('cd');
    });
    const transport = testTransport({ concurrency: 3 });

    const outcomes = await Promise.all(Array.from({ length: 12 }, () => transport.send(get(server.url))));

    expect(outcomes.map((outcome) => textOf(responseOf(outcome)))).toEqual(Array.from({ length: 12 }, () => 'abcd'));
    expect(most).toBe(3);
    expect(server.sockets.length).toBeLessThanOrEqual(3);
  });

  test('is not used up by a request that waits for its next try', async () => {
    const pause = Promise.withResolvers<void>();
    const paused = Promise.withResolvers<void>();
    const clock = {
      ...createTestClock(),
      sleep: () => {
        paused.resolve();
        return pause.promise;
      },
    };
    const busy = await serve((_request, response) => {
      response.writeHead(busy.requests.length === 1 ? 503 : 200).end();
    });
    const server = await serve((_request, response) => response.end('ok'));
    const transport = testTransport({ concurrency: 1, retries: 1 }, { clock });

    const first = transport.send(get(busy.url));
    await paused.promise;
    const second = responseOf(await transport.send(get(server.url)));
    pause.resolve();

    expect(textOf(second)).toBe('ok');
    expect(responseOf(await first).status).toBe(200);
  });

  test('does not hold a canceled request that waits for its turn', async () => {
    const asked = Promise.withResolvers<void>();
    const server = await serve(() => asked.resolve());
    const controller = new AbortController();
    const transport = testTransport({ concurrency: 1 });
    const blocking = transport.send(get(server.url));
    await asked.promise;

    const waiting = transport.send(get(server.url, { signal: controller.signal }));
    controller.abort();

    expect(failureOf(await waiting)).toMatchObject({
      failure: 'aborted',
      detail: `${server.url.host} was not asked: the request was canceled`,
    });
    await transport.close();
    expect(failureOf(await blocking).failure).toBe('aborted');
  });
});

describe('a concurrency that is found out', () => {
  test('is one for each host: the one that asks for less is asked less, and no other', async () => {
    const clock = createTestClock();
    const busy = await serve((_request, response) => response.writeHead(429).end());
    const free = await serve((_request, response) => response.end('ok'));
    const transport = testTransport({ concurrency: 16, findLevel: true }, { clock });

    for (let turn = 0; turn < 40; turn += 1) {
      await Promise.all([busy, free].flatMap(({ url }) => Array.from({ length: 16 }, () => transport.send(get(url)))));
    }

    expect([transport.standing(busy.url.host), transport.standing(free.url.host)]).toEqual([1, 16]);
    expect(transport.settled(free.url.host)).toBe(16);
    expect(transport.settled('registry.example.com')).toBeNull();
  });

  test('is never more than is allowed', async () => {
    let running = 0;
    let most = 0;
    const server = await serve((_request, response) => {
      running += 1;
      most = Math.max(most, running);
      setImmediate(() => {
        running -= 1;
        response.end('ok');
      });
    });
    const transport = testTransport({ concurrency: 6, findLevel: true });

    for (let turn = 0; turn < 20; turn += 1) {
      await Promise.all(Array.from({ length: 30 }, () => transport.send(get(server.url))));
    }

    expect(most).toBeLessThanOrEqual(6);
    expect(transport.standing(server.url.host)).toBe(6);
  });
});
