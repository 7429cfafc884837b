import { describe, expect, test } from 'vitest';

import { app, single } from '../support/reg-fixture.ts';
import { verify, walk } from '../support/walk.ts';
import { closedPort } from '../http/servers.ts';
import { openScene, type SceneOptions } from './scene.ts';

const LOGIN = { username: 'probe', password: 'secret' };
const CREDENTIALS = { kind: 'basic', ...LOGIN } as const;
const V1 = [{ repository: 'app', tag: 'v1', digest: null }];

async function withImages(options: SceneOptions) {
  const scene = await openScene(options);
  scene.registry.store.put('app', 'v1', app.content);
  scene.registry.store.put('single', 'v1', single.content);
  return scene;
}

describe('authentication', () => {
  test('a token that ends after ten requests is replaced', async () => {
    const { source, registry } = await withImages({ demo: { auth: { bearer: LOGIN } }, credentials: CREDENTIALS });
    let count = 0;
    const revoke = () => {
      count += 1;
      if (count === 10) registry.revokeTokens();
      return false;
    };
    registry.faults.add({ when: { authorization: true, predicate: revoke }, action: { kind: 'drop' } });

    const { complete, verdict } = await walk(source);

    expect([complete, verdict]).toEqual([true, 'sound']);
    expect(count).toBeGreaterThan(10);
  });

  test('a password goes to the catalog that asks for it, and to the token service, and with no other request', async () => {
    const { source, registry } = await withImages({
      credentials: CREDENTIALS,
      demo: { auth: { bearer: { ...LOGIN, basicAtCatalog: true } } },
    });

    const { verdict } = await walk(source);

    const withPassword = registry.requests.all.filter(({ headers }) => headers['authorization']?.startsWith('Basic '));
    const tokens = withPassword.filter(({ kind }) => kind === 'token');
    expect(verdict).toBe('sound');
    expect(new Set(withPassword.map(({ kind }) => kind))).toEqual(new Set(['catalog', 'token']));
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens.map(({ query }) => query.get('scope')))).toEqual(
      new Set(['repository:app:pull', 'repository:single:pull']),
    );
  });

  test('a registry that refuses every token is inaccessible after two of them', async () => {
    const { source, registry, url } = await withImages({ credentials: CREDENTIALS, demo: { auth: { bearer: LOGIN } } });
    const challenge = `Bearer realm="${new URL('/token', url).href}",service="demo-registry"`;
    registry.faults.add({
      when: { predicate: ({ kind }) => kind !== 'token' },
      action: { kind: 'status', status: 401, headers: { 'www-authenticate': challenge } },
    });

    const result = await walk(source);

    expect(result).toMatchObject({ catalogAccessible: false, findings: [], unknowns: [{ reason: 'auth' }] });
    expect(registry.requests.matching({ kind: 'token' }).length).toBeLessThanOrEqual(2);
  });

  test('a token service on a closed port is named, with its host', async () => {
    const realm = new URL('/token', await closedPort());
    const { source } = await withImages({
      demo: { auth: { bearer: { ...LOGIN, realm: realm.href } } },
      credentials: CREDENTIALS,
    });

    const { catalogAccessible, unknowns } = await walk(source);

    expect(catalogAccessible).toBe(false);
    expect(unknowns).toMatchObject([{ repository: null, reference: '_catalog', reason: 'auth' }]);
    expect(unknowns[0]?.detail).toContain(`realm_unreachable: ${realm.href}`);
  });

  test('a wrong password is inaccessible, and is not told', async () => {
    const credentials = { ...CREDENTIALS, password: 'hunter2' };
    const { source } = await withImages({ demo: { auth: { basic: LOGIN } }, credentials });

    const result = await walk(source);

    expect(result).toMatchObject({ catalogAccessible: false, unknowns: [{ reason: 'auth' }] });
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  test('one repository that may not be read is unknown, and the others are walked', async () => {
    const { source } = await withImages({
      demo: { auth: { bearer: { ...LOGIN, deny: ['repository:app:pull'] } } },
      credentials: CREDENTIALS,
    });

    const { findings, unknowns, counts } = await walk(source);

    expect(findings).toEqual([]);
    expect(unknowns).toMatchObject([{ repository: 'app', reference: '_tags', reason: 'auth' }]);
    expect(counts.tags).toBe(1);
  });

  test('a registry that turns down every HEAD of a blob, whatever the token, is read instead', async () => {
    const { source, registry, url } = await withImages({ credentials: CREDENTIALS, demo: { auth: { bearer: LOGIN } } });
    const challenge = `Bearer realm="${new URL('/token', url).href}",service="demo-registry"`;
    registry.faults.add({
      when: { kind: 'blob', method: 'HEAD' },
      action: { kind: 'status', status: 401, headers: { 'www-authenticate': challenge } },
    });

    const { verdict } = await verify(source, V1);

    expect(verdict).toBe('sound');
  });
});
