import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isForRepository, keysFor } from '../../src/kubernetes/keyring.ts';

const REGISTRY = 'https://registry.example.com';

describe('a key of a pull secret', () => {
  test.each([
    ['registry.example.com', REGISTRY],
    ['registry.example.com', 'http://registry.example.com'],
    ['https://registry.example.com', REGISTRY],
    ['http://registry.example.com', REGISTRY],
    ['https://registry.example.com/v1/', REGISTRY],
    ['Registry.Example.com', REGISTRY],
    ['registry.example.com.', REGISTRY],
    ['registry.example.com:443', REGISTRY],
    ['registry.example.com:80', 'http://registry.example.com'],
    ['registry.example.com:5000', `${REGISTRY}:5000`],
    ['registry.example.com/team', REGISTRY],
    ['*.example.com', REGISTRY],
    ['*.EXAMPLE.com', REGISTRY],
    ['*.example.com.', REGISTRY],
    ['https://*.example.com/v2/', REGISTRY],
    ['*.example.com:443', REGISTRY],
    ['*.example.com:5000', `${REGISTRY}:5000`],
    ['*.*.com', REGISTRY],
    ['*.*.*', REGISTRY],
    ['registry.*.com', REGISTRY],
    ['reg*.example.com', REGISTRY],
    ['*try.example.com', REGISTRY],
    ['r*g*s*y.example.com', REGISTRY],
    ['**.example.com', REGISTRY],
    ['registry*.example.com', REGISTRY],
    ['*.example.com', 'https://a.example.com'],
    ['*-good.example.com', 'https://prefix-good.example.com'],
    ['10.0.*.5:5000', 'http://10.0.0.5:5000'],
    ['*:5000', 'http://registry:5000'],
    ['[::1]:5000', 'http://[0:0:0:0:0:0:0:1]:5000'],
    ['::1', 'https://[::1]'],
    ['https://index.docker.io/v1/', 'https://registry-1.docker.io'],
    ['docker.io', 'https://registry-1.docker.io'],
    ['user@registry.example.com', REGISTRY],
  ])('%s is about %s', (key, address) => {
    expect(keysFor([key], new URL(address)).map((found) => found.key)).toEqual([key]);
  });

  test.each([
    ['*.example.com', 'https://a.b.example.com'],
    ['*.*.example.com', 'https://a.example.com'],
    ['*.example.com', 'https://example.com'],
    ['*.example.com', 'https://registry.example.com.evil.example'],
    ['*.example.com', 'https://registry.example.org'],
    ['*', REGISTRY],
    ['*.com', REGISTRY],
    ['reg*ry.example.com', 'https://reg.example.com'],
    ['ab*ba.example.com', 'https://aba.example.com'],
    ['a*b*b.example.com', 'https://ab.example.com'],
    ['?egistry.example.com', REGISTRY],
    ['[r]egistry.example.com', REGISTRY],
    ['*.example.com:*', `${REGISTRY}:5000`],
    ['*.example.com:5000', REGISTRY],
    ['*.example.com:5000', `${REGISTRY}:5001`],
    ['*.example.com', `${REGISTRY}:5000`],
    ['*.example.com:443', 'http://registry.example.com'],
    ['*.example.com:80', REGISTRY],
    ['registry.example.com', `${REGISTRY}:5000`],
    ['registry.example.com:5000', REGISTRY],
    ['example.com', REGISTRY],
    ['my-registry.example.com', REGISTRY],
    ['registry.example.com@evil.example', REGISTRY],
    ['registry.example.com:443@evil.example', REGISTRY],
    ['*@evil.example', REGISTRY],
    ['evil.example/registry.example.com', REGISTRY],
    ['evil.example?*.example.com', REGISTRY],
    ['*.docker.io', 'https://registry-1.docker.io'],
    ['*.0.0.1', 'https://[::1]'],
    ['', REGISTRY],
    ['/', REGISTRY],
  ])('%j is not about %s', (key, address) => {
    expect(keysFor([key], new URL(address))).toEqual([]);
  });

  test.each([
    ['registry.example.com', 'team/app', true],
    ['registry.example.com/', 'app', true],
    ['registry.example.com/team', 'team/app', true],
    ['registry.example.com/team/app', 'team/app', true],
    ['registry.example.com/team', 'team-b/app', true],
    ['registry.example.com/team/', 'team-b/app', false],
    ['registry.example.com/team/', 'team/app', true],
    ['registry.example.com/team', 'other/team', false],
    ['registry.example.com/Team', 'team/app', false],
    ['registry.example.com/*', 'team/app', false],
    ['https://registry.example.com/v2/team', 'team/app', true],
    ['https://registry.example.com/v1', 'team/app', false],
    ['registry.example.com/team/app/more', 'team/app', false],
  ])('%s is for the repository %s: %j', (key, repository, expected) => {
    const [found] = keysFor([key], new URL(REGISTRY));

    expect(found !== undefined && isForRepository(found, repository)).toBe(expected);
  });

  test.each([
    ['the longer path', ['registry.example.com', 'registry.example.com/team/app', 'registry.example.com/team']],
    ['the longer path, whatever scheme is written', ['https://registry.example.com', 'registry.example.com/team/app']],
    ['the host before a glob', ['*.example.com', 'registry.example.com', 'reg*.example.com']],
    ['the longer beginning of a glob', ['re*.example.com', 'registr*.example.com']],
    ['the longer path of a glob', ['*.example.com', '*.example.com/team']],
    ['a host before a glob with a path', ['*.example.com/team', 'registry.example.com']],
  ])('goes first where it has %s', (_, keys) => {
    const [first] = keysFor(keys, new URL(REGISTRY));

    expect(first?.key).toBe(keys[1]);
  });

  test('with stars is about a host exactly when each label is made of its pieces', () => {
    const piece = fc.stringMatching(/^[ab]{0,3}$/);
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 2, maxLength: 4 }),
        fc.stringMatching(/^[ab]{1,8}$/),
        (pieces, label) => {
          const expected = new RegExp(`^${pieces.join('.*')}$`).test(label);

          const found = keysFor([`${pieces.join('*')}.example.com`], new URL(`https://${label}.example.com`));

          expect(found.length === 1).toBe(expected);
        },
      ),
    );
  });

  test('with very many stars is read at once', () => {
    const keys = [`${'a*'.repeat(10_000)}b.example.com`, `${'*'.repeat(50_000)}!`];

    expect(keysFor(keys, new URL(`https://${'a'.repeat(63)}.example.com`))).toEqual([]);
  });
});
