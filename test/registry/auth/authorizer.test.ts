import { describe, expect, test } from 'vitest';

import type { HttpResponse } from '../../../src/http/exchange.ts';
import { ASKED, BASIC, BEARER, challenge, PASSWORD, SCOPE, setUp, SIGNAL, statusOf } from './authorizer-scene.ts';
import { fail, respond } from './scripted-transport.ts';

describe('a registry that asks for a token', () => {
  test('hears nothing of credentials before it asked, and gets the token it asked for', async () => {
    const { authorizer, registry, service } = setUp();

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(answer).toMatchObject({ kind: 'response', status: 200 });
    expect(registry.heard).toEqual([undefined, 'Bearer t1']);
    expect(service.requests.map(({ url }) => url.searchParams.getAll('scope'))).toEqual([[SCOPE]]);
  });

  test('is sent the token at once from then on', async () => {
    const { authorizer, registry, service } = setUp();

    await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    await authorizer.send('repository:other:pull', SIGNAL, registry.attempt);

    expect(registry.heard).toEqual([undefined, 'Bearer t1', 'Bearer t1', 'Bearer t2']);
    expect(service.requests).toHaveLength(2);
  });

  test('decides the scope where the caller names none', async () => {
    const { authorizer, registry, service } = setUp();

    await authorizer.send(null, SIGNAL, registry.attempt);

    expect(service.requests.map(({ url }) => url.searchParams.getAll('scope'))).toEqual([['repository:x:pull']]);
  });

  test('makes a thousand requests at once fetch one token', async () => {
    const { authorizer, registry, service } = setUp();

    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => authorizer.send(SCOPE, SIGNAL, registry.attempt)),
    );

    expect(answers.every((answer) => answer.kind === 'response' && answer.status === 200)).toBe(true);
    expect(service.requests).toHaveLength(1);
  });

  test('is not bothered by a token that ends in the middle of a run', async () => {
    const { authorizer, registry, service, clock } = setUp();

    const statuses: number[] = [];
    for (let request = 0; request < 10; request += 1) {
      statuses.push(statusOf(await authorizer.send(SCOPE, SIGNAL, registry.attempt)));
      clock.advance(20_000);
    }

    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    // A token is good for 54 of its 60 seconds, which is three requests; and only the first request was sent bare.
    expect(service.requests).toHaveLength(4);
    expect(registry.heard).toHaveLength(11);
  });

  test('that forgets each token after ten requests is asked to the end', async () => {
    const uses = new Map<string, number>();
    const { authorizer, registry, service } = setUp({
      accepts: (authorization) => {
        const count = (uses.get(authorization) ?? 0) + 1;
        uses.set(authorization, count);
        return authorization.startsWith('Bearer ') && count <= 10;
      },
    });

    const statuses: number[] = [];
    for (let request = 0; request < 55; request += 1) {
      statuses.push(statusOf(await authorizer.send(SCOPE, SIGNAL, registry.attempt)));
    }

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(service.requests).toHaveLength(6);
  });

  test('that refuses every token is believed, after one token and two requests', async () => {
    const { authorizer, registry, service } = setUp({ accepts: () => false });

    const first = await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    const heardByFirst = registry.heard.length;
    await Promise.all(Array.from({ length: 100 }, () => authorizer.send(SCOPE, SIGNAL, registry.attempt)));

    expect(statusOf(first)).toBe(401);
    expect(heardByFirst).toBe(2);
    expect(service.requests).toHaveLength(1);
  });

  test('that refuses a known token and the one after it is believed', async () => {
    let accepting = true;
    const { authorizer, registry, service } = setUp({ accepts: (authorization) => accepting && authorization !== '' });
    await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    accepting = false;

    const answers = [
      await authorizer.send(SCOPE, SIGNAL, registry.attempt),
      await authorizer.send(SCOPE, SIGNAL, registry.attempt),
    ];

    expect(answers.map(statusOf)).toEqual([401, 401]);
    expect(registry.heard).toEqual([undefined, 'Bearer t1', 'Bearer t1', 'Bearer t2', 'Bearer t2']);
    expect(service.requests).toHaveLength(2);
  });

  test('that honors a new token once and then refuses it is believed, and later asked with another', async () => {
    const { authorizer, registry, service, clock } = setUp();
    await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    clock.advance(60_000);
    const { promise: honored, resolve } = Promise.withResolvers<void>();

    const [fetching, waiting] = await Promise.all([
      authorizer.send(SCOPE, SIGNAL, () => honored.then(() => challenge(BEARER))),
      authorizer.send(SCOPE, SIGNAL, registry.attempt).finally(resolve),
    ]);
    const tokensSoFar = service.requests.length;
    let refusals = 1;
    const later = await authorizer.send(SCOPE, SIGNAL, async () =>
      refusals-- > 0 ? challenge(BEARER) : respond(ASKED),
    );

    expect([fetching, waiting, later].map(statusOf)).toEqual([401, 200, 200]);
    expect(tokensSoFar).toBe(2);
    expect(service.requests).toHaveLength(3);
  });

  test('that refuses one kind of request whatever the token does not make every request fetch one', async () => {
    const { authorizer, registry, service } = setUp();
    const refused = async (): Promise<HttpResponse> => challenge(BEARER);
    await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    for (let request = 0; request < 20; request += 1) {
      await authorizer.send(SCOPE, SIGNAL, refused);
      await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    }

    expect(service.requests).toHaveLength(2);
  });

  test('says 403, 404 or 500 once, and is not asked again', async () => {
    const { authorizer, service } = setUp();

    for (const status of [403, 404, 500]) {
      let tries = 0;
      const answer = await authorizer.send(SCOPE, SIGNAL, async () => {
        tries += 1;
        return respond(ASKED, { status, headers: { 'www-authenticate': BEARER } });
      });

      expect([statusOf(answer), tries]).toEqual([status, 1]);
    }
    expect(service.requests).toHaveLength(0);
  });

  test('that cannot be reached is the answer', async () => {
    const { authorizer } = setUp();
    const failure = fail(ASKED, 'refused', 'connection refused');

    const answer = await authorizer.send(SCOPE, SIGNAL, async () => failure);

    expect(answer).toBe(failure);
  });
});

