import { describe, expect, test } from 'vitest';

import { METRICS } from '../../src/metrics/definitions.ts';
import { LEAST, render, templateText, type Values } from '../support/chart.ts';

const URL = 'https://registry.example.com';

const NOTHING = { inUse: false, report: false, state: false, events: false };

function prod(settings: Values): Values {
  return { ...LEAST, registries: { prod: { url: URL, ...settings } } };
}

describe('values that cannot work together', () => {
  test.each<readonly [string, Values, string]>([
    ['no registry', { ...LEAST, registries: {} }, 'registries: no registry is enabled'],
    ['null for registries', { ...LEAST, registries: null }, 'registries: no registry is enabled'],
    ['no registry that is enabled', prod({ enabled: false }), 'registries: no registry is enabled'],
    ['a registry without an address', prod({ url: '' }), 'registries.prod.url is missing'],
    ['a name with a capital', { ...LEAST, registries: { Prod: { url: URL } } }, '"Prod" is no name for a registry'],
    ['a name with a slash', { ...LEAST, registries: { 'a/b': { url: URL } } }, '"a/b" is no name for a registry'],
    ['a name of 41', { ...LEAST, registries: { ['x'.repeat(41)]: { url: URL } } }, 'is no name for a registry'],
    [
      'a registry that is called as a shard of another',
      { ...LEAST, registries: { prod: { url: URL, shards: 2 }, 'prod-1': { url: URL } } },
      'registries: prod and prod-1 both make the ConfigMap probe-registry-integrity-probe-prod-1-state; rename one.',
    ],
    [
      'a promise that no schedule could keep',
      prod({ fullWalkEvery: '10m' }),
      'registries.prod: fullWalkEvery is 10m, and the schedule "*/15 * * * *" starts a walk after up to 900 seconds; it has to be that long or longer.',
    ],
    [
      'a promise for all that is shorter than the night of one',
      {
        ...prod({ schedule: '*/15 8-18 * * *' }),
        registryDefaults: { fullWalkEvery: '12h' },
        staleAfterSeconds: 200_000,
      },
      'fullWalkEvery is 12h',
    ],
    [
      'a promise without a state',
      { ...prod({ fullWalkEvery: '1d' }), kubernetes: NOTHING },
      'registries.prod: fullWalkEvery is 1d, which takes a state from run to run; set kubernetes.state too.',
    ],
    [
      'a storage that is nowhere',
      prod({ storage: { registryVersion: 3 } }),
      'registries.prod.storage: neither existingClaim nor hostPath is given',
    ],
    [
      'a storage in two places',
      prod({ storage: { existingClaim: 'a', hostPath: '/b' } }),
      'registries.prod.storage: existingClaim (a) and hostPath (/b) exclude each other; keep one.',
    ],
    [
      'a directory out of the volume',
      prod({ storage: { existingClaim: 'a', subPath: 'b/../../c' } }),
      'registries.prod.storage: subPath is b/../../c; it may not lead out of the volume.',
    ],
    [
      'a scan that takes longer than its period',
      prod({ storage: { existingClaim: 'a', schedule: '@hourly' } }),
      'registries.prod.storage: activeDeadlineSeconds is 21600, and the schedule "@hourly" starts a scan after 3600 seconds; it has to be less.',
    ],
    [
      'a scan that is stale before the next one',
      prod({ storage: { existingClaim: 'a', staleAfterSeconds: 90_000 } }),
      'registries.prod.storage: staleAfterSeconds is 90000, less than two periods of the schedule "17 3 * * *"; it has to be 172800 or more.',
    ],
    [
      'scans by the day of the month without a period',
      prod({ storage: { existingClaim: 'a', schedule: '0 3 1 * *' } }),
      'registries.prod.storage: the period of the schedule "0 3 1 * *" cannot be told',
    ],
    [
      'a registry that is called as the scan of another',
      {
        ...LEAST,
        registries: { prod: { url: URL, storage: { existingClaim: 'a' } }, 'prod-storage': { url: URL } },
      },
      'registries: the storage of prod and prod-storage both make the name probe-registry-integrity-probe-prod-storage; rename one',
    ],
    ['no image', { ...LEAST, image: { repository: '' } }, 'image.repository is empty'],
    ['no Pushgateway', { ...LEAST, pushgateway: {} }, 'pushgateway.url is empty'],
    [
      'two Pushgateways',
      { ...LEAST, pushgateway: { url: 'http://other.example.com', enabled: true } },
      'pushgateway.url names another one (http://other.example.com)',
    ],
    [
      'a label that the probe sets',
      { ...LEAST, pushgateway: { url: 'http://p.example.com', groupingLabels: { shard: 'a' } } },
      'pushgateway.groupingLabels: shard is a label of the metrics or the alerts already; take another name',
    ],
    [
      'two bundles for the Pushgateway',
      { ...LEAST, pushgateway: { url: 'http://p', caBundle: { existingConfigMap: 'a', existingSecret: 'b' } } },
      'pushgateway.caBundle: existingConfigMap (a) and existingSecret (b) exclude each other',
    ],
    [
      'two bundles for a registry',
      prod({ caBundle: { existingConfigMap: 'a', existingSecret: 'b' } }),
      'registries.prod.caBundle: existingConfigMap (a) and existingSecret (b) exclude each other',
    ],
    [
      'credentials twice',
      prod({ auth: { existingSecret: 'a', username: 'b', password: 'c' } }),
      'registries.prod.auth: existingSecret and username exclude each other',
    ],
    [
      'a pull secret and a mounted one',
      prod({ auth: { existingSecret: 'a', pullSecret: 'b' } }),
      'registries.prod.auth: existingSecret and pullSecret exclude each other',
    ],
    [
      'a user without a password',
      prod({ auth: { username: 'a' } }),
      'registries.prod.auth: username and password go together, and password is missing',
    ],
    ['a password without a user', prod({ auth: { password: 'a' } }), 'and username is missing'],
    [
      'events for workloads that nobody asks for',
      { ...LEAST, kubernetes: { inUse: false, events: true } },
      'kubernetes.events is for the workloads that use what is broken; set kubernetes.inUse too',
    ],
    [
      'rights for the service account of the whole namespace',
      { ...LEAST, serviceAccount: { create: false } },
      'would give the rights of the probe to every pod of the namespace; name the service account',
    ],
    [
      'a right on a pull secret for it',
      { ...prod({ auth: { pullSecret: 'a' } }), kubernetes: NOTHING, serviceAccount: { create: false } },
      'would give the rights of the probe to every pod of the namespace; name the service account',
    ],
    [
      'a grace period in which nothing is delivered',
      { ...LEAST, terminationGracePeriodSeconds: 49 },
      'terminationGracePeriodSeconds is 49; it has to be 50 or more',
    ],
    [
      'two folders of Grafana',
      { ...LEAST, grafanaDashboard: { operator: { folder: 'a', folderRef: 'b' } } },
      'folder, folderUID and folderRef exclude each other, and a and b are given',
    ],
    [
      'a proxy with a password',
      { ...LEAST, proxy: { httpsProxy: 'http://u:p@proxy' } },
      'give PROBE_PROXY_HTTPS by extraEnv from a Secret',
    ],
    [
      'a policy for pods that are started again',
      { ...LEAST, restartPolicy: 'OnFailure' },
      'restartPolicy OnFailure goes with neither',
    ],
  ])('%s: refused', (_, values, sentence) => {
    expect(() => render(values)).toThrow(sentence);
  });

  test.each<readonly [string, Values]>([
    ['the default service account, by its name', { ...LEAST, serviceAccount: { create: false, name: 'default' } }],
    ['no service account and no rights', { ...LEAST, serviceAccount: { create: false }, kubernetes: NOTHING }],
    ['no service account and no roles', { ...LEAST, serviceAccount: { create: false }, rbac: { create: false } }],
    [
      'a job label of a Pushgateway that others scrape',
      { ...LEAST, pushgateway: { enabled: true }, prometheusRule: { jobLabel: 'exported_job' } },
    ],
    [
      'a job label of a Pushgateway that is scraped by a ServiceMonitor which a Prometheus may override',
      {
        ...LEAST,
        pushgateway: { enabled: true, serviceMonitor: { enabled: true } },
        prometheusRule: { enabled: true, jobLabel: 'exported_job' },
      },
    ],
    ['a grace period of 50 seconds', { ...LEAST, terminationGracePeriodSeconds: 50 }],
  ])('%s: taken', (_, values) => {
    expect(() => render(values)).not.toThrow();
  });

  test('are labels of the metrics and of the alerts, given again for all', () => {
    const ofMetrics = METRICS.flatMap(({ labels }) => labels);

    for (const label of ['job', 'registry', 'shard', 'instance', 'alertname', 'severity', 'cause', ...ofMetrics]) {
      const pushgateway = { url: 'http://p.example.com', groupingLabels: { [label]: 'a' } };
      expect(() => render({ ...LEAST, pushgateway })).toThrow(`groupingLabels: ${label} is a label`);
    }
  });

  test('are told without the password', () => {
    expect(() => render({ ...LEAST, proxy: { httpProxy: 'http://u:secret@proxy' } })).toThrow(/^(?!.*secret@)/s);
  });
});

