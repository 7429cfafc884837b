import { cp, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { CHART, LEAST, one, render, type Values } from '../support/chart.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const URL = 'http://pushgateway.example.com:9091';

/** What `helm install` would print; `helm template` leaves it out, so a template of this test's own prints it. */
async function notes(values: Values): Promise<string> {
  const chart = join(await temporaryFolder(), 'registry-integrity-probe');
  await cp(CHART, chart, { recursive: true });
  await rename(join(chart, 'templates', 'NOTES.txt'), join(chart, 'notes.txt'));
  const template = 'kind: Notes\nmetadata: { name: notes }\ntext: {{ tpl (.Files.Get "notes.txt") . | toJson }}\n';
  await writeFile(join(chart, 'templates', 'notes.yaml'), template);
  return String(one(render({ ...LEAST, ...values }, { chart }), 'Notes')['text']);
}

describe('the notes', () => {
  test('say how each registry is walked now and where its findings are, by their names', async () => {
    const text = await notes({
      registries: {
        prod: { url: 'https://registry.example.com' },
        big: { url: 'https://big.example.com', shards: 4, suspend: true },
      },
    });

    const name = 'probe-registry-integrity-probe-prod';
    expect(text).toContain(
      `job=${name}-$(date +%s)\n    kubectl --namespace monitoring create job --from=cronjob/${name} $job\n`,
    );
    expect(text).toContain(`kubectl --namespace monitoring get configmap ${name}-report --output yaml\n`);
    expect(text).toContain('prod: https://registry.example.com, at */15 * * * *\n');
    expect(text).toContain(
      'big: https://big.example.com, suspended, divided among 4 pods\n' +
        '  While it is suspended, it has no RegistryIntegrityProbeStale alert.\n',
    );
    expect(text.match(/While it is suspended/g)).toHaveLength(1);
  });

  test('name a Job within 63 characters', async () => {
    const registries = Object.fromEntries(
      [1, 12].map((shards) => [`${'x'.repeat(37)}-${shards}`, { url: 'https://registry.example.com', shards }]),
    );

    const text = await notes({ fullnameOverride: 'y'.repeat(60), registries });

    const names = [...text.matchAll(/job=(\S+)-\$\(date \+%s\)/g)].map(([, name = '']) => name.length);
    expect(names).toHaveLength(2);
    expect(Math.max(...names) + '-1767323045'.length).toBeLessThanOrEqual(63);
  });

  test.each([
    [1, 20],
    [50, 50],
  ])('follow the logs of all %i shards', async (shards, requests) => {
    const text = await notes({ registries: { prod: { url: 'https://registry.example.com', shards } } });

    expect(text).toContain('logs --selector job-name=$job --container probe --prefix --follow --tail -1');
    expect(text).toContain(` --max-log-requests ${requests} 2>/dev/null | grep .; do sleep 2; done\n`);
  });

  test('say nothing of a report that is not kept', async () => {
    expect(await notes({ kubernetes: { report: false } })).not.toContain('get configmap');
  });

  test('say that labels have to be honored, unless the rules know of it or the release does it', async () => {
    const own = {
      enabled: true,
      url: '',
      serviceMonitor: { enabled: true, additionalLabels: { release: 'prometheus' } },
    };

    expect(await notes({})).toContain('prometheusRule.jobLabel=exported_job, or the alerts only say');
    expect(await notes({ prometheusRule: { jobLabel: 'exported_job' } })).not.toContain('only say');
    expect(await notes({ pushgateway: own })).not.toContain('honor');
    expect(await notes({ pushgateway: { enabled: true, url: '' } })).toContain(
      'pushgateway.serviceMonitor.enabled=true',
    );
  });

  test.each<readonly [string, Values, string]>([
    ['none', {}, 'none are installed, so nobody is paged'],
    [
      'a PrometheusRule without labels',
      { prometheusRule: { enabled: true } },
      'The PrometheusRule has no labels of its own',
    ],
    [
      'a PrometheusRule',
      { prometheusRule: { enabled: true, namespace: 'a' } },
      'in a PrometheusRule of the namespace a\n',
    ],
    ['no runbooks', { vmRule: { enabled: true } }, 'they carry no link to their runbooks, which are in docs/runbooks'],
    ['a VMRule', { vmRule: { enabled: true } }, 'in a VMRule of the namespace monitoring'],
    [
      'both others',
      { vmRule: { enabled: true, namespace: 'a' }, prometheusRule: { configMap: { enabled: true, namespace: 'b' } } },
      'in a VMRule of the namespace a and a ConfigMap of the namespace b\n',
    ],
  ])('say of the alerts what is missing: %s', async (_, values, hint) => {
    expect(await notes(values)).toContain(hint);
  });

  test('ask for no labels and no runbooks where there are some', async () => {
    const additionalLabels = { release: 'prometheus' };
    const prometheusRule = { enabled: true, additionalLabels, runbookUrl: 'https://runbooks.example.com/%s' };

    expect(await notes({ prometheusRule })).not.toMatch(/no labels|nobody|no link/);
  });

  test('warn of a job that another release may have, too, until it has a name or a label', async () => {
    const warning = 'otherwise they remove each other';

    expect(await notes({})).toContain(warning);
    expect(await notes({ pushgateway: { url: URL, job: 'mine' } })).not.toContain(warning);
    expect(await notes({ pushgateway: { url: URL, groupingLabels: { cluster: 'a' } } })).not.toContain(warning);
  });

  test('name the image, and say what to do where none can be pulled by that name', async () => {
    const without = 'so no pod starts (ErrImagePull) unless your nodes have it';

    expect(await notes({})).toContain('Image: registry-integrity-probe:0.1.0\n');
    expect(await notes({})).toContain(without);
    for (const values of [
      { image: { registry: 'registry.example.com:5000' } },
      { global: { imageRegistry: 'mirror.example.com' } },
      { image: { repository: 'mirror.example.com/tools/probe' } },
    ]) {
      expect(await notes(values)).not.toContain(without);
    }
  });

  test('say that a ConfigMap of rules is read when Prometheus is told to', async () => {
    const told = 'SIGHUP, or POST /-/reload';

    expect(await notes({ prometheusRule: { configMap: { enabled: true } } })).toContain(told);
    expect(await notes({ prometheusRule: { enabled: true } })).not.toContain(told);
  });

  test('say what the volume of the Pushgateway needs', async () => {
    const own = { url: '', enabled: true };

    expect(await notes({ pushgateway: own })).toContain('needs a default StorageClass');
    expect(await notes({ pushgateway: { ...own, persistence: { storageClass: 'fast' } } })).toContain(
      'the StorageClass fast',
    );
    expect(await notes({ pushgateway: { ...own, persistence: { enabled: false } } })).not.toContain('StorageClass');
    expect(await notes({ pushgateway: { ...own, persistence: { existingClaim: 'a' } } })).not.toContain('StorageClass');
  });

  test('say how an uninstall ends while the Pushgateway is down', async () => {
    const told = 'what is left then is removed by `forget`';

    expect(await notes({})).toContain(told);
    expect(await notes({ pushgateway: { url: URL, cleanup: { onUninstall: false } } })).not.toContain(told);
    expect(await notes({ pushgateway: { url: '', enabled: true } })).not.toContain(told);
  });

  test('can be pasted at once: what waits for a pod asks again until there is a log', async () => {
    const text = await notes({});

    expect(text).toMatch(/^ {4}until kubectl .* logs .* do sleep 2; done$/m);
  });

  test('are short', async () => {
    const lines = (await notes({})).trim().split('\n');

    expect(lines.length).toBeLessThan(28);
    expect(lines.filter((line) => line.length > 160 && !line.includes('kubectl'))).toEqual([]);
  });
});
