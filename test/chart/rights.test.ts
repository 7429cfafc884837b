import { describe, expect, test } from 'vitest';

import { CI_FILES, ciObjects } from '../support/chart-ci.ts';
import { podOf, podsOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject, type Values } from '../support/chart.ts';

const SWITCHES = { inUse: false, report: false, state: false, events: false };

/** What is there as long as the release is: the hook after an uninstall brings its own. */
function lasting(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== 'post-delete');
}

function rules(objects: readonly KubernetesObject[]): readonly unknown[] {
  return lasting(objects)
    .filter(({ kind }) => kind.endsWith('Role'))
    .map((object) => object['rules']);
}

describe('with nothing to ask the API for', () => {
  const objects = lasting(ciObjects('kubernetes-off-values.yaml'));

  test('there is no role, no binding and no ConfigMap for a report or a state', () => {
    expect(objects.filter(({ kind }) => kind.includes('Role'))).toEqual([]);
    expect(objects.filter(({ metadata }) => /-(?:report|state)$/.test(metadata.name))).toEqual([]);
  });

  test('no token is mounted, by the pod or by its service account', () => {
    expect(podOf(objects, 'CronJob').automountServiceAccountToken).toBe(false);
    expect(one(objects, 'ServiceAccount')['automountServiceAccountToken']).toBe(false);
  });
});

describe('each switch brings its rights and no others', () => {
  test('inUse: what runs in the cluster can be listed', () => {
    expect(rules(render({ ...LEAST, kubernetes: { ...SWITCHES, inUse: true } }))).toEqual([
      [
        { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['list'] },
        { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: ['list'] },
      ],
    ]);
  });

  test('report: the ConfigMaps of this release can be written, by their names', () => {
    const registries = { a: { url: 'https://a.example.com' }, b: { url: 'https://b.example.com', shards: 3 } };

    const objects = render({ ...LEAST, registries, kubernetes: { ...SWITCHES, report: true } });

    const names = ['probe-registry-integrity-probe-a-report', 'probe-registry-integrity-probe-b-report'];
    expect(rules(objects)).toEqual([
      [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'], resourceNames: names }],
    ]);
    for (const name of names) {
      expect(one(objects, 'ConfigMap', name)).not.toHaveProperty('data');
      expect(one(objects, 'ConfigMap', name).metadata.labels?.['app.kubernetes.io/name']).toBe(
        'registry-integrity-probe',
      );
    }
  });

  test('state: the ConfigMaps of this release can be written, by their names, one for each shard', () => {
    const registries = { a: { url: 'https://a.example.com' }, b: { url: 'https://b.example.com', shards: 3 } };

    const objects = render({ ...LEAST, registries, kubernetes: { ...SWITCHES, state: true } });

    const names = ['a', 'b-0', 'b-1', 'b-2'].map((name) => `probe-registry-integrity-probe-${name}-state`);
    expect(rules(objects)).toEqual([
      [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'patch'], resourceNames: names }],
    ]);
    for (const name of names) {
      expect(one(objects, 'ConfigMap', name)).not.toHaveProperty('data');
      expect(one(objects, 'ConfigMap', name)).not.toHaveProperty('binaryData');
    }
    expect(objects.filter(({ metadata }) => /-(?:report|state)$/.test(metadata.name)).map(({ kind }) => kind)).toEqual([
      ...names.map(() => 'ConfigMap'),
      'Role',
      'RoleBinding',
    ]);
  });

  test('events, beside inUse: they can be written', () => {
    const inUse = rules(render({ ...LEAST, kubernetes: { ...SWITCHES, inUse: true } }));

    const both = rules(render({ ...LEAST, kubernetes: { ...SWITCHES, inUse: true, events: true } }));

    expect(both).toHaveLength(2);
    expect(both).toEqual(
      expect.arrayContaining([...inUse, [{ apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] }]]),
    );
  });

  test('a pull secret: it alone can be read, and no Secret without one', () => {
    const objects = ciObjects('pull-secret-values.yaml');

    expect(rules(objects)).toEqual([
      [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['pull-secret'] }],
    ]);
    const others = CI_FILES.filter((file) => !file.startsWith('pull-secret'));
    expect(others.filter((file) => JSON.stringify(rules(ciObjects(file))).includes('secrets'))).toEqual([]);
  });
});

