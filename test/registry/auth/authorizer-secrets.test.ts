import { describe, expect, test } from 'vitest';

import type { AuthHeaders } from '../../../src/registry/auth/authorizer.ts';
import type { Credentials } from '../../../src/registry/auth/credentials.ts';
import {
  challenge,
  CREDENTIALS,
  expectNoSecret,
  PASSWORD,
  SCOPE,
  setUp,
  SIGNAL,
  statusOf,
} from './authorizer-scene.ts';
import { respond } from './scripted-transport.ts';

describe('credentials', () => {
  test('a registry token goes to the registry as it is, once it asks, and nowhere else', async () => {
    const { authorizer, registry, service } = setUp({
      credentials: { kind: 'registry-token', token: 'opaque' },
      accepts: (authorization) => authorization === 'Bearer opaque',
    });

    const answer = await authorizer.send(SCOPE, SIGNAL, registry.attempt);

    expect(statusOf(answer)).toBe(200);
    expect(registry.heard).toEqual([undefined, 'Bearer opaque']);
    expect(service.requests).toHaveLength(0);
  });

  test('a registry token that is refused is refused', async () => {
    const { authorizer, registry } = setUp({
      credentials: { kind: 'registry-token', token: 'opaque' },
      accepts: () => false,
    });

    const answers = [
      await authorizer.send(SCOPE, SIGNAL, registry.attempt),
      await authorizer.send(SCOPE, SIGNAL, registry.attempt),
    ];

    expect(answers.map(statusOf)).toEqual([401, 401]);
    expect(registry.heard).toHaveLength(3);
  });

  test('a challenge by the target of a redirect gets nothing', async () => {
    const { authorizer, service } = setUp();
    const elsewhere = respond(new URL('https://evil.test/blob'), {
      status: 401,
      redirected: true,
      headers: { 'www-authenticate': 'Bearer realm="https://evil.test/token"' },
    });
    const heard: AuthHeaders[] = [];

    const answer = await authorizer.send(SCOPE, SIGNAL, async (headers) => {
      heard.push(headers);
      return elsewhere;
    });

    expect(answer).toBe(elsewhere);
    expect(heard).toEqual([{}]);
    expect(service.requests).toHaveLength(0);
  });

  test.each<[Credentials]>([
    [CREDENTIALS],
    [{ kind: 'identity-token', token: PASSWORD }],
    [{ kind: 'registry-token', token: PASSWORD }],
  ])('no log line and no answer holds a secret or a token: $kind', async (credentials) => {
    const { authorizer, registry, log } = setUp({ credentials, token: (count) => `secret-${count}-token` });

    const good = await authorizer.send(SCOPE, SIGNAL, registry.attempt);
    const bare = await authorizer.send(null, SIGNAL, async () => challenge('Negotiate'));

    expect(log.lines.length).toBeGreaterThan(0);
    expectNoSecret([good, bare], log.lines);
  });
});
