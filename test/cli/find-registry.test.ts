import { describe, expect, test } from 'vitest';

import { findRegistry } from '../../src/cli/find-registry.ts';
import type { RegistrySettings } from '../../src/config/settings.ts';
import { load } from '../config/loading.ts';

const REGISTRIES = {
  hub: { url: 'https://registry-1.docker.io' },
  inner: { url: 'http://10.0.0.5:5000/prefix', hosts: ['pull.example.com', 'Other.example.com:5001', 'a.example.com'] },
  mirror: { url: 'https://mirror.example.com', kind: 'pull-through', hosts: ['upstream.example.com'] },
  outer: { url: 'a.example.com:443' },
  plain: { url: 'http://plain.example.com' },
  six: { url: 'https://[0:0:0:0:0:0:0:2]:5000' },
};

async function registries(): Promise<readonly RegistrySettings[]> {
  return (await load({ file: JSON.stringify({ registries: REGISTRIES }) })).settings.registries;
}

describe('the host in the name of an image', () => {
  test.each([
    ['10.0.0.5:5000', 'inner', 'http://10.0.0.5:5000/prefix', true],
    ['a.example.com', 'outer', 'https://a.example.com/', false],
    ['A.Example.com:443', 'outer', 'https://a.example.com/', false],
    ['plain.example.com', 'plain', 'http://plain.example.com/', true],
    ['plain.example.com:80', 'plain', 'http://plain.example.com/', true],
    ['mirror.example.com:443', 'mirror', 'https://mirror.example.com/', true],
    ['[::2]:5000', 'six', 'https://[::2]:5000/', true],
    ['docker.io', 'hub', 'https://registry-1.docker.io/', true],
    ['index.docker.io', 'hub', 'https://registry-1.docker.io/', true],
  ])('%s is that of a registry, which is asked where it was configured', async (host, name, address, schemeGiven) => {
    const found = findRegistry(host, await registries());

    expect([found.registry?.name, found.address.href, found.schemeGiven]).toEqual([name, address, schemeGiven]);
  });

  test.each([
    ['pull.example.com', 'https://pull.example.com/'],
    ['Pull.example.com:443', 'https://pull.example.com/'],
    ['other.example.com:5001', 'https://other.example.com:5001/'],
  ])('%s is another name of a registry, which is asked at an address of its own', async (host, address) => {
    const found = findRegistry(host, await registries());

    expect([found.registry?.name, found.address.href, found.schemeGiven]).toEqual(['inner', address, false]);
  });

  test.each([
    ['10.0.0.5', 'https://10.0.0.5/'],
    ['10.0.0.5:5001', 'https://10.0.0.5:5001/'],
    ['plain.example.com:443', 'https://plain.example.com/'],
    ['pull.example.com:5000', 'https://pull.example.com:5000/'],
    ['other.example.com', 'https://other.example.com/'],
    ['upstream.example.com', 'https://upstream.example.com/'],
    ['evil-a.example.com', 'https://evil-a.example.com/'],
    ['a.example.com.evil.example', 'https://a.example.com.evil.example/'],
    ['[::2]', 'https://[::2]/'],
  ])('%s is nobody else, and is asked over https', async (host, address) => {
    expect(findRegistry(host, await registries())).toEqual({
      registry: null,
      address: new URL(address),
      schemeGiven: false,
    });
  });
});
