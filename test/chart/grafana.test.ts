import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ciObjects } from '../support/chart-ci.ts';
import { CHART, LEAST, one, render, templateText } from '../support/chart.ts';

const NAME = 'probe-registry-integrity-probe-dashboard';

describe('the dashboard', () => {
  test('is in the ConfigMap as it is in the file', () => {
    const file = readFileSync(join(CHART, 'files', 'dashboards', 'registry-integrity.json'), 'utf8');

    const map = one(ciObjects('default-values.yaml'), 'ConfigMap', NAME);

    expect(map['data']).toEqual({ 'registry-integrity.json': file });
    expect(map.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(map.metadata.annotations).toBeUndefined();
  });

  test('is found by the sidecar as the values say', () => {
    expect(one(ciObjects('grafana-values.yaml'), 'ConfigMap', NAME).metadata).toMatchObject({
      namespace: 'grafana',
      labels: { dashboards: 'true', team: 'platform' },
      annotations: { 'k8s-sidecar-target-directory': 'Registries', 'example.com/owner': 'platform' },
    });
  });

  test('has the uid that the values give it', () => {
    const map = one(render({ ...LEAST, grafanaDashboard: { uid: 'registries-eu' } }), 'ConfigMap', NAME);

    const { uid, title } = JSON.parse(
      (map['data'] as Readonly<Record<string, string>>)['registry-integrity.json'] ?? '',
    ) as {
      readonly uid: string;
      readonly title: string;
    };
    expect(uid).toBe('registries-eu');
    expect(title).not.toBe('');
  });

  test('goes to the operator alone, when the sidecar is not to find it', () => {
    const objects = ciObjects('grafana-operator-values.yaml');

    expect(one(objects, 'ConfigMap', NAME).metadata.labels).not.toHaveProperty('grafana_dashboard');
    expect(one(objects, 'GrafanaDashboard')).toMatchObject({
      metadata: { name: NAME, namespace: 'monitoring' },
      spec: {
        instanceSelector: { matchLabels: { dashboards: 'grafana' } },
        allowCrossNamespaceImport: false,
        folderUID: 'registries',
        resyncPeriod: '1h',
        configMapRef: { name: NAME, key: 'registry-integrity.json' },
      },
    });
    expect(one(objects, 'GrafanaDashboard')['spec']).not.toHaveProperty('folder');
  });

  test('is not installed when nobody wants it', () => {
    const objects = render({ ...LEAST, grafanaDashboard: { enabled: false } });

    expect(objects.filter(({ metadata }) => metadata.name === NAME)).toEqual([]);
  });

  test('keeps the labels that tell one installation from another, in every query', () => {
    const pushgateway = { url: 'http://pushgateway.example.com', groupingLabels: { site: 'north', cluster: 'eu-1' } };

    const text = dashboardOf(render({ ...LEAST, pushgateway }));

    expect(text.match(/(?:by|on) \(cluster, site, job, registry/g)?.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/(?:by|on) \(cluster, job/);
    expect(JSON.parse(text)).toMatchObject({ uid: 'registry-integrity' });
  });

  test('finds the CronJobs of a release that has a name of its own', () => {
    const text = dashboardOf(render({ ...LEAST, fullnameOverride: 'watch' }), 'watch-dashboard');

    expect(text).toContain('kube_cronjob_info{cronjob=~\\"watch-.*\\"}');
    expect(text).not.toContain('.*registry-integrity-probe.*');
  });

  test('links the runbooks where it is known where they are', () => {
    const runbookUrl = 'https://docs.example.com/runbooks/%s.md?plain=1';

    const text = dashboardOf(render({ ...LEAST, prometheusRule: { runbookUrl } }));

    expect(text).toContain(
      '[RegistryCatalogInaccessible](https://docs.example.com/runbooks/RegistryCatalogInaccessible.md?plain=1)',
    );
    expect(text).not.toContain('docs/runbooks/');
    expect(JSON.parse(text)).toMatchObject({ uid: 'registry-integrity' });
  });

  test('keeps its own braces', () => {
    expect(templateText(LEAST)).toContain('{{registry}}');
  });
});

function dashboardOf(objects: ReturnType<typeof render>, name = NAME): string {
  const { 'registry-integrity.json': text = '' } = one(objects, 'ConfigMap', name)['data'] as Record<string, string>;
  return text;
}
