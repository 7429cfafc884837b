import { describe, expect, test } from 'vitest';

import type { Credentials } from '../../../src/registry/auth/credentials.ts';
import { chooseScheme } from '../../../src/registry/auth/scheme.ts';

const RULES = { registry: new URL('https://registry.example.com'), insecure: false };
const REALM = 'https://auth.example.com/token';
const NONE: Credentials = { kind: 'none' };
const BASIC: Credentials = { kind: 'basic', username: 'probe', password: 'hunter2' };
const IDENTITY: Credentials = { kind: 'identity-token', token: 'hunter2' };
const REGISTRY: Credentials = { kind: 'registry-token', token: 'opaque' };
const bearer = (scopes: readonly string[] = [], service: string | null = null): object => ({
  kind: 'bearer',
  realm: new URL(REALM),
  service,
  scopes,
});

describe('chooseScheme', () => {
  test.each<[string, string, Credentials, object]>([
    ['Bearer', `Bearer realm="${REALM}",service="r"`, BASIC, bearer([], 'r')],
    ['Bearer without credentials', `Bearer realm="${REALM}"`, NONE, bearer()],
    ['Bearer in lower case', `bearer realm="${REALM}"`, BASIC, bearer()],
    ['Bearer before Basic', `Basic realm="x", Bearer realm="${REALM}"`, BASIC, bearer()],
    ['Bearer before Basic, the other way round', `Bearer realm="${REALM}", Basic realm="x"`, BASIC, bearer()],
    [
      'each of several scopes',
      `Bearer realm="${REALM}",scope="repository:a:pull  repository:b:pull"`,
      NONE,
      bearer(['repository:a:pull', 'repository:b:pull']),
    ],
    ['Basic', 'Basic realm="x"', BASIC, { kind: 'basic' }],
    ['Basic beside Negotiate', 'Negotiate, Basic realm="x"', BASIC, { kind: 'basic' }],
    ['Basic when Bearer has no realm', 'Bearer service="x", Basic realm="x"', BASIC, { kind: 'basic' }],
    ['a registry token as it is', `Bearer realm="${REALM}"`, REGISTRY, { kind: 'registry-token' }],
    ['a registry token where no realm is named', 'Bearer', REGISTRY, { kind: 'registry-token' }],
  ])('chooses %s', (_, header, credentials, expected) => {
    const scheme = chooseScheme(header, credentials, RULES);

    expect(scheme).toEqual(expected);
  });

  test.each<[string, string, Credentials, string]>([
    ['no header', '', BASIC, 'and names no way to authenticate; the credentials here: a user name and a password'],
    [
      'nothing but Basic, and no credentials',
      'Basic realm="x"',
      NONE,
      'and asks for basic; the credentials here: none',
    ],
    [
      'nothing but Basic, and an identity token',
      'Basic realm="x"',
      IDENTITY,
      'the credentials here: an identity token',
    ],
    ['nothing but Basic, and a registry token', 'Basic realm="x"', REGISTRY, 'the credentials here: a registry token'],
    ['Bearer without a realm', 'Bearer service="x"', BASIC, 'and asks for bearer without a realm; '],
    ['Bearer with an empty realm', 'Bearer realm=""', BASIC, 'and asks for bearer without a realm; '],
    ['schemes unknown here', 'Negotiate, NTLM', BASIC, 'and asks for negotiate, ntlm; '],
  ])('%s is no usable challenge', (_, header, credentials, detail) => {
    const answer = chooseScheme(header, credentials, RULES);

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'auth' });
    expect(answer).toHaveProperty('detail', expect.stringContaining(detail));
    expect(answer).toHaveProperty(
      'detail',
      expect.stringMatching(/^no usable challenge: registry\.example\.com answered 401 /),
    );
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });

  test('a realm that may not be asked is the answer, even if Basic is offered beside it', () => {
    const answer = chooseScheme('Bearer realm="Registry", Basic realm="x"', BASIC, RULES);

    expect(answer).toMatchObject({
      kind: 'unknown',
      reason: 'auth',
      detail: expect.stringMatching(/^realm_unreachable: /),
    });
  });

  test('a header of thousands of schemes makes a detail of one line', () => {
    const header = Array.from({ length: 5_000 }, (_, index) => `scheme${index}`).join(', ');

    const answer = chooseScheme(header, BASIC, RULES);

    expect(JSON.stringify(answer).length).toBeLessThan(400);
  });
});