describe('rights', () => {
  test('are the service account’s, each role bound where it is', () => {
    const objects = lasting(ciObjects('kubernetes-events-values.yaml'));
    const roles = objects.filter(({ kind }) => kind.endsWith('Role'));

    expect(roles).toHaveLength(4);
    for (const { kind, metadata } of roles) {
      expect(one(objects, `${kind}Binding`, metadata.name)).toMatchObject({
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: metadata.name },
        subjects: [{ kind: 'ServiceAccount', name: 'probe-registry-integrity-probe', namespace: 'monitoring' }],
      });
    }
  });

  test('in the whole cluster are given in single namespaces instead, where the values name these', () => {
    const kubernetes = { ...SWITCHES, inUse: true, events: true, namespaces: ['team-a', 'team-b', 'team-a'] };

    const objects = lasting(render({ ...LEAST, kubernetes }));

    expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
    const roles = objects.filter(({ kind }) => kind === 'Role');
    expect(roles.map(({ metadata }) => `${metadata.namespace} ${metadata.name}`).toSorted()).toEqual([
      'team-a monitoring:probe-registry-integrity-probe-events',
      'team-a monitoring:probe-registry-integrity-probe-workloads',
      'team-b monitoring:probe-registry-integrity-probe-events',
      'team-b monitoring:probe-registry-integrity-probe-workloads',
    ]);
    expect(rules(objects)).toContainEqual(
      expect.arrayContaining([{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }]),
    );
    for (const binding of objects.filter(({ kind }) => kind === 'RoleBinding')) {
      expect(binding['subjects']).toMatchObject([{ name: 'probe-registry-integrity-probe', namespace: 'monitoring' }]);
    }
    expect(JSON.stringify(one(objects, 'ConfigMap', 'probe-registry-integrity-probe-prod-config'))).toContain(
      String.raw`namespaces: [\"team-a\",\"team-b\"]`,
    );
  });

  test('can be left to others, with the service account', () => {
    const objects = ciObjects('own-service-account-values.yaml');

    expect(objects.filter(({ kind }) => kind === 'ServiceAccount' || kind.includes('Role'))).toEqual([]);
    expect(podOf(objects, 'CronJob').serviceAccountName).toBe('probe');
  });

  test.each<readonly [string, Values, string]>([
    ['created', {}, 'probe-registry-integrity-probe'],
    ['created under a name', { name: 'own' }, 'own'],
    ['of others', { create: false, name: 'theirs' }, 'theirs'],
    ['not created', { create: false }, 'default'],
  ])('of a service account that is %s go to its name', (_, serviceAccount, name) => {
    const kubernetes = name === 'default' ? SWITCHES : {};
    const objects = render({ ...LEAST, serviceAccount, kubernetes });

    expect(podOf(objects, 'CronJob').serviceAccountName).toBe(name);
    expect(podOf(objects, 'Pod').serviceAccountName).toBe(name);
  });
});

describe('a token', () => {
  test.each(CI_FILES)('is mounted by %s in the pods of a CronJob and of the hook alone', (file) => {
    const others = podsOf(ciObjects(file)).filter(({ owner }) => owner.kind !== 'CronJob' && owner.kind !== 'Job');

    for (const { owner, spec } of others) {
      expect(spec.automountServiceAccountToken, `${owner.kind} ${owner.metadata.name}`).toBe(false);
    }
  });

  test.each(CI_FILES)('cannot be had for the Pushgateway of %s, which has no service account', (file) => {
    const others = podsOf(ciObjects(file)).filter(({ owner }) => owner.kind === 'Deployment');

    // The pods of `helm test` have one, for a cloud's workload identity, which brings a token of its own.
    expect(others.filter(({ spec }) => spec.serviceAccountName !== undefined)).toEqual([]);
  });

  test('is mounted where its own registry needs it', () => {
    const objects = ciObjects('pull-secret-values.yaml');

    const tokens = podsOf(objects)
      .filter(({ owner }) => owner.kind === 'CronJob')
      .map(({ owner, spec }) => [owner.metadata.name.split('-').at(-1), spec.automountServiceAccountToken]);
    expect(tokens).toEqual([
      ['lab', false],
      ['prod', true],
    ]);
  });
});