describe('times', () => {
  test.each<readonly [string, Values, string]>([
    [
      'a threshold of less than two periods',
      prod({ staleAfterSeconds: 1799 }),
      'registries.prod: staleAfterSeconds is 1799, less than two periods of the schedule "*/15 * * * *"; it has to be 1800 or more.',
    ],
    [
      'the common threshold for an hourly schedule',
      { ...LEAST, cronJob: { schedule: '@hourly' } },
      'registries.prod: staleAfterSeconds is 3600, less than two periods of the schedule "@hourly"; it has to be 7200 or more.',
    ],
    [
      'a deadline as long as the period',
      prod({ activeDeadlineSeconds: 900 }),
      'registries.prod: activeDeadlineSeconds is 900, and the schedule "*/15 * * * *" starts a walk after 900 seconds; it has to be less.',
    ],
    [
      'a deadline longer than the shortest gap',
      prod({ schedule: '0,10 * * * *', staleAfterSeconds: 7200 }),
      'starts a walk after 600 seconds',
    ],
    [
      'a deadline with no time to walk',
      prod({ activeDeadlineSeconds: 60 }),
      'activeDeadlineSeconds is 60; it has to be more than 60',
    ],
    [
      'a schedule whose period nobody can tell',
      prod({ schedule: '0 3 1 * *' }),
      'registries.prod: the period of the schedule "0 3 1 * *" cannot be told; give the longest time between two starts as periodSeconds.',
    ],
    [
      'a threshold below two periods that were given',
      prod({ schedule: '@monthly', periodSeconds: 86400 }),
      'it has to be 172800 or more',
    ],
    [
      'the common period for a schedule of its own',
      { ...prod({ schedule: '0 3 1 * *' }), cronJob: { periodSeconds: 900 } },
      'cannot be told',
    ],
  ])('%s: refused', (_, values, sentence) => {
    expect(() => render(values)).toThrow(sentence);
  });

  test('of exactly two periods are taken, and those of a registry that is not enabled are nobody’s concern', () => {
    const values = {
      ...LEAST,
      registries: {
        prod: { url: URL, staleAfterSeconds: 1800, activeDeadlineSeconds: 899 },
        off: { enabled: false, schedule: 'whenever' },
      },
    };

    expect(templateText(values)).toContain('deadline: 839s');
  });
});

