import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { ciObjects } from '../support/chart-ci.ts';
import { podOf } from '../support/chart-pods.ts';
import { LEAST, one, render } from '../support/chart.ts';

const BRACES = '{{ .Release.Name }}: "a" \'b\' # c';

describe('braces in values', () => {
  const objects = render({
    ...LEAST,
    registries: {
      prod: {
        url: 'https://registry.example.com',
        tags: { match: [BRACES] },
        auth: { username: BRACES, password: BRACES },
        podAnnotations: { text: BRACES },
      },
    },
    pushgateway: { url: 'https://pushgateway.example.com', job: BRACES, groupingLabels: { text: BRACES } },
    extraArgs: ['--tag', BRACES],
    extraEnv: [{ name: 'TEXT', value: BRACES }],
    commonAnnotations: { common: BRACES },
    cronJob: { timeZone: BRACES },
    proxy: { noProxy: BRACES, httpProxy: 'http://proxy.example.com' },
    grafanaDashboard: { folder: BRACES },
  });

  test('stay as they are in the config file', () => {
    const map = one(objects, 'ConfigMap', 'probe-registry-integrity-probe-prod-config');
    const data = map['data'] as Readonly<Record<string, string>>;

    expect(parse(data['config.yaml'] ?? '')).toMatchObject({
      registries: { prod: { tags: { match: [BRACES] } } },
      pushgateway: { job: BRACES, groupingLabels: { text: BRACES } },
      proxy: { no: BRACES },
    });
  });

  test('stay as they are in objects', () => {
    expect(one(objects, 'Secret')).toMatchObject({ stringData: { username: BRACES, password: BRACES } });
    expect(one(objects, 'CronJob')).toMatchObject({
      metadata: { annotations: { common: BRACES } },
      spec: {
        timeZone: BRACES,
        jobTemplate: { spec: { template: { metadata: { annotations: { text: BRACES, common: BRACES } } } } },
      },
    });
    expect(podOf(objects, 'CronJob').containers[0]).toMatchObject({
      args: expect.arrayContaining([BRACES]) as unknown,
      env: expect.arrayContaining([{ name: 'TEXT', value: BRACES }]) as unknown,
    });
    expect(one(objects, 'ConfigMap', 'probe-registry-integrity-probe-dashboard').metadata.annotations).toMatchObject({
      grafana_folder: BRACES,
    });
  });

  test('are a template in manifests of the user’s own, in objects and in texts', () => {
    const own = ciObjects('extra-manifests-values.yaml');

    expect(one(own, 'ConfigMap', 'probe-object')).toMatchObject({
      metadata: { namespace: 'monitoring' },
      data: { release: 'probe' },
    });
    expect(one(own, 'ConfigMap', 'probe-text').metadata.namespace).toBe('monitoring');
  });
});
