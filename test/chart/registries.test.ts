import { describe, expect, test } from 'vitest';

import { ciObjects } from '../support/chart-ci.ts';
import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render, type KubernetesObject } from '../support/chart.ts';

interface CronJobSpec {
  readonly schedule: string;
  readonly jobTemplate: { readonly spec: Readonly<Record<string, unknown>> };
  readonly [key: string]: unknown;
}

function cronJob(objects: readonly KubernetesObject[], name: string): CronJobSpec {
  return one(objects, 'CronJob', `probe-registry-integrity-probe-${name}`)['spec'] as CronJobSpec;
}

describe('a registry', () => {
  test('has a CronJob, a config file, a report and a state of its own, unless it is not enabled', () => {
    const objects = ciObjects('many-registries-values.yaml');

    const names = (kind: string, suffix: string): readonly string[] =>
      objects
        .filter((object) => object.kind === kind && object.metadata.name.endsWith(suffix))
        .map(({ metadata }) => metadata.name.replace('probe-registry-integrity-probe-', '').replace(suffix, ''));
    expect(names('CronJob', '')).toEqual(['lab', 'mirror', 'prod']);
    expect(names('ConfigMap', '-config')).toEqual(['lab', 'mirror', 'prod']);
    expect(names('ConfigMap', '-report')).toEqual(['lab', 'mirror', 'prod']);
    expect(names('ConfigMap', '-state')).toEqual(['lab', 'mirror', 'prod']);
    expect(cronJob(objects, 'prod').schedule).toBe('5-59/15 * * * *');
    expect(cronJob(objects, 'lab').schedule).toBe('*/15 * * * *');
  });

  test('has its own values before the common ones, empty ones and switches that are off included', () => {
    const objects = render({
      ...LEAST,
      registries: {
        prod: { url: 'https://registry.example.com', suspend: false, nodeSelector: {}, tolerations: null },
      },
      cronJob: { suspend: true },
      nodeSelector: { pool: 'batch' },
      tolerations: [{ operator: 'Exists' }],
    });

    expect(cronJob(objects, 'prod')['suspend']).toBe(false);
    expect(podOf(objects, 'CronJob')).toMatchObject({ tolerations: [{ operator: 'Exists' }] });
    expect(podOf(objects, 'CronJob')['nodeSelector']).toBeUndefined();
  });

  test('has all of its own values where they belong', () => {
    const objects = ciObjects('overrides-values.yaml');

    expect(one(objects, 'CronJob', 'registries-prod')).toMatchObject({
      metadata: { labels: { 'cron-job': 'true' }, annotations: { 'example.com/cron-job': 'true' } },
      spec: {
        schedule: '@daily',
        timeZone: 'Europe/Berlin',
        suspend: true,
        concurrencyPolicy: 'Replace',
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 5,
        jobTemplate: {
          metadata: { labels: { job: 'true' }, annotations: { 'example.com/job': 'true' } },
          spec: {
            activeDeadlineSeconds: 7200,
            backoffLimit: 1,
            template: {
              metadata: { labels: { registry: 'prod' }, annotations: { 'example.com/registry': 'prod' } },
              spec: {
                restartPolicy: 'OnFailure',
                terminationGracePeriodSeconds: 50,
                nodeSelector: { pool: 'batch' },
                priorityClassName: 'high',
                containers: [{ resources: { limits: { memory: '1Gi' } } }],
              },
            },
          },
        },
      },
    });
    expect(one(objects, 'CronJob', 'registries-month')).toMatchObject({
      spec: {
        jobTemplate: { spec: { activeDeadlineSeconds: 540, template: { spec: { nodeSelector: { pool: 'small' } } } } },
      },
    });
  });

  test('leaves out what null takes away', () => {
    const { jobTemplate, ...spec } = one(ciObjects('overrides-values.yaml'), 'CronJob', 'registries-prod')[
      'spec'
    ] as CronJobSpec;

    expect(spec).not.toHaveProperty('startingDeadlineSeconds');
    expect(jobTemplate.spec).not.toHaveProperty('ttlSecondsAfterFinished');
    expect(jobTemplate.spec).not.toHaveProperty('podFailurePolicy');
  });

  test('has its own extras after the common ones', () => {
    const pod = podOf(ciObjects('extras-values.yaml'), 'CronJob');

    expect(pod.containers.map(({ name }) => name)).toEqual(['probe', 'beside']);
    expect(pod.initContainers?.map(({ name }) => name)).toEqual(['wait']);
    expect(pod.containers[0]).toMatchObject({
      args: ['run', '--config', '/etc/registry-integrity-probe/config.yaml', '--concurrency', '2', '--tag', 'v*'],
      env: [{ name: 'PROBE_PROXY_HTTPS' }, { name: 'PROBE_REGISTRIES_PROD_RETRIES', value: '5' }],
      envFrom: [{ configMapRef: { name: 'settings', optional: true } }],
      volumeMounts: [{ name: 'files' }, { name: 'tmp' }, { name: 'scratch', mountPath: '/scratch' }],
    });
  });

  test('does not fail its Job for what a node does, and not twice', () => {
    expect(cronJob(ciObjects('default-values.yaml'), 'prod').jobTemplate.spec).toMatchObject({
      backoffLimit: 0,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    });
  });
});

