import { describe, expect, test } from 'vitest';

import { limitOfTrust, mayMoveTo, readRealm, realmName, trustInRealm } from '../../../src/registry/auth/realm.ts';

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
    [
      "over http on an insecure registry's host, under another port",
      HTTPS,
      true,
      'http://registry.example.com:5001/token',
      'http://registry.example.com:5001/token',
    ],
    ['without the credentials in it', HTTPS, false, 'https://u:p@auth.example.org/t#f', 'https://auth.example.org/t'],
  ])('takes a realm %s', (_, registry, insecure, realm, expected) => {
    const url = readRealm(realm, { registry, insecure });

    expect(url).toEqual(new URL(expected));
  });

  test.each([
    ['auth.internal', 'http://auth.internal/token'],
    ['auth.internal', 'http://auth.internal:5001/token'],
    ['auth.internal:5001', 'http://auth.internal:5001/token'],
    ['auth.internal:80', 'http://auth.internal/token'],
    ['[fd00::1]', 'http://[fd00:0:0::1]:5001/token'],
  ])('of an insecure registry, the named host %s may be asked over http: %s', (host, realm) => {
    const rules = { registry: HTTPS, insecure: true, tokenHosts: ['other.internal', host] };

    expect(readRealm(realm, rules)).toEqual(new URL(realm));
    expect(trustInRealm(new URL(realm), rules).insecure).toBe(true);
  });

  test.each([
    [
      HTTPS,
      true,
      ['auth.internal:5001'],
      'http://auth.internal/token',
      /asked over https .* allow it by auth\.tokenHosts: \[auth\.internal\], or/,
    ],
    [
      HTTPS,
      true,
      ['internal', 'auth'],
      'http://auth.internal/token',
      /allow it by auth\.tokenHosts: \[auth\.internal\]/,
    ],
    [
      HTTP,
      true,
      [],
      'http://auth.internal/token',
      /asked as insecure .* allow it by auth\.tokenHosts: \[auth\.internal\]/,
    ],
    [
      HTTPS,
      false,
      ['auth.internal'],
      'http://auth.internal/',
      /allow it as insecure and by auth\.tokenHosts: \[auth\.internal\]/,
    ],
    [HTTPS, false, [], 'http://registry.example.com/', /in the clear; allow it as insecure, or correct/],
  ])('%s with insecure: %s and tokenHosts: %j refuses %s', (registry, insecure, tokenHosts, realm, detail) => {
    const rules = { registry, insecure, tokenHosts };

    expect(readRealm(realm, rules)).toMatchObject({
      kind: 'unknown',
      reason: 'auth',
      detail: expect.stringMatching(detail),
    });
    expect(trustInRealm(new URL(realm), rules).insecure).toBe(false);
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

describe('trustInRealm', () => {
  test('who has the host of the registry is at home there, whatever the port', () => {
    const rules = { registry: HTTPS, insecure: false };

    expect(trustInRealm(new URL('https://registry.example.com:8443/'), rules).namedBy).toBeNull();
    expect(trustInRealm(new URL('https://auth.example.com/'), rules).namedBy).toBe('registry.example.com');
  });

  test('where insecure ends, the way out is said; where it is not set, nothing is', () => {
    const url = new URL('https://auth.example.com:8443/token');

    expect(limitOfTrust(url, { registry: HTTPS, insecure: true })).toBe(
      'insecure of registry.example.com does not extend to auth.example.com:8443: allow it by auth.tokenHosts: [auth.example.com]',
    );
    expect(limitOfTrust(url, { registry: HTTPS, insecure: false })).toBeNull();
    expect(limitOfTrust(url, { registry: HTTPS, insecure: true, tokenHosts: ['auth.example.com'] })).toBeNull();
  });
});
