import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { ciObjects } from '../support/chart-ci.ts';
import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject, type Values } from '../support/chart.ts';

const NAME = 'probe-registry-integrity-probe-pushgateway';

interface Config {
  readonly pushgateway: Readonly<Record<string, unknown>>;
  readonly proxy?: Readonly<Record<string, string>>;
  readonly forget?: Readonly<Record<string, string>>;
}

function config(objects: readonly KubernetesObject[], name = 'probe-registry-integrity-probe-prod-config'): Config {
  const data = one(objects, 'ConfigMap', name)['data'] as Readonly<Record<string, string>>;
  return parse(data['config.yaml'] ?? '') as Config;
}

function hooks(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'post-delete');
}

describe('every registry', () => {
  test('tells of them all, so that groups of others can be removed', () => {
    const registries = {
      a: { url: 'https://a.example.com', shards: 4 },
      b: { url: 'https://b.example.com' },
      off: { url: 'https://off.example.com', enabled: false },
    };

    const objects = render({ ...LEAST, registries });

    for (const name of ['a', 'b']) {
      expect(config(objects, `probe-registry-integrity-probe-${name}-config`).pushgateway['registries']).toEqual({
        a: 4,
        b: 1,
      });
    }
  });

  test('tells of none when nothing is to be removed', () => {
    expect(config(ciObjects('pushgateway-token-values.yaml')).pushgateway).not.toHaveProperty('registries');
  });

  test.each([
    [{}, 'probe-registry-integrity-probe'],
    [{ job: 'registries' }, 'registries'],
  ])('pushes with %j under the job %s', (pushgateway, job) => {
    const url = 'http://pushgateway.example.com';

    expect(config(render({ ...LEAST, pushgateway: { url, ...pushgateway } })).pushgateway['job']).toBe(job);
  });
});

describe('a Pushgateway of the release', () => {
  const objects = ciObjects('in-cluster-pushgateway-values.yaml');

  test('is where the metrics go', () => {
    expect(config(objects).pushgateway['url']).toBe(`http://${NAME}.monitoring.svc:80`);
  });

  test('is found by its Service and its ServiceMonitor, which honors the labels of the probe', () => {
    const labels = (one(objects, 'Deployment')['spec'] as { readonly selector: { readonly matchLabels: Values } })
      .selector.matchLabels;

    expect(one(objects, 'Service')).toMatchObject({
      metadata: { name: NAME, annotations: { 'prometheus.io/scrape': 'true' } },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    expect(one(objects, 'Service').metadata.labels).toMatchObject(labels);
    expect(one(objects, 'ServiceMonitor')).toMatchObject({
      metadata: { namespace: 'monitors', labels: { release: 'kube-prometheus-stack' } },
      spec: {
        namespaceSelector: { matchNames: ['monitoring'] },
        selector: { matchLabels: labels },
        endpoints: [{ port: 'http', honorLabels: true, interval: '30s' }],
      },
    });
  });

  test('keeps its metrics in a volume that no other pod has at the same time', () => {
    expect(one(objects, 'PersistentVolumeClaim')['spec']).toEqual({
      accessModes: ['ReadWriteOncePod'],
      storageClassName: 'fast',
      resources: { requests: { storage: '1Gi' } },
    });
    expect(one(objects, 'Deployment')).toMatchObject({ spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    expect(podOf(objects, 'Deployment')).toMatchObject({
      containers: [
        {
          args: ['--web.listen-address=:9091', '--persistence.file=/data/metrics', '--persistence.interval=10s'],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: NAME } }],
    });
  });

  test('uses a claim that is there already', () => {
    const own = render({ ...LEAST, pushgateway: { enabled: true, persistence: { existingClaim: 'metrics' } } });

    expect(own.filter(({ kind }) => kind === 'PersistentVolumeClaim')).toEqual([]);
    expect(podOf(own, 'Deployment').volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'metrics' } },
    ]);
  });

  test('keeps them in its memory without a volume, and is asked without a proxy', () => {
    const without = ciObjects('in-cluster-pushgateway-without-volume-values.yaml');

    expect(podOf(without, 'Deployment').containers[0]?.args).toEqual(['--web.listen-address=:9091']);
    expect(podOf(without, 'Deployment').volumes).toBeUndefined();
    expect(config(without).proxy?.['no']).toBe(`.example.net,${NAME}.monitoring.svc`);
  });

  test('takes its groups along when it goes', () => {
    expect(hooks(objects)).toEqual([]);
  });
});

describe('the hook after an uninstall', () => {
  const objects = ciObjects('pushgateway-password-values.yaml');

  test('brings everything that it needs, since everything else is gone', () => {
    const own = hooks(objects);

    const job = own.at(-1);
    expect(own.map(({ kind }) => kind)).toEqual(['ServiceAccount', 'ConfigMap', 'Role', 'RoleBinding', 'Job']);
    for (const { metadata } of own.slice(0, -1)) {
      expect(Number(metadata.annotations?.['helm.sh/hook-weight'])).toBeLessThan(0);
    }
    expect(job?.metadata.annotations?.['helm.sh/hook-weight'] ?? '0').toBe('0');
    expect(podOf(objects, 'Job')).toMatchObject({
      containers: [{ args: ['forget', '--config', '/etc/registry-integrity-probe/config.yaml'] }],
    });
  });

  test('looks for longer than a pod that is told to end may take to push, and ends before Helm gives up', () => {
    const { forget } = config(objects, 'probe-registry-integrity-probe-forget');
    const { activeDeadlineSeconds } = one(objects, 'Job')['spec'] as { readonly activeDeadlineSeconds: number };

    expect(forget).toMatchObject({ wait: '75s' });
    expect(75).toBeGreaterThan(podOf(objects, 'CronJob').terminationGracePeriodSeconds ?? 0);
    expect(activeDeadlineSeconds).toBeGreaterThan(60 + 2 * 75);
    expect(activeDeadlineSeconds).toBeLessThan(300);
  });

  test('asks the same Pushgateway for the same groups, as the same user', () => {
    const { registries, storages, ...run } = config(objects).pushgateway;

    expect(config(objects, 'probe-registry-integrity-probe-forget').pushgateway).toEqual(run);
    expect([registries, storages]).toEqual([{ prod: 1 }, []]);
    expect(podOf(objects, 'Job').containers[0]?.env).toEqual(podOf(objects, 'CronJob').containers[0]?.env);
  });

  test('leaves nothing behind, and does not keep helm waiting', () => {
    for (const { metadata } of hooks(objects)) {
      expect(metadata.annotations?.['helm.sh/hook-delete-policy']).toBe('before-hook-creation,hook-succeeded');
    }
    expect(one(objects, 'Job')).toMatchObject({ spec: { activeDeadlineSeconds: 270, ttlSecondsAfterFinished: 3600 } });
  });

  test('can be left out', () => {
    expect(hooks(ciObjects('pushgateway-token-values.yaml'))).toEqual([]);
  });
});
