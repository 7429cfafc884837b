import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { environmentName } from '../../src/config/environment.ts';
import { REGISTRY_SETTINGS, TOP_LEVEL_SETTINGS, topLevelSetting, type Setting } from '../../src/config/setting.ts';
import { load, withProd } from './loading.ts';

/** A valid text that differs from the default, for the settings whose kind alone does not tell one. */
const SAMPLES: Readonly<Record<string, string>> = {
  acknowledged: '[{"tag":"old-*","until":"2099-12-31","reason":"known"}]',
  platforms: 'nodes',
  copies: '[{"registry":"https://mirror.example.com"}]',
  output: 'json',
  logLevel: 'debug',
  blobCheck: 'full',
  readWithoutRange: '7KiB',
  manifestLimit: '7MiB',
  unpackLimit: '7GB',
  kind: 'pull-through',
  url: 'https://other.example.com',
  'registry.url': 'https://other.example.com',
  'pushgateway.url': 'https://other.example.com',
  'proxy.http': 'http://proxy.example.com',
  'proxy.https': 'http://proxy.example.com',
  'repositories.source': 'list',
  'repositories.include': 'team/app',
  'verify.platforms': 'linux/arm64',
  hintsFor: 'chart',
  'scan.kind': 'private,*-cache=pull-through',
  'scan.registryVersion': '3',
  fullWalkEvery: '1d',
  'scrub.every': '30d',
  'scrub.bytesPerSecond': '5MB',
  coverageAcceptedAt: '2026-01-31T08:00:00Z',
};

const DURATIONS = /^(?:deadline|timeout|pushgateway\.timeout|verify\.wait|forget\.wait|confirm\.delay)$/;

const FILES = {
  'ca.pem': '-----BEGIN CERTIFICATE-----',
  'cert.pem': tlsFile('server.pem'),
  'key.pem': tlsFile('server.key'),
  'secret.txt': 'secret\n',
  'config.json': '{"auths":{}}',
};

/** What some settings cannot do without. */
const COMPANIONS: Readonly<Record<string, readonly [string, string]>> = {
  platforms: ['PROBE_KUBERNETES_NODES', 'true'],
  onlyForCopies: ['PROBE_REGISTRY_URL', 'https://other.example.com'],
  'registry.tokenHosts': ['PROBE_REGISTRY_URL', 'https://other.example.com'],
  'registry.name': ['PROBE_REGISTRY_URL', 'https://other.example.com'],
  'repositories.source': ['PROBE_REPOSITORIES_INCLUDE', 'team/app'],
  'kubernetes.events': ['PROBE_KUBERNETES_IN_USE', 'true'],
};

function sampleOf({ path, kind, default: fallback }: Setting): string {
  const sample = SAMPLES[path];
  if (sample !== undefined) return sample;
  if (DURATIONS.test(path)) return '7s';
  if (path.endsWith('caFile')) return 'ca.pem';
  if (path === 'verify.copyOf') return 'other.example.com/team/app:v1';
  if (path === 'forget.witness') return 'monitoring/config';
  if (path === 'quitUrl') return 'http://127.0.0.1:15020/quitquitquit';
  if (path.endsWith('certFile')) return 'cert.pem';
  if (path.endsWith('keyFile')) return 'key.pem';
  if (path.endsWith('dockerConfigFile')) return 'config.json';
  if (path.endsWith('File')) return 'secret.txt';
  if (kind === 'number') return '5';
  if (kind === 'boolean') return fallback === true ? 'false' : 'true';
  if (kind === 'number-map') return 'prod=1,big=3';
  if (kind === 'map') return 'team=infra,site=a=b';
  return kind === 'list' ? 'one,two' : 'other';
}

function tlsFile(name: string): string {
  return readFileSync(new URL(`../support/tls/${name}`, import.meta.url), 'utf8');
}

/** A user and a password come together, and a certificate and its key. */
function companionsOf(variable: string, path: string): Readonly<Record<string, string>> {
  const [name, value] = COMPANIONS[path] ?? [];
  if (name !== undefined && value !== undefined) return { [name]: value };
  if (path.endsWith('username')) return { [variable.replace(/USERNAME$/, 'PASSWORD')]: 'secret', ...ownerOf(path) };
  if (/password(File)?$/.test(path))
    return { [variable.replace(/PASSWORD(_FILE)?$/, 'USERNAME')]: 'robot', ...ownerOf(path) };
  if (path.endsWith('certFile')) return { [variable.replace(/CERT_FILE$/, 'KEY_FILE')]: 'key.pem' };
  if (path.endsWith('keyFile')) return { [variable.replace(/KEY_FILE$/, 'CERT_FILE')]: 'cert.pem' };
  return {};
}

function ownerOf(path: string): Readonly<Record<string, string>> {
  return path.startsWith('registry.') ? { PROBE_REGISTRY_URL: 'https://other.example.com' } : {};
}

describe('the settings', () => {
  test.each(TOP_LEVEL_SETTINGS)('$path can be given by its variable', async (setting) => {
    const variable = environmentName(setting.path);
    const companions = companionsOf(variable, setting.path);

    const without = await load({ env: companionsWithout(companions), files: FILES });
    const withIt = await load({ env: { ...companions, [variable]: sampleOf(setting) }, files: FILES });

    expect(withIt.settings).not.toEqual(without.settings);
  });

  test.each(REGISTRY_SETTINGS)('$path of a registry can be given by its variable', async (setting) => {
    const variable = environmentName(`registries.prod.${setting.path}`);
    const companions = companionsOf(variable, setting.path);
    const file = withProd();

    const without = await load({ file, env: companionsWithout(companions), files: FILES });
    const withIt = await load({ file, env: { ...companions, [variable]: sampleOf(setting) }, files: FILES });

    expect(withIt.settings.registries).not.toEqual(without.settings.registries);
  });

  test.each([...TOP_LEVEL_SETTINGS, ...REGISTRY_SETTINGS])(
    '$path says what it means in one sentence',
    ({ description }) => {
      expect(description).toMatch(/^[A-Z][^\n]*\.$/);
    },
  );

  test('are secret where they hold one', () => {
    const secrets = [...TOP_LEVEL_SETTINGS, ...REGISTRY_SETTINGS].filter(({ secret }) => secret);

    expect(secrets.map(({ path }) => path)).toEqual([
      'proxy.http',
      'proxy.https',
      'pushgateway.password',
      'registry.password',
      'auth.password',
    ]);
  });

  test('a name that is none is a mistake in the code', () => {
    expect(() => topLevelSetting('nothing')).toThrow('no setting is called nothing');
  });
});

/** Credentials make no sense by halves, and neither do certificates. */
function companionsWithout(companions: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.keys(companions).some((name) => /(?:USERNAME|PASSWORD|CERT_FILE|KEY_FILE)$/.test(name))
    ? {}
    : companions;
}
