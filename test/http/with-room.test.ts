import { describe, expect, test, vi } from 'vitest';

import { createBodyRoom } from '../../src/http/body-room.ts';
import { serve } from './servers.ts';
import { get, responseOf, testTransport } from './transports.ts';

const SIZE = 300 * 1024;
const LARGE = { kind: 'all', limit: 2 * SIZE } as const;
const NEVER = new AbortController().signal;

/** A room that somebody has taken all of, and a server of large bodies and small ones. */
async function full() {
  const room = createBodyRoom(SIZE);
  const leave = await room.enter({ host: 'elsewhere', party: '' }, SIZE, NEVER);
  if (leave === null) throw new Error('there is no room');
  const server = await serve(({ url }, response) => {
    const body = Buffer.alloc(url === '/small' ? 1 : SIZE);
    if (url === '/announced') response.setHeader('content-length', body.length);
    response.write(body.subarray(0, 1));
    response.end(body.subarray(1));
  });
  return { room, leave, server };
}

describe('what waits for room for a large body', () => {
  test.each(['/announced', '/chunked'])('keeps nobody from asking, and comes when there is room: %s', async (path) => {
    const { room, leave, server } = await full();
    const transport = testTransport({ concurrency: 3 }, { room });
    const large = Array.from({ length: 8 }, () =>
      transport.send(get(new URL(path, server.url), { read: LARGE, party: 'evil' })),
    );

    const small = responseOf(await transport.send(get(new URL('/small', server.url), { party: 'app' })));
    leave();

    expect(small.end).toBe('complete');
    expect(
      (await Promise.all(large)).map((answer) => responseOf(answer)).map(({ end, received }) => [end, received]),
    ).toEqual(large.map(() => ['complete', SIZE]));
  });

  test('is asked for once more at most', async () => {
    const { room, leave, server } = await full();
    const transport = testTransport({ concurrency: 8 }, { room });
    const large = Array.from({ length: 8 }, () =>
      transport.send(get(new URL('/announced', server.url), { read: LARGE })),
    );
    await transport.send(get(new URL('/small', server.url)));
    leave();
    await Promise.all(large);

    expect(server.requests.length).toBeLessThanOrEqual(2 * 8 + 1);
  });

  test('waits holding nothing, where it has become larger than it was said to be', async () => {
    const room = createBodyRoom(2 * SIZE);
    const leave = await room.enter({ host: 'elsewhere', party: '' }, 2 * SIZE, NEVER);
    const asked = new Set<string>();
    const server = await serve(({ url = '' }, response) => {
      if (url !== '/small' && !asked.has(url)) response.setHeader('content-length', SIZE);
      if (url !== '/small') asked.add(url);
      response.write(Buffer.alloc(1));
      response.end(Buffer.alloc(url === '/small' ? 0 : SIZE - 1));
    });
    const transport = testTransport({ concurrency: 6 }, { room });
    const large = Array.from({ length: 6 }, (_, index) =>
      transport.send(get(new URL(`/${index}`, server.url), { read: LARGE })),
    );
    await vi.waitUntil(() => asked.size === large.length, 30_000);
    for (let n = 0; n < 3; n += 1) await transport.send(get(new URL('/small', server.url)));
    leave?.();

    expect((await Promise.all(large)).map((answer) => responseOf(answer).end)).toEqual(large.map(() => 'complete'));
  });

  test('ends when it is told to', async () => {
    const { room, server } = await full();
    const controller = new AbortController();
    const transport = testTransport({ concurrency: 3 }, { room });
    const large = Array.from({ length: 4 }, () =>
      transport.send(get(new URL('/announced', server.url), { read: LARGE, signal: controller.signal })),
    );
    await transport.send(get(new URL('/small', server.url), { party: 'app' }));
    controller.abort();

    const ended = await Promise.all(large);

    expect(ended.filter((answer) => answer.kind === 'response' && answer.end === 'complete')).toEqual([]);
  });
});
