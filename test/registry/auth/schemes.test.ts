import { describe, expect, test } from 'vitest';

import type { Scheme } from '../../../src/registry/auth/scheme.ts';
import { createSchemes } from '../../../src/registry/auth/schemes.ts';
import { BASIC, BEARER, PASSWORD, setUp, SIGNAL } from './authorizer-scene.ts';

const TOKEN: Scheme = { kind: 'bearer', realm: new URL('https://auth.example.com'), service: null, scopes: [] };
const PLAIN: Scheme = { kind: 'basic' };
const CATALOG = 'registry:catalog:*';
const ONE = 'repository:team/app:pull';
const OTHER = 'repository:other:pull';
const LOGIN = `Basic ${Buffer.from(`probe:${PASSWORD}`).toString('base64')}`;

describe('the schemes that were learned', () => {
  test.each<[string, string | null, Scheme, string | null, Scheme | null]>([
    ['a password for the same scope', CATALOG, PLAIN, CATALOG, PLAIN],
    ['a password for another repository', ONE, PLAIN, OTHER, PLAIN],
    ['no password of the catalog for a repository', CATALOG, PLAIN, ONE, null],
    ['no password of a repository for the catalog', ONE, PLAIN, CATALOG, null],
    ['no password of either for neither', ONE, PLAIN, null, null],
    ['a token for another repository', ONE, TOKEN, OTHER, TOKEN],
    ['a token of the catalog for a repository', CATALOG, TOKEN, ONE, TOKEN],
    ['a token for no scope', ONE, TOKEN, null, TOKEN],
  ])('say %s', (_, scope, scheme, wanted, expected) => {
    const schemes = createSchemes();
    schemes.learn(scope, scheme);

    expect(schemes.of(wanted)).toEqual(expected);
  });

  test('are each its own where both are known', () => {
    const schemes = createSchemes();
    schemes.learn(ONE, TOKEN);
    schemes.learn(CATALOG, PLAIN);

    expect([schemes.of(CATALOG), schemes.of(OTHER)]).toEqual([PLAIN, TOKEN]);
  });
});

describe('a registry that asks for the password at its catalog alone', () => {
  /** Takes the password everywhere, as Harbor does, and a token everywhere but at the catalog. */
  function harbor() {
    let asked: string | null = null;
    const header = (): string => (asked === CATALOG ? BASIC : BEARER);
    const accepts = (text: string): boolean =>
      text.startsWith('Basic ') || (asked !== CATALOG && text.startsWith('Bearer '));
    const scene = setUp({ header, accepts });
    const send = (scope: string | null) => {
      asked = scope;
      return scene.authorizer.send(scope, SIGNAL, scene.registry.attempt);
    };
    return { ...scene, send };
  }

  test('gets it there, and a token everywhere else', async () => {
    const { send, registry, service } = harbor();

    for (const scope of [CATALOG, ONE, OTHER, CATALOG, ONE]) await send(scope);

    expect(registry.heard).toEqual([undefined, LOGIN, undefined, 'Bearer t1', 'Bearer t2', LOGIN, 'Bearer t1']);
    expect(service.requests).toHaveLength(2);
  });

  test('gets it there after a token was turned down, when the catalog comes last', async () => {
    const { send, registry } = harbor();

    const answers = [await send(ONE), await send(CATALOG), await send(CATALOG)];

    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }, { status: 200 }]);
    expect(registry.heard).toEqual([undefined, 'Bearer t1', 'Bearer t2', LOGIN, LOGIN]);
  });
});
