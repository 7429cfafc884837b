import { describe, expect, test } from 'vitest';

import { createRegistryFinder } from '../../src/kubernetes/registry-names.ts';

const REGISTRIES = [
  { name: 'prod', url: 'https://registry.example.com', hosts: ['mirror.example.com:5000', 'PULL.example.com:443'] },
  { name: 'lab', url: 'http://lab.example.com:5000', hosts: [] },
  { name: 'plain', url: 'http://plain.example.com', hosts: [] },
  { name: 'odd', url: 'http://odd.example.com:443', hosts: [] },
  { name: 'dotted', url: 'https://dotted.example.com.', hosts: ['[0:0:0:0:0:0:0:1]:5000'] },
  { name: 'hub', url: 'https://registry-1.docker.io', hosts: [] },
  { name: 'prod-too', url: 'https://registry.example.com:443', hosts: [] },
];

describe('the registry that an image is in', () => {
  test.each([
    ['registry.example.com', ['prod', 'prod-too']],
    ['registry.example.com:443', ['prod', 'prod-too']],
    ['mirror.example.com:5000', ['prod']],
    ['pull.example.com', ['prod']],
    ['lab.example.com:5000', ['lab']],
    ['plain.example.com', ['plain']],
    ['plain.example.com:80', ['plain']],
    ['odd.example.com:443', ['odd']],
    ['odd.example.com:80', []],
    ['dotted.example.com', ['dotted']],
    ['Dotted.Example.com:443', ['dotted']],
    ['[::1]:5000', ['dotted']],
    ['[::1]', []],
    ['docker.io', ['hub']],
    ['index.docker.io', ['hub']],
    ['mirror.example.com', []],
    ['lab.example.com', []],
    ['registry.example.com:5000', []],
    ['registry.example.com.evil.example', []],
    ['evil-registry.example.com', []],
  ])('%s is that of %o', (host, expected) => {
    const registriesOf = createRegistryFinder(REGISTRIES);

    const found = registriesOf(host);

    expect(found).toEqual(expected);
  });
});
