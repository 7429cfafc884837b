import { describe, expect, test } from 'vitest';

import { buildImage } from '../../src/demo/content.ts';
import { createTestClock } from '../support/clock.ts';
import { errorIn, startRegistry, type Ask, type Asked } from './ask.ts';

const CREDENTIALS = { username: 'probe', password: 'se:cret' };
const BASIC = { authorization: `Basic ${Buffer.from('probe:se:cret').toString('base64')}` };
const WRONG = { authorization: `Basic ${Buffer.from('probe:wrong').toString('base64')}` };
const PULL = 'repository:app:pull';
const CATALOG = 'registry:catalog:*';

describe('basic', () => {
  test.each(['/v2/', '/v2/_catalog', '/v2/app/tags/list', '/v2/app/manifests/v1'])(
    '%s asks for the password, and lets in whoever knows it',
    async (path) => {
      const { ask, registry } = await startRegistry({ auth: { basic: CREDENTIALS } });
      registry.store.put('app', 'v1', buildImage({ seed: 'a' }));

      const [none, wrong, right] = [
        await ask(path),
        await ask(path, { headers: WRONG }),
        await ask(path, { headers: BASIC }),
      ];

      expect([none.status, wrong.status, right.status]).toEqual([401, 401, 200]);
      expect(none.headers['www-authenticate']).toBe('Basic realm="basic-realm"');
      expect(errorIn(none).code).toBe('UNAUTHORIZED');
    },
  );

  test('has no token service', async () => {
    const { ask } = await startRegistry({ auth: { basic: CREDENTIALS } });

    expect((await ask('/token', { headers: BASIC })).status).toBe(404);
  });
});

describe('bearer', () => {
  test('the challenge names the own token service and the scope that is wanted', async () => {
    const { ask, base } = await startRegistry({ auth: { bearer: CREDENTIALS } });

    const [root, catalog, manifest] = [
      await ask('/v2/'),
      await ask('/v2/_catalog'),
      await ask('/v2/app/manifests/v1', { method: 'HEAD' }),
    ];

    const realm = `Bearer realm="${base.href}token",service="demo-registry"`;
    expect(root.headers['www-authenticate']).toBe(realm);
    expect(catalog.headers['www-authenticate']).toBe(`${realm},scope="${CATALOG}"`);
    expect(manifest.headers['www-authenticate']).toBe(`${realm},scope="${PULL}"`);
  });

  test.each(['token', 'access_token'] as const)('a token that comes as %s lets in', async (tokenKey) => {
    const { ask, registry } = await startRegistry({ auth: { bearer: { ...CREDENTIALS, tokenKey } } });
    registry.store.put('app', 'v1', buildImage({ seed: 'a' }));

    const token = await tokenFor(ask, PULL, tokenKey);

    expect((await ask('/v2/app/tags/list', bearer(token))).status).toBe(200);
  });

  test('a token is good for its scopes only', async () => {
    const { ask } = await startRegistry({ auth: { bearer: CREDENTIALS } });
    const token = await tokenFor(ask, PULL);

    const [catalog, root] = [await ask('/v2/_catalog', bearer(token)), await ask('/v2/', bearer(token))];

    expect(catalog.status).toBe(401);
    expect(catalog.headers['www-authenticate']).toMatch(/error="insufficient_scope"$/);
    expect(root.status).toBe(200);
  });

  test('several scopes may be asked for at once', async () => {
    const { ask } = await startRegistry({ auth: { bearer: CREDENTIALS } });

    const token = await tokenFor(ask, `${CATALOG} ${PULL}`);

    expect((await ask('/v2/_catalog', bearer(token))).status).toBe(200);
  });

  test('a denied scope is left out of the token', async () => {
    const { ask } = await startRegistry({ auth: { bearer: { ...CREDENTIALS, deny: [CATALOG] } } });

    const token = await tokenFor(ask, CATALOG);

    expect((await ask('/v2/_catalog', bearer(token))).status).toBe(401);
  });

  test.each([{}, WRONG])('there is no token without the password', async (headers) => {
    const { ask } = await startRegistry({ auth: { bearer: CREDENTIALS } });

    expect((await ask(`/token?scope=${PULL}`, { headers })).status).toBe(401);
  });

  test('a token expires when its time is over', async () => {
    const clock = createTestClock();
    const { ask } = await startRegistry({ auth: { bearer: { ...CREDENTIALS, expiresIn: 300 } }, clock });
    const answer = await ask(`/token?scope=${CATALOG}`, { headers: BASIC });
    const token = tokenIn(answer);

    clock.advance(299_999);
    const before = await ask('/v2/_catalog', bearer(token));
    clock.advance(1);
    const after = await ask('/v2/_catalog', bearer(token));

    expect(JSON.parse(answer.body)).toMatchObject({ expires_in: 300 });
    expect(before.status).toBe(200);
    expect(after.status).toBe(401);
    expect(after.headers['www-authenticate']).toMatch(/error="invalid_token"$/);
  });

  test('tokens can be revoked at once', async () => {
    const { ask, registry } = await startRegistry({ auth: { bearer: CREDENTIALS } });
    const token = await tokenFor(ask, CATALOG);

    registry.revokeTokens();

    expect((await ask('/v2/_catalog', bearer(token))).status).toBe(401);
  });

  test('the challenge can point to another token service', async () => {
    const realm = 'https://auth.registry.example.com/token';
    const { ask } = await startRegistry({ auth: { bearer: { ...CREDENTIALS, realm } } });

    expect((await ask('/v2/')).headers['www-authenticate']).toContain(`realm="${realm}"`);
  });
});

async function tokenFor(ask: Ask, scope: string, key?: 'token' | 'access_token'): Promise<string> {
  return tokenIn(await ask(`/token?service=demo-registry&scope=${encodeURIComponent(scope)}`, { headers: BASIC }), key);
}

function tokenIn({ body }: Asked, key: 'token' | 'access_token' = 'token'): string {
  return (JSON.parse(body) as Record<string, string>)[key] ?? '';
}

function bearer(token: string): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Bearer ${token}` } };
}
