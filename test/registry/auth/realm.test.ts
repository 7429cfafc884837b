import { describe, expect, test } from 'vitest';

import { readRealm, realmName } from '../../../src/registry/auth/realm.ts';

const HTTPS = new URL('https://registry.example.com');
const HTTP = new URL('http://registry.internal:5000');

describe('readRealm', () => {
  test.each<[string, URL, boolean, string, string]>([
    [
      'on the registry itself',
      HTTPS,
      false,
      'https://registry.example.com/token',
      'https://registry.example.com/token',
    ],
    ['on another host', HTTPS, false, 'https://auth.example.org/token?a=b', 'https://auth.example.org/token?a=b'],
    ['over http for a registry over http', HTTP, false, 'http://auth.internal/token', 'http://auth.internal/token'],
    ['over https for a registry over http', HTTP, false, 'https://auth.example.org/', 'https://auth.example.org/'],
    ['over http where that is allowed', HTTPS, true, 'http://auth.internal/token', 'http://auth.internal/token'],
    ['without the credentials in it', HTTPS, false, 'https://u:p@auth.example.org/t#f', 'https://auth.example.org/t'],
  ])('takes a realm %s', (_, registry, insecure, realm, expected) => {
    const url = readRealm(realm, { registry, insecure });

    expect(url).toEqual(new URL(expected));
  });

  test.each<[string, string]>([
    ['Registry Realm', "'Registry Realm'"],
    ['/v2/token', "'/v2/token'"],
    ['ftp://auth.example.org/', "'ftp://auth.example.org/'"],
    ['javascript:alert(1)', "'javascript:alert(1)'"],
    ['file:///etc/passwd', "'file:///etc/passwd'"],
    ['https://', "'https://'"],
    ['auth?token=secret', "'auth'"],
    [`x${'y'.repeat(10_000)}`, `'x${'y'.repeat(99)}'`],
    ['a\r\nb', "'ab'"],
  ])('a realm that is no http(s) URL cannot be reached: %j', (realm, shown) => {
    const answer = readRealm(realm, { registry: HTTPS, insecure: true });

    expect(answer).toEqual({
      kind: 'unknown',
      reason: 'auth',
      detail: `realm_unreachable: registry.example.com names ${shown} as its token service, which is no http(s) URL`,
    });
  });

  test('a realm over http is refused when the registry is asked over https', () => {
    const answer = readRealm('http://auth.example.org/token?x=secret', { registry: HTTPS, insecure: false });

    expect(answer).toMatchObject({ kind: 'unknown', reason: 'auth' });
    expect(answer).toHaveProperty(
      'detail',
      expect.stringMatching(/^realm_refused: .*http:\/\/auth\.example\.org\/token, /),
    );
  });
});

describe('realmName', () => {
  test('a realm is named by origin and path alone', () => {
    const name = realmName(new URL('https://auth.example.org:8443/token?service=x&scope=y'));

    expect(name).toBe('https://auth.example.org:8443/token');
  });
});
