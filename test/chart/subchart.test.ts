import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { podOf } from '../support/chart-pods.ts';
import { CHART, LEAST, one, render, type Values } from '../support/chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const NAME = 'registry-integrity-probe';

/** A chart that has ours in it, and values of its own for it. */
async function parentChart(values: Values, aliases: readonly string[] = []): Promise<string> {
  const folder = await temporaryFolder();
  const dependency = { name: NAME, version: '>=0.0.0-0', repository: `file://${CHART}`, condition: `${NAME}.enabled` };
  const dependencies = aliases.length === 0 ? [dependency] : aliases.map((alias) => ({ ...dependency, alias }));
  const chart = { apiVersion: 'v2', name: 'parent', version: '1.0.0', dependencies };
  await mkdir(join(folder, 'charts'));
  await cp(CHART, join(folder, 'charts', NAME), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), stringify(chart));
  await writeFile(join(folder, 'values.yaml'), stringify(values));
  return folder;
}

describe('as a subchart', () => {
  test('it takes what its parent says for all of its charts, and for it', async () => {
    const chart = await parentChart({
      global: { imageRegistry: 'mirror.example.com', imagePullSecrets: ['mirror'], somethingElse: { of: 'others' } },
      [NAME]: { enabled: true, ...LEAST, podSecurityContext: null },
      other: 1,
    });

    const objects = render({}, { chart });

    const pod = podOf(objects, 'CronJob');
    expect(pod.containers[0]?.image).toMatch(/^mirror\.example\.com\/registry-integrity-probe:/);
    expect(pod['imagePullSecrets']).toEqual([{ name: 'mirror' }]);
    expect(pod.securityContext).toBeUndefined();
    expect(one(objects, 'CronJob').metadata.name).toBe('probe-registry-integrity-probe-prod');
  });

  test('it is left out when its parent does not enable it, whatever its values', async () => {
    const chart = await parentChart({ [NAME]: { enabled: false } });

    expect(render({}, { chart })).toEqual([]);
  });

  test('it may be there twice, under aliases with capitals', async () => {
    const values = { ...LEAST, prometheusRule: { enabled: true } };
    const chart = await parentChart({ registryProbe: values, registry_probe_EU: values }, [
      'registryProbe',
      'registry_probe_EU',
    ]);

    const objects = render({}, { chart });

    const cronjobs = objects.filter(({ kind }) => kind === 'CronJob').map(({ metadata }) => metadata.name);
    expect(cronjobs.toSorted()).toEqual(['probe-registry-probe-eu-prod', 'probe-registryprobe-prod']);
    const placed = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`);
    expect(new Set(placed).size).toBe(placed.length);
    const uids = [...JSON.stringify(objects).matchAll(/n {2}\\+"uid\\+": \\+"([a-z-]+)/g)].map(([, uid]) => uid);
    const texts = JSON.stringify(objects.filter(({ kind }) => kind === 'PrometheusRule'));
    expect(texts).toContain('logs -l app.kubernetes.io/name=registryprobe,app.kubernetes.io/instance=probe,');
    expect(texts).not.toContain('logs -l app.kubernetes.io/instance');
    expect(uids).toHaveLength(2);
    expect(new Set(uids)).toEqual(new Set(['registry-probe-eu', 'registryprobe']));
  });

  test('its objects stay two under two aliases that begin alike, in a release with a long name', async () => {
    const aliases = ['registryProbeEurope', 'registryProbeAmerica'];
    const chart = await parentChart(Object.fromEntries(aliases.map((alias) => [alias, LEAST])), aliases);

    const placed = render({}, { chart, release: 'r'.repeat(53) }).map(
      ({ kind, metadata }) => `${kind} ${metadata.name}`,
    );

    expect(new Set(placed).size).toBe(placed.length);
  });

  test.each([
    { [NAME]: { enabled: null } },
    { global: null },
    { [NAME]: { global: null, pushgateway: { cleanup: null } } },
  ])('null of a user takes away what is not needed: %j', async (values) => {
    const chart = await parentChart({ [NAME]: LEAST });

    expect(one(render(values, { chart }), 'CronJob').metadata.name).toBe('probe-registry-integrity-probe-prod');
  });

  test('its values are checked as its own', async () => {
    const chart = await parentChart({ [NAME]: { ...LEAST, cronJob: { schedul: 'x' } } });

    expect(() => render({}, { chart })).toThrow("additional properties 'schedul' not allowed");
  });

  test('null in the values of a user takes away what its parent gives', async () => {
    const chart = await parentChart({
      [NAME]: { ...LEAST, nodeSelector: { pool: 'batch' }, job: { ttlSecondsAfterFinished: 60 } },
    });

    const objects = render({ [NAME]: { nodeSelector: null, job: { ttlSecondsAfterFinished: null } } }, { chart });

    expect(podOf(objects, 'CronJob')['nodeSelector']).toBeUndefined();
    expect(JSON.stringify(one(objects, 'CronJob'))).not.toContain('ttlSecondsAfterFinished');
  });
});