describe('shapes', () => {
  test.each<readonly [string, Values, RegExp]>([
    [
      'a misspelled value',
      { ...LEAST, cronJob: { schedul: 'x' } },
      /'\/cronJob': additional properties 'schedul' not allowed/,
    ],
    ['a misspelled value at the top', { ...LEAST, registrys: {} }, /additional properties 'registrys' not allowed/],
    [
      'a misspelled setting of a registry',
      prod({ concurency: 3 }),
      /'\/registries\/prod': additional properties 'concurency'/,
    ],
    [
      'a duration without its unit',
      prod({ timeout: '30' }),
      /'\/registries\/prod\/timeout': '30' does not match pattern/,
    ],
    [
      'a number for a duration',
      { ...LEAST, registryDefaults: { timeout: 30 } },
      /'\/registryDefaults\/timeout': got number/,
    ],
    ['more than is allowed', prod({ pageSize: 1001 }), /'\/registries\/prod\/pageSize': maximum/],
    ['a word that is none', prod({ blobCheck: 'most' }), /'\/registries\/prod\/blobCheck': value must be one of/],
    ['a tag that YAML takes for a number', { ...LEAST, image: { tag: 1.1 } }, /'\/image\/tag': got number, want/],
    [
      'a label that YAML takes for a switch',
      { ...LEAST, podLabels: { a: true } },
      /'\/podLabels\/a': got boolean, want null or string/,
    ],
    [
      'a starting deadline that stops a CronJob',
      { ...LEAST, cronJob: { startingDeadlineSeconds: 9 } },
      /minimum: got 9, want 10/,
    ],
    [
      'a variable whose value YAML takes for a number',
      { ...LEAST, extraEnv: [{ name: 'X', value: 5 }] },
      /'\/extraEnv\/0\/value': got number, want null or string/,
    ],
    [
      'a variable of a registry that YAML takes for a switch',
      prod({ extraEnv: [{ name: 'X', value: true }] }),
      /'\/registries\/prod\/extraEnv\/0\/value': got boolean/,
    ],
    ['101 shards', prod({ shards: 101 }), /'\/registries\/prod\/shards': maximum/],
    [
      'an alert that there is none of',
      { ...LEAST, prometheusRule: { rules: { Other: {} } } },
      /additional properties 'Other' not allowed/,
    ],
  ])('%s: refused', (_, values, problem) => {
    expect(() => render(values)).toThrow(problem);
  });
});
