import { describe, expect, test } from 'vitest';

import { canonicalHost, valueForHost } from '../../../src/registry/auth/registry-host.ts';

describe('canonicalHost', () => {
  test.each([
    ['registry.example.com', 'registry.example.com'],
    ['Registry.Example.com:5000', 'registry.example.com:5000'],
    ['https://registry.example.com', 'registry.example.com'],
    ['https://registry.example.com/v1/', 'registry.example.com'],
    ['http://registry.example.com:5000/v2/', 'registry.example.com:5000'],
    ['registry.example.com/team', 'registry.example.com'],
    ['registry.example.com:443', 'registry.example.com'],
    ['https://registry.example.com:443/', 'registry.example.com'],
    ['http://registry.example.com:443', 'registry.example.com:443'],
    ['http://registry.example.com:80', 'registry.example.com:80'],
    ['[::1]:5000', '[::1]:5000'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['docker.io', 'docker.io'],
    ['https://user@registry.example.com', 'user@registry.example.com'],
    ['', ''],
  ])('%j stands for %j', (key, host) => {
    const canonical = canonicalHost(key);

    expect(canonical).toBe(host);
  });
});

describe('valueForHost', () => {
  test.each<[string, readonly string[], string, string | undefined]>([
    ['the very key', ['https://r.example.com', 'r.example.com'], 'r.example.com', 'r.example.com'],
    ['a key with a scheme', ['https://r.example.com'], 'r.example.com', 'https://r.example.com'],
    [
      'the host before a part of it',
      ['r.example.com/team', 'https://r.example.com/v2/'],
      'r.example.com',
      'https://r.example.com/v2/',
    ],
    ['a part where there is nothing else', ['r.example.com/team'], 'r.example.com', 'r.example.com/team'],
    ['nothing for a host that ends like it', ['r.example.com'], 'evil-r.example.com', undefined],
    ['nothing for a host that begins like it', ['r.example.com'], 'r.example.com.evil.test', undefined],
    ['nothing for a part of it', ['r.example.com'], 'example.com', undefined],
    ['nothing for another port', ['r.example.com:5000'], 'r.example.com', undefined],
    ['nothing for a host in the path', ['evil.test/r.example.com'], 'r.example.com', undefined],
    ['nothing for an inherited name', [], 'constructor', undefined],
  ])('finds %s', (_, keys, host, expected) => {
    const record = Object.fromEntries(keys.map((key) => [key, key]));

    const value = valueForHost(record, host);

    expect(value).toBe(expected);
  });
});
