import { describe, expect, test } from 'vitest';

import { LEAST, render, type KubernetesObject, type Values } from '../support/chart.ts';

/** A CronJob adds a dash and ten digits to its name for a Job: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ */
const JOB_SUFFIX = 11;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

const LENGTHS = [1, 13, 40, 52, 53, 63];

describe('names', () => {
  test.each(LENGTHS)('of all objects are right when the release is called with %i letters', (length) => {
    const names = { a: 1, 'registry-whose-name-has-forty-characters': 100, other: 2 };
    const registries = Object.fromEntries(
      Object.entries(names).map(([name, shards]) => [
        name,
        { url: 'https://registry.example.com', shards, storage: { existingClaim: name } },
      ]),
    );

    // Helm itself takes 53 characters for a release at the most.
    const objects = render({
      ...LEAST,
      registries,
      fullnameOverride: 'x'.repeat(length),
      pushgateway: { enabled: true },
    });

    const cronjobs = objects.filter(({ kind }) => kind === 'CronJob');
    expect(cronjobs.map(hostNameLength).every((characters) => characters <= 63)).toBe(true);
    expect(cronjobs.map(({ metadata }) => metadata.name).filter((name) => !DNS_LABEL.test(name))).toEqual([]);
    // A walk and a scan of each.
    expect(new Set(cronjobs.map(({ metadata }) => metadata.name)).size).toBe(6);
    const states = objects.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-state'));
    expect(states.map(({ metadata }) => metadata.name).filter((name) => !DNS_LABEL.test(name))).toEqual([]);
    expect(new Set(states.map(({ metadata }) => metadata.name)).size).toBe(1 + 100 + 2);
    for (const { metadata } of objects.filter(({ kind }) => kind === 'Service')) {
      expect(metadata.name).toMatch(DNS_LABEL);
    }
  });

  test.each([1, 2, 10, 11, 100])(
    'with %i shards may have 49 characters, and are used as they are up to there',
    (shards) => {
      const limit = 49;
      const registry = { url: 'https://registry.example.com', shards };
      const of = (length: number): string => {
        const objects = render({ ...LEAST, registries: { ab: registry }, fullnameOverride: 'x'.repeat(length - 3) });
        return objects.find(({ kind }) => kind === 'CronJob')?.metadata.name ?? '';
      };

      expect(of(limit)).toBe(`${'x'.repeat(limit - 3)}-ab`);
      expect(of(limit + 1)).toMatch(/^x+-ab-[0-9a-f]{5}$/);
      expect(of(limit + 1)).toHaveLength(limit);
    },
  );

  test('of two long registries or releases that begin alike stay two', () => {
    const long = 'registry-of-the-northern-data-centre-abc';
    const registries = [`${long.slice(0, 39)}1`, `${long.slice(0, 39)}2`].map((name) => [
      name,
      { url: 'https://registry.example.com' },
    ]);
    const cronjobs = (release: string): readonly string[] =>
      render({ ...LEAST, registries: Object.fromEntries(registries) }, { release })
        .filter(({ kind }) => kind === 'CronJob')
        .map(({ metadata }) => metadata.name);

    const names = [...cronjobs(`${'r'.repeat(52)}1`), ...cronjobs(`${'r'.repeat(52)}2`)];

    expect(new Set(names).size).toBe(4);
    expect(names.every((name) => name.length <= 49)).toBe(true);
  });

  test('of a registry stay the same when it is divided', () => {
    const of = (shards: number): readonly string[] =>
      render({ ...LEAST, registries: { prod: { url: 'https://r', shards } }, fullnameOverride: 'x'.repeat(60) })
        .filter(({ kind }) => kind === 'CronJob')
        .map(({ metadata }) => metadata.name);

    expect(of(1)).toEqual(of(100));
    expect(of(1)).toEqual(of(2));
  });

  test.each([{ fullnameOverride: 'Probe' }, { nameOverride: 'RegistryProbe' }])('have no capitals: %j', (values) => {
    const names = render({ ...LEAST, ...values }).map(({ metadata }) => metadata.name);

    expect(names.filter((name) => /[A-Z_]/.test(name))).toEqual([]);
  });

  test.each(['123', '1e3', 'null', 'true', 'on', '0x10', '1.5'])(
    'and labels are texts in a release called %s',
    (release) => {
      const objects = render(LEAST, { release });

      for (const { metadata } of objects) {
        expect(metadata.name).toContain(release.replace('.', '-'));
        expect(metadata.labels?.['app.kubernetes.io/instance']).toBe(release);
      }
    },
  );

  test('have no dots, which a release may have: a Service and a divided Job are refused with one', () => {
    const registries = { prod: { url: 'https://registry.example.com', shards: 2 } };
    const objects = render({ registries, pushgateway: { enabled: true } }, { release: 'probe.eu' });

    expect(objects.map(({ metadata }) => metadata.name).filter((name) => name.includes('.'))).toEqual([]);
  });

  test.each<readonly [Values, string] | readonly [Values, string, string]>([
    [{ fullnameOverride: '-a' }, 'fullnameOverride makes the name "-a"; take letters, digits and `-`'],
    [{ fullnameOverride: 'ü' }, 'fullnameOverride makes the name "ü"'],
    [{ fullnameOverride: '{{ .Release.Name }}' }, 'fullnameOverride makes the name "{{ -release-name }}"'],
    [{ nameOverride: 'a b' }, 'makes the name'],
    [{ fullnameOverride: 'good', nameOverride: 'a/b' }, 'nameOverride makes the name "a/b"'],
    [{ namespaceOverride: 'Monitoring' }, "at '/namespaceOverride': 'Monitoring' does not match pattern"],
    [{ prometheusRule: { namespace: 'a b' } }, "at '/prometheusRule/namespace': 'a b' does not match pattern"],
    [{ pushgateway: { enabled: true } }, 'makes a Service of the name 1-registry-integrity-probe-pushgateway', '1'],
    [
      { extraVolumes: [{ name: 'files', emptyDir: {} }] },
      'extraVolumes: the pods have a volume of the name files already; take another one.',
    ],
  ])('that Kubernetes would refuse are refused with a sentence: %j', (...[values, problem, release = 'probe']) => {
    expect(() => render({ ...LEAST, ...values }, { release })).toThrow(problem);
  });

  test('are the release alone when it is called like the chart', () => {
    const objects = render(LEAST, { release: 'registry-integrity-probe' });

    expect(objects.find(({ kind }) => kind === 'CronJob')?.metadata.name).toBe('registry-integrity-probe-prod');
  });

  test('of roles of the whole cluster tell two releases of one name in two namespaces apart', () => {
    const of = (namespace: string): readonly string[] =>
      render(LEAST, { namespace })
        .filter(({ kind }) => kind === 'ClusterRole')
        .map(({ metadata }) => metadata.name);

    expect(of('one')).toEqual(['one:probe-registry-integrity-probe-workloads']);
    expect(of('two')).toEqual(['two:probe-registry-integrity-probe-workloads']);
  });
});

/** The longest host name that a pod of this CronJob can get: an Indexed Job adds the index. */
function hostNameLength({ metadata, ...object }: KubernetesObject): number {
  const { jobTemplate } = object['spec'] as {
    readonly jobTemplate: { readonly spec: { readonly completions?: number } };
  };
  const { completions } = jobTemplate.spec;
  const index = completions === undefined ? 0 : 1 + String(completions - 1).length;
  return metadata.name.length + JOB_SUFFIX + index;
}
