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
    expect(text).toContain(`kubectl --namespace monitoring create job --from=cronjob/${name} ${name}-now\n`);
    expect(text).toContain(`kubectl --namespace monitoring get configmap ${name}-report --output yaml\n`);
    expect(text).toContain('prod: https://registry.example.com, at */15 * * * *\n');
    expect(text).toContain('big: https://big.example.com, suspended, divided among 4 pods\n');
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

    expect(await notes({})).toContain('prometheusRule.jobLabel=exported_job, or the alerts stay silent');
    expect(await notes({ prometheusRule: { jobLabel: 'exported_job' } })).not.toContain('stay silent');
    expect(await notes({ pushgateway: own })).not.toContain('honor');
    expect(await notes({ pushgateway: { enabled: true, url: '' } })).toContain(
      'pushgateway.serviceMonitor.enabled=true',
    );
  });

  test.each<readonly [string, Values, string]>([
    ['none', {}, 'none are installed, so nobody is paged'],
    ['a PrometheusRule without labels', { prometheusRule: { enabled: true } }, 'It has no labels of its own'],
    ['a VMRule', { vmRule: { enabled: true } }, 'in a VMRule of the namespace monitoring'],
    [
      'both others',
      { vmRule: { enabled: true }, prometheusRule: { configMap: { enabled: true } } },
      'in a VMRule and a ConfigMap',
    ],
  ])('say of the alerts what is missing: %s', async (_, values, hint) => {
    expect(await notes(values)).toContain(hint);
  });

  test('ask for no labels where there are some', async () => {
    const prometheusRule = { enabled: true, additionalLabels: { release: 'prometheus' } };

    expect(await notes({ prometheusRule })).not.toMatch(/no labels|nobody/);
  });

  test('warn of a job that another release may have, too, until it has a name or a label', async () => {
    const warning = 'otherwise they remove each other';

    expect(await notes({})).toContain(warning);
    expect(await notes({ pushgateway: { url: URL, job: 'mine' } })).not.toContain(warning);
    expect(await notes({ pushgateway: { url: URL, groupingLabels: { cluster: 'a' } } })).not.toContain(warning);
  });

  test('are short', async () => {
    const lines = (await notes({})).trim().split('\n');

    expect(lines.length).toBeLessThan(20);
    expect(lines.filter((line) => line.length > 160)).toEqual([]);
  });
});
