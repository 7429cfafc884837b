import { describe, expect, test, vi } from 'vitest';

import type { Log } from '../../src/util/log.ts';
import { silentLog } from '../../src/util/log.ts';
import { createTestClock } from '../support/clock.ts';
import { serve, type TestServer } from './servers.ts';
import { failureOf, get, responseOf, testTransport } from './transports.ts';

type Answer = readonly [status: number, headers?: Record<string, string>];

/** A server that answers with each of these in turn, and then with 200; it notes how late each request came, in ms. */
async function inTurn(...answers: readonly Answer[]) {
  const clock = createTestClock();
  const begin = clock.now();
  const times: number[] = [];
  const server = await serve((_request, response) => {
    const [status, headers] = answers[times.length] ?? [200];
    times.push(clock.now() - begin);
    response.writeHead(status, headers).end('body');
  });
  return { clock, times, server };
}

/** A clock on which nobody wakes up but by being canceled. */
function sleepless() {
  const asleep = Promise.withResolvers<void>();
  const clock = {
    ...createTestClock(),
    sleep(_ms: number, signal?: AbortSignal): Promise<void> {
      asleep.resolve();
      return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
    },
  };
  return { clock, asleep: asleep.promise };
}

const HOUR = { 'retry-after': '3600' };

describe('a server that asks for a pause', () => {
  test.each<[string, Answer, number]>([
    ['429 with seconds', [429, { 'retry-after': '20' }], 20_000],
    ['503 with a date', [503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }], 7000],
    ['429 without a time', [429], 125],
    ['a used up quota', [200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '12' }], 12_000],
  ])('is asked nothing in the meantime: %s', async (_, answer, pauseMs) => {
    const { clock, times, server } = await inTurn(answer);
    const transport = testTransport({}, { clock });

    const first = responseOf(await transport.send(get(server.url)));
    const others = await Promise.all([1, 2, 3].map(() => transport.send(get(server.url))));

    expect(first.status).toBe(answer[0]);
    expect(others.map((other) => responseOf(other).status)).toEqual([200, 200, 200]);
    expect(times).toEqual([0, pauseMs, pauseMs, pauseMs]);
  });

  test.each([-86_400_000, 86_400_000])(
    'is asked after it, when the clock was set by %i ms meanwhile',
    async (setBy) => {
      const { clock, server } = await inTurn([429, { 'retry-after': '20' }]);
      const transport = testTransport({}, { clock });
      await transport.send(get(server.url));
      clock.set(setBy);

      const after = responseOf(await transport.send(get(server.url)));

      expect(after.status).toBe(200);
      expect(clock.sleeps).toEqual([20_000]);
    },
  );

  test.each<[string, Answer]>([
    ['503 without a time', [503]],
    ['a used up window that is too long to be waited for', [200, { 'ratelimit-remaining': '0;w=21600' }]],
  ])('is not meant by %s', async (_, answer) => {
    const { clock, times, server } = await inTurn(answer);
    const transport = testTransport({}, { clock });

    await transport.send(get(server.url));
    await transport.send(get(server.url));

    expect(times).toEqual([0, 0]);
    expect(clock.sleeps).toEqual([]);
  });

  test('is not asked by requests either that have been waiting for a permit since before', async () => {
    const { clock, times, server } = await inTurn([429, { 'retry-after': '5' }]);
    const transport = testTransport({ concurrency: 1 }, { clock });

    const outcomes = await Promise.all([1, 2, 3, 4].map(() => transport.send(get(server.url))));

    expect(outcomes.map((outcome) => responseOf(outcome).status)).toEqual([429, 200, 200, 200]);
    expect(times).toEqual([0, 5000, 5000, 5000]);
  });

  test('is asked again by the same request when the pause is over, and that is one wait, not two', async () => {
    const { clock, times, server } = await inTurn([429, { 'retry-after': '3' }], [429], [200]);

    const outcome = await testTransport({ retries: 2 }, { clock }).send(get(server.url));

    expect(responseOf(outcome).status).toBe(200);
    expect(clock.sleeps).toEqual([3000, 250]);
    expect(times).toEqual([0, 3000, 3250]);
  });

  test('is left alone anew when it asks once more', async () => {
    const { clock, times, server } = await inTurn([429, { 'retry-after': '20' }], [429, { 'retry-after': '30' }]);
    const transport = testTransport({}, { clock });

    for (let count = 0; count < 3; count += 1) await transport.send(get(server.url));

    expect(times).toEqual([0, 20_000, 50_000]);
  });

  test('holds up no other host, and takes no permit from it', async () => {
    const busy = await serve((_request, response) => response.writeHead(429, { 'retry-after': '20' }).end());
    const idle = await serve((_request, response) => response.end());
    const { clock, asleep } = sleepless();
    const transport = testTransport({ concurrency: 1 }, { clock });
    await transport.send(get(busy.url));
    const waiting = transport.send(get(busy.url));
    await asleep;

    const other = responseOf(await transport.send(get(idle.url)));

    expect(other.status).toBe(200);
    expect(busy.requests).toHaveLength(1);
    await transport.close();
    expect(failureOf(await waiting).failure).toBe('aborted');
  });

  test('is not waited for by a request that is canceled', async () => {
    const server = await serve((_request, response) => response.writeHead(429, { 'retry-after': '20' }).end());
    const { clock, asleep } = sleepless();
    const controller = new AbortController();
    const transport = testTransport({}, { clock });
    await transport.send(get(server.url));
    const waiting = transport.send(get(server.url, { signal: controller.signal }));
    await asleep;

    controller.abort();

    expect(failureOf(await waiting)).toMatchObject({
      failure: 'aborted',
      detail: `${server.url.host} was not asked: the request was canceled`,
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a server that asks for a longer pause than is honored', () => {
  test.each<[number, string, number]>([
    [429, '3600', 3600],
    [429, 'Thu, 01 Jan 2026 01:00:00 GMT', 3600],
  ])(
    'is asked nothing before it is over, and nobody waits: %i with Retry-After: %s',
    async (status, value, seconds) => {
      const { clock, times, server } = await inTurn([status, { 'retry-after': value }]);
      const transport = testTransport({ retries: 5 }, { clock });

      const first = responseOf(await transport.send(get(server.url)));
      clock.advance(seconds * 1000 - 1);
      const others = await Promise.all([1, 2, 3].map(() => transport.send(get(server.url, { newConnection: true }))));
      clock.advance(1);
      const late = responseOf(await transport.send(get(server.url)));

      expect(first.status).toBe(status);
      expect(others.map(failureOf)).toMatchObject(
        Array.from({ length: 3 }, () => ({
          failure: 'paused',
          detail: `${server.url.host} was not asked: it answered ${status} before and asked us to wait ${seconds} s`,
        })),
      );
      expect(late.status).toBe(200);
      expect(times).toEqual([0, seconds * 1000]);
      expect(clock.sleeps).toEqual([]);
      expect(transport.sent).toEqual({ GET: 2 });
    },
  );

  test('lets go of the requests that wait for a permit, and of those that wait for their next try', async () => {
    const { clock, server } = await inTurn([503], [429, HOUR]);
    const transport = testTransport({ concurrency: 1, retries: 1 }, { clock });

    const outcomes = await Promise.all([1, 2, 3].map(() => transport.send(get(server.url))));

    expect(outcomes.map((one) => (one.kind === 'failure' ? one.failure : one.status))).toEqual([
      'paused',
      429,
      'paused',
    ]);
    expect(server.requests).toHaveLength(2);
  });

  test('is named as the target of a redirect where it is one, and the host that sends us there is asked on', async () => {
    const storage = await serve((_request, response) => response.writeHead(429, HOUR).end());
    const registry: TestServer = await serve((_request, response) => {
      response.writeHead(307, { location: storage.url.href }).end();
    });
    const transport = testTransport();

    await transport.send(get(registry.url));
    const failure = failureOf(await transport.send(get(registry.url)));

    expect(failure.detail).toMatch(`redirect target ${storage.url.host} was not asked: it answered 429`);
    expect(registry.requests).toHaveLength(2);
    expect(storage.requests).toHaveLength(1);
  });

  test('is a warning in the log, a shorter pause is a detail', async () => {
    const lines: (readonly [string, Readonly<Record<string, unknown>>])[] = [];
    const log: Log = {
      ...silentLog,
      debug: (fields, message) => void (message === 'request is done' || lines.push([message, fields])),
      warn: (fields, message) => lines.push([message, fields]),
    };
    const { clock, server } = await inTurn([429, { 'retry-after': '5' }], [429, HOUR]);
    const transport = testTransport({}, { clock, log });

    await transport.send(get(server.url));
    await transport.send(get(server.url));

    const { host } = server.url;
    expect(lines).toEqual([
      ['host is left alone for a while', { host, waitMs: 5000 }],
      ['host asks for a longer wait than is honored', { host, status: 429, waitMs: 3_600_000 }],
    ]);
  });
});

describe('a rate', () => {
  test('spaces everything that is sent evenly: requests, redirects and further tries', async () => {
    const clock = createTestClock(0);
    const times: number[] = [];
    const server = await serve((request, response) => {
      times.push(clock.now());
      if (request.url === '/') response.writeHead(307, { location: '/next' }).end();
      else response.writeHead(times.length < 4 ? 500 : 200).end();
    });
    const transport = testTransport(
      { requestsPerSecond: 10, retries: 1 },
      { clock: { ...clock, sleep: async () => {} } },
    );

    const outcomes = Promise.all([1, 2].map(() => transport.send(get(server.url))));
    for (let sent = 1; sent < 6; sent += 1) {
      await vi.waitFor(() => expect(times).toHaveLength(sent));
      clock.advance(100);
    }

    expect((await outcomes).every((outcome) => responseOf(outcome).status === 200)).toBe(true);
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual(times.slice(1).map(() => 100));
  });

  test('is none unless one is given', async () => {
    const { clock, times, server } = await inTurn();
    const transport = testTransport({ concurrency: 2 }, { clock });

    await Promise.all(Array.from({ length: 20 }, () => transport.send(get(server.url))));

    expect(times).toEqual(Array.from({ length: 20 }, () => 0));
  });
});
