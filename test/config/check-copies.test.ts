import { describe, expect, test } from 'vitest';

import { load, problemsOf, prod } from './loading.ts';

function withCopies(copies: string, ...others: readonly string[]): string {
  return [
    'registries:',
    '  prod:',
    '    url: https://registry.example.com/harbor',
    '    hosts: [images.example.com]',
    `    copies: ${copies}`,
    '  mirror: { url: https://mirror.example.com, onlyForCopies: true }',
    '  hub: { url: https://hub.example.com:5000, kind: pull-through, hosts: [hub.example.net] }',
    '  cover: { url: https://cover.example.com, hosts: ["hub.example.com:5000"], onlyForCopies: true }',
    '  alias: { url: https://registry.example.com/harbor/ }',
    ...others,
    '',
  ].join('\n');
}

const AT = 'probe.yaml: registries.prod.copies[0]';

describe('the copies of a registry', () => {
  test('are other registries by name or URL, other repositories of its own, and as many as ten', async () => {
    const copies = `[{ registry: mirror }, { registry: "https://Other.example.com/path/" }, { registry: prod, repository: "backup/{repository}" }]`;

    const loaded = await load({ file: withCopies(copies), command: 'run' });

    expect(prod(loaded).copies).toEqual([
      { registry: 'mirror', repository: '{repository}' },
      { registry: 'https://other.example.com/path', repository: '{repository}' },
      { registry: 'prod', repository: 'backup/{repository}' },
    ]);
  });

  const ITSELF = 'is the registry itself: a copy is in another one, or in other repositories of it';
  const CACHE = 'is a pull-through cache: to ask it would fill it';
  test.each([
    ['[{ registry: nowhere }]', `${AT}: no registry is called 'nowhere'`],
    ['[{ registry: prod }]', `${AT}: 'prod' ${ITSELF}`],
    ['[{ registry: prod, repository: "{repository}" }]', `${AT}: 'prod' ${ITSELF}`],
    [
      '[{ registry: "https://REGISTRY.example.com:443/harbor/" }]',
      `${AT}: 'https://registry.example.com/harbor' ${ITSELF}`,
    ],
    ['[{ registry: images.example.com }]', `${AT}: 'https://images.example.com' ${ITSELF}`],
    ['[{ registry: alias }]', `${AT}: 'alias' ${ITSELF}`],
    [
      '[{ registry: "http://registry.example.com:443/harbor" }]',
      `${AT}: 'http://registry.example.com:443/harbor' ${ITSELF}`,
    ],
    ['[{ registry: cover }]', `${AT}: 'cover' ${CACHE}`],
    ['[{ registry: "http://hub.example.com:5000/" }]', `${AT}: 'http://hub.example.com:5000' ${CACHE}`],
    ['[{ registry: hub }]', `${AT}: 'hub' ${CACHE}`],
    ['[{ registry: hub, repository: "library/{repository}" }]', `${AT}: 'hub' ${CACHE}`],
    ['[{ registry: "https://hub.example.com:5000" }]', `${AT}: 'https://hub.example.com:5000' ${CACHE}`],
    ['[{ registry: hub.example.net }]', `${AT}: 'https://hub.example.net' ${CACHE}`],
    [
      '[{ registry: mirror, repository: backup/app }]',
      `${AT}.repository: expected a repository's name with {repository} in it, such as mirror/{repository}, got 'backup/app'`,
    ],
    [
      '[{ registry: mirror, repository: "{repository} $(id)" }]',
      `${AT}.repository: expected a repository's name with {repository} in it, such as mirror/{repository}, got '{repository} $(id)'`,
    ],
    [
      '[{ registry: "ftp://mirror.example.com" }]',
      `${AT}.registry: expected the name of another registry, or an http or https URL such as https://mirror.example.com, got 'ftp://mirror.example.com'`,
    ],
    [
      '[{ registry: "https://me:secret@mirror.example.com" }]',
      `${AT}.registry: expected the name of another registry, or an http or https URL such as https://mirror.example.com, got 'https://***@mirror.example.com'`,
    ],
    [
      '[{ repository: "{repository}" }]',
      `${AT}.registry: expected the name of another registry, or an http or https URL such as https://mirror.example.com, got nothing`,
    ],
    ['[null]', `${AT}: expected a mapping, got nothing`],
    [
      'mirror',
      "probe.yaml: registries.prod.copies: expected a list of mappings with registry and repository, got 'mirror'",
    ],
    [
      `[${'{ registry: mirror },'.repeat(11)}]`,
      'probe.yaml: registries.prod.copies: expected at most 10 of them, got a list',
    ],
  ])('%s is refused in one line', async (copies, problem) => {
    expect(await problemsOf({ file: withCopies(copies), command: 'run' })).toEqual([problem]);
  });

  test('come by the environment as well, and are checked there', async () => {
    const env = { PROBE_REGISTRIES_PROD_COPIES: '[{"registry":"prod"}]' };

    expect(await problemsOf({ file: withCopies('[]'), env, command: 'run' })).toEqual([
      `PROBE_REGISTRIES_PROD_COPIES: registries.prod.copies[0]: 'prod' ${ITSELF}`,
    ]);
  });

  test('that are all there is are no registries to walk', async () => {
    const file = 'registries:\n  mirror: { url: https://mirror.example.com, onlyForCopies: true }\n';

    expect(await problemsOf({ file, command: 'run' })).toEqual([
      'no registry: give --registry-url or a config file with registries',
    ]);
    expect(await problemsOf({ file, command: 'verify' })).toEqual([]);
  });

  test('that are not walked need be in no list of those that are', async () => {
    const file = `pushgateway: { registries: { prod: 1, hub: 1, alias: 1 } }\n${withCopies('[{ registry: mirror }]')}`;

    expect(await problemsOf({ file, command: 'run' })).toEqual([]);
  });
});
