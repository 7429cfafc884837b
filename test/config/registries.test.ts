import { describe, expect, test } from 'vitest';

import { load, problemsOf, withProd } from './loading.ts';

describe('collectRegistries', () => {
  test('adds the registry of the flags to those of the file', async () => {
    const { settings } = await load({
      file: withProd(),
      flags: { 'registry.url': 'localhost:5000', 'registry.name': 'lab' },
    });

    expect(settings.registries.map(({ name, url, schemeGiven }) => [name, url, schemeGiven])).toEqual([
      ['lab', 'https://localhost:5000', false],
      ['prod', 'https://registry.example.com', true],
    ]);
  });

  test('refuses a second registry of the same name', async () => {
    const flags = { 'registry.url': 'localhost:5000', 'registry.name': 'prod' };

    expect(await problemsOf({ file: withProd(), flags })).toEqual([
      "--registry-name: registry.name: 'prod' is a registry of probe.yaml already; give it another name",
    ]);
  });

  test('refuses a second registry whose name, made from its host, is the same', async () => {
    const file = withProd().replace('prod', 'localhost-5000');

    expect(await problemsOf({ file, env: { PROBE_REGISTRY_URL: 'localhost:5000' } })).toEqual([
      "PROBE_REGISTRY_URL: registry.url: 'localhost-5000' is a registry of probe.yaml already; give it another name",
    ]);
  });

  test('takes the address of a registry of the file from the environment', async () => {
    const { settings } = await load({
      file: 'registries: { prod: }',
      env: { PROBE_REGISTRIES_PROD_URL: 'registry.example.com' },
    });

    expect(settings.registries[0]?.url).toBe('https://registry.example.com');
  });

  test('takes nothing for the registry of the flags from the file', async () => {
    expect(await problemsOf({ file: 'registry: { name: lab }' })).toEqual([
      'probe.yaml: registry: unknown key; did you mean registries?',
    ]);
  });

  test('refuses credentials that belong to no registry, rather than send them anywhere', async () => {
    const env = { PROBE_REGISTRY_USERNAME: 'robot', PROBE_REGISTRY_PASSWORD: 'hunter2' };

    expect(await problemsOf({ env })).toEqual([
      'PROBE_REGISTRY_USERNAME: registry.username: needs the address of its registry: give --registry-url or PROBE_REGISTRY_URL',
      'PROBE_REGISTRY_PASSWORD: registry.password: needs the address of its registry: give --registry-url or PROBE_REGISTRY_URL',
    ]);
  });
});