describe('a registry that asks for a password', () => {
  const accepts = (authorization: string): boolean => authorization.startsWith('Basic ');

  test.each([BASIC, 'basic realm="x"', `Negotiate, ${BASIC}`])(
    'gets it after %j, and at once from then on',
    async (header) => {
      const { authorizer, registry, service } = setUp({ header, accepts });

      const first = await authorizer.send(SCOPE, SIGNAL, registry.attempt);
      const second = await authorizer.send('repository:other:pull', SIGNAL, registry.attempt);

      const basic = `Basic ${Buffer.from(`probe:${PASSWORD}`).toString('base64')}`;
      expect([first, second].map(statusOf)).toEqual([200, 200]);
      expect(registry.heard).toEqual([undefined, basic, basic]);
      expect(service.requests).toHaveLength(0);
    },
  );

  test('and refuses it is believed', async () => {
    const { authorizer, registry } = setUp({ header: BASIC, accepts: () => false });

    const first = await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    const second = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect([first, second].map(statusOf)).toEqual([401, 401]);
    expect(registry.heard).toHaveLength(3);
  });

  test('gets nothing where there is none, and the answer says so', async () => {
    const { authorizer, registry } = setUp({ header: BASIC, credentials: { kind: 'none' } });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(answer).toMatchObject({
      kind: 'unknown',
      reason: 'auth',
      detail: expect.stringMatching(/^no usable challenge: /),
    });
    expect(registry.heard).toEqual([undefined]);
  });

  test.each([`${BEARER}, ${BASIC}`, `${BASIC}, ${BEARER}`])('or for a token gets a token: %j', async (header) => {
    const { authorizer, registry } = setUp({ header });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(registry.heard).toEqual([undefined, 'Bearer t1']);
  });

  test('and later for a token gets a token', async () => {
    let header = BASIC;
    const { authorizer, registry } = setUp({
      header: () => header,
      accepts: (authorization) => authorization.startsWith(header === BASIC ? 'Basic ' : 'Bearer '),
    });
    await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    header = BEARER;

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(registry.heard.at(-1)).toBe('Bearer t1');
  });
});
