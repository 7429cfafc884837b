import { describe, expect, test } from 'vitest';

import type { HttpOutcome, HttpRequest } from '../../../src/http/exchange.ts';
import { BEARER, expectNoSecret, PASSWORD, SCOPE, setUp, SIGNAL, statusOf } from './authorizer-scene.ts';
import { fail, respond } from './scripted-transport.ts';

describe('a token service', () => {
  test.each<[string, string, (request: HttpRequest) => HttpOutcome, string, RegExp]>([
    [
      'that cannot be reached',
      BEARER,
      ({ url }) => fail(url, 'refused', 'connect to auth.example.com:443: connection refused'),
      'auth',
      /^realm_unreachable: https:\/\/auth\.example\.com\/token: connect to auth\.example\.com:443: connection refused$/,
    ],
    ['that is no URL', 'Bearer realm="Registry"', unasked, 'auth', /^realm_unreachable: .*'Registry'/],
    [
      'over http for a registry over https',
      'Bearer realm="http://auth.example.com/"',
      unasked,
      'auth',
      /^realm_refused: /,
    ],
    [
      'that refuses the password',
      BEARER,
      ({ url }) => respond(url, { status: 401 }),
      'auth',
      /answered 401 to these credentials/,
    ],
    [
      'that refuses the scope',
      BEARER,
      ({ url }) => respond(url, { status: 403 }),
      'auth',
      /answered 403 .* for repository:team\/app:pull$/,
    ],
    [
      'that is busy',
      BEARER,
      ({ url }) => respond(url, { status: 429 }),
      'rate_limited',
      /^the token service https:\/\/auth\.example\.com\/token/,
    ],
    [
      'that is broken',
      BEARER,
      ({ url }) => respond(url, { status: 502 }),
      'server_error',
      /^the token service https:\/\/auth\.example\.com\/token/,
    ],
    ['that answers HTML', BEARER, ({ url }) => respond(url, { body: '<html>' }), 'protocol', /without a token$/],
    ['for which there is no time', BEARER, ({ url }) => fail(url, 'aborted', 'aborted'), 'deadline', /^no time left/],
  ])('%s makes the answer unknown and says so', async (_, header, service, reason, detail) => {
    const { authorizer, registry, log } = setUp({ header, service });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(answer).toMatchObject({ kind: 'unknown', reason, detail: expect.stringMatching(detail) });
    expect(registry.heard).toEqual([undefined]);
    expectNoSecret(answer, log.lines);
  });

  test('that failed is left alone for a while by all who come meanwhile, and then asked again', async () => {
    let broken = true;
    const { authorizer, registry, service, clock } = setUp({
      service: ({ url }) => (broken ? respond(url, { status: 500 }) : respond(url, { body: { token: 't' } })),
    });

    const during = await Promise.all(
      Array.from({ length: 1_000 }, () => authorizer.send(SCOPE, SIGNAL, registry.attempt)),
    );
    const asked = service.requests.length;
    broken = false;
    clock.advance(5_000);
    const after = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(during.every((answer) => answer.kind === 'unknown' && answer.reason === 'server_error')).toBe(true);
    expect(asked).toBe(1);
    expect(statusOf(after)).toBe(200);
  });

  test('that refuses one repository does not stand in the way of the others', async () => {
    const { authorizer, registry } = setUp({
      service: ({ url }) =>
        url.searchParams.get('scope') === SCOPE
          ? respond(url, { status: 403 })
          : respond(url, { body: { token: 't' } }),
    });

    const refused = await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    const other = await authorizer.send('repository:other:pull', SIGNAL, registry.attempt);

    expect(refused).toMatchObject({ kind: 'unknown', reason: 'auth' });
    expect(statusOf(other)).toBe(200);
  });

  test('over http is asked where that is allowed by its name', async () => {
    const { authorizer, registry, service } = setUp({
      header: 'Bearer realm="http://auth.internal/t"',
      insecure: true,
      tokenHosts: ['auth.internal'],
    });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(service.requests[0]?.url.origin).toBe('http://auth.internal');
  });

  test('is asked without a password where there is none', async () => {
    const { authorizer, registry, service } = setUp({ credentials: { kind: 'none' } });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(service.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('gets an identity token in a form', async () => {
    const { authorizer, registry, service } = setUp({ credentials: { kind: 'identity-token', token: PASSWORD } });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(service.requests.map(({ method }) => method)).toEqual(['POST']);
  });
});

function unasked(request: HttpRequest): never {
  throw new Error(`nobody should ask ${request.url.href}`);
}
