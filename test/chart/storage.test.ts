import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { parseCommandLine } from '../../src/cli/command-line.ts';
import { loadSettings } from '../../src/config/load.ts';
import { ciObjects } from '../support/chart-ci.ts';
import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject, type Values } from '../support/chart.ts';

const FULLNAME = 'probe-registry-integrity-probe';
const FOLDER = '/var/lib/registry';
const URL = 'https://registry.example.com';

function withStorage(storage: unknown, more: Values = {}): readonly KubernetesObject[] {
  return render({ ...LEAST, ...more, registries: { prod: { url: URL, storage } } });
}

function configOf(objects: readonly KubernetesObject[], name: string, file: string): string {
  const { data } = one(objects, 'ConfigMap', `${FULLNAME}-${name}-config`);
  return (data as Readonly<Record<string, string>>)[file] ?? '';
}

function cronjobs(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name);
}

describe('the scan of the files of a registry', () => {
  const objects = ciObjects('storage-values.yaml');
  const pod = podOf(objects, 'CronJob', `${FULLNAME}-prod-storage`);

  test('is a CronJob for each registry that has a storage, with a schedule of its own', () => {
    expect(cronjobs(objects).filter((name) => name.endsWith('-storage'))).toEqual([
      `${FULLNAME}-cache-storage`,
      `${FULLNAME}-prod-storage`,
    ]);
    expect(one(objects, 'CronJob', `${FULLNAME}-prod-storage`)).toMatchObject({
      spec: {
        schedule: '17 3 * * *',
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { activeDeadlineSeconds: 21_600, backoffLimit: 0 } },
      },
    });
    expect(one(objects, 'CronJob', `${FULLNAME}-cache-storage`)).toMatchObject({
      spec: { schedule: '@hourly', jobTemplate: { spec: { activeDeadlineSeconds: 1800 } } },
    });
  });

  test('mounts the volume read-only, and nothing of it can be written', () => {
    expect(pod.volumes).toContainEqual({
      name: 'storage',
      persistentVolumeClaim: { claimName: 'registry-data', readOnly: true },
    });
    expect(pod.containers[0]?.volumeMounts).toContainEqual({
      name: 'storage',
      mountPath: FOLDER,
      subPath: 'registry',
      readOnly: true,
    });
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      nodeSelector: { 'kubernetes.io/hostname': 'storage-1' },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 1000,
        supplementalGroups: [2000],
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
  });

  test('may be of a directory of a node, which has to be there, by a user that the values name', () => {
    const own = podOf(
      withStorage({ hostPath: '/srv/registry', podSecurityContext: { runAsUser: 0, runAsNonRoot: false } }),
      'CronJob',
      `${FULLNAME}-prod-storage`,
    );

    expect(own.volumes).toContainEqual({ name: 'storage', hostPath: { path: '/srv/registry', type: 'Directory' } });
    expect(own.securityContext).toMatchObject({ runAsUser: 0, runAsNonRoot: false });
    expect(own.containers[0]?.volumeMounts).toContainEqual({ name: 'storage', mountPath: FOLDER, readOnly: true });
  });

  test('is asked for by a command that the program takes, under the name of the registry', () => {
    const { args = [] } = pod.containers[0] ?? {};

    expect(args).toEqual([
      'scan',
      FOLDER,
      '--registry-name',
      'prod',
      '--config',
      '/etc/registry-integrity-probe/config.yaml',
    ]);
    expect(parseCommandLine(args).kind).toBe('typed');
  });

  test('has settings that the program takes: findings are no failure, and no registry is asked', async () => {
    const texts: Readonly<Record<string, string>> = {
      '/config.yaml': configOf(objects, 'prod', 'storage.yaml'),
      '/etc/registry-integrity-probe/pushgateway/password': 'p',
    };
    const readFile = (path: string): Promise<string> =>
      texts[path] === undefined ? Promise.reject(new Error(`no ${path}`)) : Promise.resolve(texts[path]);

    const { settings, warnings } = await loadSettings({
      command: 'scan',
      flags: {},
      env: { PROBE_PUSHGATEWAY_USERNAME: 'u' },
      configPath: '/config.yaml',
      readFile,
    });

    expect(warnings).toEqual([]);
    expect(settings).toMatchObject({
      registries: [],
      pushgateway: { job: FULLNAME },
      scan: { failOnFindings: false, kind: ['private'], registryVersion: 3 },
      walk: { repositories: { match: ['!scratch/*'] }, excludePlatforms: ['windows/*'], blobCheck: 'tail' },
    });
  });

  test('takes the kind of the registry where it has none of its own', () => {
    expect(parse(configOf(objects, 'cache', 'storage.yaml'))).toMatchObject({ scan: { kind: ['pull-through'] } });
    const own = withStorage({ existingClaim: 'a', kind: 'pull-through' });
    expect(parse(configOf(own, 'prod', 'storage.yaml'))).toMatchObject({ scan: { kind: ['pull-through'] } });
  });

  test('is known to every walk, whose clean-up leaves its numbers alone', () => {
    for (const name of ['prod', 'cache', 'plain']) {
      expect(parse(configOf(objects, name, 'config.yaml'))).toMatchObject({
        pushgateway: { storages: ['cache', 'prod'] },
      });
    }
  });

  test('is looked for by labels that no walk has', () => {
    const labels = { 'app.kubernetes.io/component': 'storage', 'registry-integrity/registry': 'prod' };

    expect(one(objects, 'CronJob', `${FULLNAME}-prod-storage`).metadata.labels).toMatchObject(labels);
    expect(one(objects, 'CronJob', `${FULLNAME}-prod`).metadata.labels).toMatchObject({
      'app.kubernetes.io/component': 'probe',
    });
  });

  test('may reach the Pushgateway, and no registry', () => {
    const policy = one(objects, 'NetworkPolicy', `${FULLNAME}-storage`);

    expect(policy).toMatchObject({
      spec: { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'storage' } }, ingress: [] },
    });
    expect(JSON.stringify(policy['spec'])).toContain('9091');
    expect(JSON.stringify(policy['spec'])).not.toContain('443');
  });

  test('has none of the extras of walks, and its own', () => {
    const own = podOf(
      withStorage(
        { existingClaim: 'a', extraArgs: ['--log-level', 'debug'], extraEnv: [{ name: 'OWN', value: 'b' }] },
        {
          extraArgs: ['--insecure'],
          extraEnv: [{ name: 'COMMON', value: 'c' }],
          extraContainers: [{ name: 'beside' }],
        },
      ),
      'CronJob',
      `${FULLNAME}-prod-storage`,
    );

    expect(own.containers).toHaveLength(1);
    expect(own.containers[0]?.env).toEqual([{ name: 'OWN', value: 'b' }]);
    expect(own.containers[0]?.args?.slice(-2)).toEqual(['--log-level', 'debug']);
    expect(own.containers[0]?.args).not.toContain('--insecure');
  });

  test.each([undefined, null, { existingClaim: 'a', enabled: false }])('is not there with %j', (storage) => {
    const own = withStorage(storage, { networkPolicy: { enabled: true }, prometheusRule: { enabled: true } });

    expect(cronjobs(own)).toEqual([`${FULLNAME}-prod`]);
    expect(JSON.stringify(own.filter(({ metadata }) => !metadata.name.endsWith('-dashboard')))).not.toMatch(
      /storage\.yaml|RegistryStorage|"storage"/,
    );
  });

  test.each([{ suspend: true }, { storage: { existingClaim: 'a', suspend: true } }])(
    'is suspended by %j, and then not stale',
    (registry) => {
      const values = { registries: { prod: { url: URL, storage: { existingClaim: 'a' }, ...registry } } };
      const own = render({ ...LEAST, ...values, prometheusRule: { enabled: true } });

      expect(one(own, 'CronJob', `${FULLNAME}-prod-storage`)).toMatchObject({ spec: { suspend: true } });
      expect(JSON.stringify(own.filter(({ kind }) => kind === 'PrometheusRule'))).not.toContain('ScanStale');
    },
  );

  test.each([
    [{ existingClaim: 'a', hostPath: 'relative' }, 'hostPath'],
    [{ existingClaim: 'a', subPath: '/absolute' }, 'subPath'],
    [{ existingClaim: 'a', registryVersion: 4 }, 'registryVersion'],
    [{ existingClaim: 'a', unknown: 1 }, 'unknown'],
  ])('refuses %j', (storage, word) => {
    expect(() => withStorage(storage)).toThrow(word);
  });
});