describe('a divided registry', () => {
  const objects = ciObjects('sharded-values.yaml');

  test('is walked by an Indexed Job with all of its pods at once', () => {
    expect(cronJob(objects, 'big').jobTemplate.spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 12,
      parallelism: 12,
      activeDeadlineSeconds: 840,
    });
    expect(cronJob(objects, 'small').jobTemplate.spec).not.toHaveProperty('completionMode');
  });

  test('lets its shards fail by themselves, as a limit for all would end the others with the first', () => {
    expect(cronJob(objects, 'big').jobTemplate.spec).toMatchObject({ backoffLimitPerIndex: 0 });
    expect(cronJob(objects, 'big').jobTemplate.spec).not.toHaveProperty('backoffLimit');
    expect(cronJob(objects, 'small').jobTemplate.spec).not.toHaveProperty('backoffLimitPerIndex');
  });

  test('takes the one limit where Kubernetes is too old for more', () => {
    const registries = { big: { url: 'https://registry.example.com', shards: 2 } };

    const old = render({ ...LEAST, registries, job: { backoffLimit: 3, backoffLimitPerIndex: null } });

    expect(cronJob(old, 'big').jobTemplate.spec).toMatchObject({ backoffLimit: 3 });
    expect(cronJob(old, 'big').jobTemplate.spec).not.toHaveProperty('backoffLimitPerIndex');
  });

  test('tells each pod its shard, and the ConfigMap of its state', () => {
    const [container] = podOf(objects, 'CronJob', 'probe-registry-integrity-probe-big').containers;

    expect(container?.env).toContainEqual({
      name: 'PROBE_SHARD',
      valueFrom: { fieldRef: { fieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } },
    });
    expect(container?.env).toContainEqual({
      name: 'PROBE_KUBERNETES_STATE',
      value: 'probe-registry-integrity-probe-big-$(PROBE_SHARD)-state',
    });
    // The kubelet knows those variables that come before.
    const names = container?.env?.map(({ name }) => name) ?? [];
    expect(names.indexOf('PROBE_SHARD')).toBeLessThan(names.indexOf('PROBE_KUBERNETES_STATE'));
    expect(JSON.stringify(podOf(objects, 'CronJob', 'probe-registry-integrity-probe-small'))).not.toMatch(
      /PROBE_SHARD|PROBE_KUBERNETES_STATE/,
    );
  });

  test('keeps no state where none is wanted', () => {
    const registries = { big: { url: 'https://registry.example.com', shards: 2 } };

    const without = render({ ...LEAST, registries, kubernetes: { state: false } });

    const names = without.map(({ metadata }) => metadata.name);
    const [container] = podOf(without, 'CronJob').containers;
    expect(names.filter((name) => name.endsWith('-state'))).toEqual([]);
    expect(container?.env?.map(({ name }) => name)).toEqual(['PROBE_SHARD']);
  });

  test('has a state for each shard', () => {
    const states = objects.filter(
      ({ metadata }) => metadata.name.includes('-big-') && metadata.name.endsWith('-state'),
    );

    expect(states.map(({ metadata }) => metadata.name)).toEqual(
      Array.from({ length: 12 }, (_, shard) => `probe-registry-integrity-probe-big-${shard}-state`),
    );
  });
});

describe('the image', () => {
  test.each([
    [{}, 'registry-integrity-probe:0.1.0'],
    [{ image: { registry: 'r.example.com:5000', tag: '1.10' } }, 'r.example.com:5000/registry-integrity-probe:1.10'],
    [
      { image: { registry: 'r.example.com' }, global: { imageRegistry: 'm.example.com' } },
      'm.example.com/registry-integrity-probe:0.1.0',
    ],
  ])('of %j is %s', (values, image) => {
    expect(podOf(render({ ...LEAST, ...values }), 'CronJob').containers[0]?.image).toBe(image);
  });

  test('of a mirror is asked for by its digest, with the pull secrets of both, each once', () => {
    const objects = ciObjects('mirror-values.yaml');
    const digest = 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';

    const [probe, gateway] = [podOf(objects, 'CronJob'), podOf(objects, 'Deployment')];

    expect(probe.containers[0]?.image).toBe(`mirror.example.com:5000/tools/registry-integrity-probe@${digest}`);
    expect(gateway.containers[0]?.image).toBe('mirror.example.com:5000/prometheus/pushgateway:v1.11.1');
    for (const pod of [probe, gateway]) {
      expect(pod['imagePullSecrets']).toEqual([{ name: 'mirror' }, { name: 'mirror-too' }, { name: 'own' }]);
    }
  });
});
