import { describe, expect, test } from 'vitest';

import { CI_FILES, ciObjects } from '../support/chart-ci.ts';
import { podsOf } from '../support/chart-pods.ts';
import { LEAST, render, type KubernetesObject } from '../support/chart.ts';
import { restrictedProblems } from '../support/pod-security.ts';

const CLUSTER_WIDE = ['ClusterRole', 'ClusterRoleBinding'];

const ALL = CI_FILES.map((file) => ({ file, objects: ciObjects(file) }));

/** What `extraManifests` brings is the user's own. */
function ownObjects({ file, objects }: (typeof ALL)[number]): readonly KubernetesObject[] {
  return file === 'extra-manifests-values.yaml'
    ? objects.filter(({ metadata }) => metadata.labels !== undefined)
    : objects;
}

describe('every object', () => {
  test.each(ALL)('of $file has a namespace, unless it is of the whole cluster', (one) => {
    const wrong = ownObjects(one).filter(
      ({ kind, metadata }) => (metadata.namespace === undefined) !== CLUSTER_WIDE.includes(kind),
    );

    expect(wrong).toEqual([]);
  });

  test.each(ALL)('of $file says what it belongs to', (one) => {
    for (const { metadata } of ownObjects(one)) {
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/instance': 'probe',
        'app.kubernetes.io/managed-by': 'Helm',
        'app.kubernetes.io/component': expect.stringMatching(/^[a-z]+$/) as string,
        'helm.sh/chart': expect.stringMatching(/^registry-integrity-probe-/) as string,
      });
    }
  });

  test.each(ALL)('of $file has a name of its own', (one) => {
    const names = one.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);

    expect(names).toEqual([...new Set(names)]);
  });

  test('carries the common labels and annotations, its pods included, and keeps what it is found by', () => {
    const objects = ciObjects('overrides-values.yaml');

    for (const { metadata } of objects) {
      expect(metadata.labels).toMatchObject({ team: 'platform', 'app.kubernetes.io/name': 'integrity' });
      expect(metadata.annotations).toMatchObject({ 'example.com/owner': 'platform' });
    }
    for (const { labels } of podsOf(objects)) {
      expect(labels).toMatchObject({ team: 'platform', 'app.kubernetes.io/name': 'integrity' });
    }
  });

  test('goes into the namespace of the values, if there is one', () => {
    const namespaces = ciObjects('overrides-values.yaml').map(({ metadata }) => metadata.namespace ?? 'elsewhere');

    expect([...new Set(namespaces)]).toEqual(['elsewhere']);
  });
});

describe('every pod', () => {
  test.each(ALL.filter(({ file }) => file !== 'openshift-values.yaml'))(
    'of $file may run where Pod Security is restricted',
    ({ objects }) => {
      const problems = podsOf(objects).flatMap(({ owner, spec }) =>
        restrictedProblems(spec).map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`),
      );

      expect(problems).toEqual([]);
    },
  );

  test('of the probe leaves its user to the image or to OpenShift', () => {
    for (const { spec } of podsOf(render(LEAST))) {
      expect(JSON.stringify(spec)).not.toMatch(/runAsUser|runAsGroup|fsGroup/);
    }
  });

  test('has no security context when null takes it away, and no user that OpenShift would refuse', () => {
    const pods = podsOf(ciObjects('openshift-values.yaml'));

    const probe = pods.filter(({ owner }) => owner.kind !== 'Deployment');
    expect(probe.map(({ spec }) => [spec.securityContext, spec.containers[0]?.securityContext])).toEqual(
      probe.map(() => [undefined, undefined]),
    );
    const gateway = pods.find(({ owner }) => owner.kind === 'Deployment');
    expect(gateway?.spec.securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  });

  test.each(ALL)('of $file gets no variables of other Services, and mounts volumes that it has', ({ objects }) => {
    for (const { spec } of podsOf(objects)) {
      const volumes = (spec.volumes ?? []).map(({ name }) => name);
      const mounted = [...spec.containers, ...(spec.initContainers ?? [])].flatMap((container) =>
        (container.volumeMounts ?? []).map(({ name }) => name),
      );

      expect(spec.enableServiceLinks).toBe(false);
      expect([...new Set(mounted)].toSorted()).toEqual(volumes.toSorted());
    }
  });
});
