import { describe, expect, test } from 'vitest';

import { mayMoveTo, readRealm, realmName } from '../../../src/registry/auth/realm.ts';

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

describe('mayMoveTo', () => {
  test.each([
    ['http://auth.example.com/token', 'https://auth.example.com/token', true],
    ['http://auth.example.com:8080/token', 'https://auth.example.com:8443/', true],
    ['http://[::1]:8080/token', 'https://[::1]/token', true],
    ['http://auth.example.com/token', 'https://registry.example.com/token', true],
    ['https://registry.example.com:5443/token', 'https://registry.example.com/token', true],
    ['https://auth.example.com/token', 'https://auth.example.com:8443/token', false],
    ['http://auth.example.com/token', 'http://auth.example.com:8080/token', false],
    ['https://auth.example.com/token', 'http://auth.example.com/token', false],
    ['https://registry.example.com:5443/token', 'http://registry.example.com/token', false],
    ['http://auth.example.com/token', 'https://evil.example/token', false],
    ['http://auth.example.com/token', 'https://sub.auth.example.com/token', false],
    ['http://auth.example.com/token', 'https://auth.example.com.evil.example/token', false],
    ['http://auth.example.com/token', 'https://auth.example.com@evil.example/token', false],
    ['http://auth.example.com/token', 'https://registry.example.com:5443/token', false],
  ])('credentials for %s go along to %s: %j', (realm, url, expected) => {
    expect(mayMoveTo(new URL(url), new URL(realm), HTTPS)).toBe(expected);
  });

  test('credentials do not go down to a registry over http', () => {
    expect(mayMoveTo(HTTP, new URL('https://registry.internal/token'), HTTP)).toBe(false);
    expect(mayMoveTo(HTTP, new URL('http://auth.internal/token'), HTTP)).toBe(true);
  });
});

describe('realmName', () => {
  test('a realm is named by origin and path alone', () => {
    const name = realmName(new URL('https://auth.example.org:8443/token?service=x&scope=y'));

    expect(name).toBe('https://auth.example.org:8443/token');
  });
});
