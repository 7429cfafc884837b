import { describe, expect, test } from 'vitest';

import { problemsOf, withProd, type Given } from './loading.ts';

const URL = { PROBE_REGISTRY_URL: 'registry.example.com' };
const FILES = { '/secret': 'hunter2' };

describe('settings that do not go together', () => {
  test.each<[Given, string]>([
    [
      { file: withProd('auth: { username: robot }') },
      'probe.yaml: registries.prod.auth.username: a username needs password or passwordFile too',
    ],
    [
      { file: withProd('auth: { password: hunter2 }') },
      'probe.yaml: registries.prod.auth.password: a password needs username too',
    ],
    [
      { file: withProd('auth: { passwordFile: /secret }') },
      'probe.yaml: registries.prod.auth.passwordFile: a password needs username too',
    ],
    [
      {
        file: withProd('auth: { username: robot, passwordFile: /secret }'),
        env: { PROBE_REGISTRIES_PROD_AUTH_PASSWORD: 'hunter2' },
      },
      'probe.yaml: registries.prod.auth.passwordFile: password and passwordFile exclude each other',
    ],
    [
      { env: { ...URL, PROBE_REGISTRY_USERNAME: 'robot' } },
      'PROBE_REGISTRY_USERNAME: registry.username: a username needs PROBE_REGISTRY_PASSWORD too',
    ],
    [
      { env: { ...URL, PROBE_REGISTRY_PASSWORD: 'hunter2' } },
      'PROBE_REGISTRY_PASSWORD: registry.password: a password needs PROBE_REGISTRY_USERNAME too',
    ],
    [
      { file: 'pushgateway: { username: robot }' },
      'probe.yaml: pushgateway.username: a username needs password or passwordFile too',
    ],
    [
      { file: 'pushgateway: { username: robot, password: x, bearerTokenFile: /secret }' },
      'probe.yaml: pushgateway.bearerTokenFile: a bearer token and a username exclude each other',
    ],
    [
      { file: withProd('repositories: { source: list }') },
      "probe.yaml: registries.prod.repositories.source: 'list' needs names in repositories.include",
    ],
    [
      { file: `repositories: { source: list, include: [] }\n${withProd()}` },
      "probe.yaml: repositories.source: 'list' needs names in repositories.include",
    ],
  ])('%j', async (given, problem) => {
    expect(await problemsOf({ ...given, files: FILES })).toEqual([problem]);
  });

  test.each<Given>([
    { file: withProd('auth: { username: robot, passwordFile: /secret }') },
    { file: withProd('auth: { username: null, password: null }') },
    { file: `repositories: { source: list }\n${withProd('repositories: { include: [team/app] }')}` },
  ])('%j is fine', async (given) => {
    expect(await problemsOf({ ...given, files: FILES })).toEqual([]);
  });
});
