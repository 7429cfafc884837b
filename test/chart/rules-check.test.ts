import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';

import { METRICS } from '../../src/metrics/definitions.ts';
import { STORAGE_METRICS } from '../../src/metrics/storage-definitions.ts';
import { type KubernetesObject, render, templateText, type Values } from '../support/chart.ts';
import { checkRules } from '../support/promtool.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { toolPath } from '../support/tools/tools.ts';
import { RUNBOOK_URL } from './rules/cases/text.ts';
import { DEFAULTS, rulesOf, rulesText, PROMISED, STORED, VALUES, withRules } from './rules/installation.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** One feature of the rules each, and all of them at once. */
const INSTALLATIONS: readonly { readonly title: string; readonly values: Values }[] = [
  { title: 'the defaults', values: withRules({ runbookUrl: RUNBOOK_URL }) },
  {
    title: 'a severity by use',
    values: withRules({
      runbookUrl: RUNBOOK_URL,
      rules: { RegistryManifestIntegrityFailureUnused: { severity: 'warning' } },
    }),
  },
  ...['registry', 'tag'].map((failurePer) => ({
    title: `an alert for each ${failurePer}`,
    values: { ...withRules({ runbookUrl: RUNBOOK_URL }), alerts: { failurePer } },
  })),
  {
    title: 'a Pushgateway without honor_labels',
    values: {
      ...withRules({ runbookUrl: RUNBOOK_URL, jobLabel: 'exported_job' }),
      registries: STORED.registries,
    },
  },
  {
    title: 'everything at once, with awkward names',
    values: {
      ...VALUES,
      registries: {
        ...VALUES.registries,
        mirror: {
          url: 'https://mirror.example.com',
          kind: 'pull-through',
          staleAfterSeconds: 1_209_600,
          storage: { existingClaim: 'mirror' },
        },
      },
      pushgateway: { ...VALUES.pushgateway, job: 'a "b" \\ {{ c }}', groupingLabels: { cluster: '"{{" \\' } },
      prometheusRule: {
        runbookUrl: RUNBOOK_URL,
        keepFiringFor: '20m',
        additionalMatchers: 'zone=~"a|b", tier!="{{"',
        additionalRuleLabels: { team: 'registry' },
        additionalRuleAnnotations: { seen: '{{ $labels.registry }}' },
        rules: { RegistryManifestIntegrityFailure: { severityUnused: 'warning' } },
      },
    },
  },
];

describe.each(INSTALLATIONS)('the rules with $title', ({ values }) => {
  test('are taken by promtool, with all of its lints', async () => {
    const { code, output } = await checkRules(rulesText(values));

    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  test('are without a word from pint', async () => {
    const file = join(await temporaryFolder(), 'rules.yaml');
    await writeFile(file, rulesText(values));

    const { code, output } = pint(file);

    expect(output).not.toMatch(/Fatal|Bug|Warning|Information/);
    expect(code).toBe(0);
  });

  test('name a registry in every alert, and only metrics that there are', () => {
    const known = new Set<string>([
      ...[...METRICS, ...STORAGE_METRICS].map(({ name }) => name),
      'push_time_seconds',
      'push_failure_time_seconds',
    ]);

    for (const rule of rulesOf(values)) {
      const text = `${rule.expr}\n${rule.annotations['description']}`;
      const metrics = text.match(/(?<![a-z_"])(?:registry_integrity|push)_[a-z_]+/g) ?? [];

      expect(rule.labels['registry']).toMatch(/^[a-z]+$/);
      expect(metrics.filter((name) => !known.has(name))).toEqual([]);
    }
  });
});

test('pint sees an alert without a runbook', async () => {
  const file = join(await temporaryFolder(), 'rules.yaml');
  await writeFile(file, rulesText(VALUES));

  const { code, output } = pint(file);

  expect(output).toContain('`runbook_url` annotation is required');
  expect(code).toBe(1);
});

test('every alert has a runbook under its own name', () => {
  const names = [...new Set([...rulesOf(PROMISED), ...rulesOf(STORED)].map(({ alert }) => alert))];

  expect(names.toSorted()).toEqual([
    'RegistryCatalogInaccessible',
    'RegistryIntegrityCoverageDropped',
    'RegistryIntegrityCoverageOverdue',
    'RegistryIntegrityNothingChecked',
    'RegistryIntegrityProbeNotStarting',
    'RegistryIntegrityProbeStale',
    'RegistryIntegrityPushRejected',
    'RegistryIntegritySuspect',
    'RegistryManifestIntegrityFailure',
    'RegistryManifestIntegrityFailurePartial',
    'RegistryManifestIntegrityFailureUnused',
    'RegistryStorageIntegrityFailure',
    'RegistryStorageScanStale',
  ]);
  for (const name of names) {
    const file = join(ROOT, 'docs', 'runbooks', `${name}.md`);

    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`^# ${name}\n`));
  }
});

test('the runbooks start Jobs under the names that the alerts give them, and show whose line of a log is whose', () => {
  const folder = join(ROOT, 'docs', 'runbooks');
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  const names = new Set(lines.filter((line) => line.startsWith('$ job=')));
  const logs = lines.filter((line) => / logs .*--selector /.test(line));

  expect([...names]).toEqual(['$ job=$cronjob-$(date +%s)']);
  expect(logs.length).toBeGreaterThan(0);
  expect(logs.filter((line) => !line.endsWith(' --tail=-1 --prefix'))).toEqual([]);
});

test('the page of the alerts lists every alert with its patience and its severity', () => {
  const page = readFileSync(join(ROOT, 'docs', 'alerts.md'), 'utf8');

  const { big: _, ...registries } = STORED.registries;
  for (const { alert, for: patience = '', labels } of rulesOf({ ...DEFAULTS, registries })) {
    const own = ['absent', 'lost'].includes(labels['cause'] ?? '') ? '' : `[${alert}](runbooks/${alert}.md)`;
    const computed = patience.endsWith('s') ? `period + deadline (${patience})` : patience;
    const limit = alert.startsWith('RegistryStorage') ? '`storage.staleAfterSeconds`' : '`staleAfterSeconds`';
    const wait = labels['cause'] === 'absent' ? limit : computed;
    const rows = page
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells[1] === own && cells[3] === wait && cells[4] === labels['severity']);

    expect({ alert, rows: rows.length }).toEqual({ alert, rows: 1 });
  }
});

describe('the objects that hold the rules', () => {
  const all: Values = {
    ...VALUES,
    commonLabels: { tier: 'ops' },
    prometheusRule: {
      enabled: true,
      namespace: 'observability',
      additionalLabels: { release: 'kube-prometheus-stack' },
      additionalAnnotations: { note: 'for the operator' },
      configMap: {
        enabled: true,
        namespace: 'prometheus',
        additionalLabels: { rules: 'prometheus' },
        additionalAnnotations: { 'k8s-sidecar-target-directory': '/etc/rules' },
      },
    },
    vmRule: {
      enabled: true,
      namespace: 'victoria',
      additionalLabels: { vm: 'main' },
      additionalAnnotations: { a: 'b' },
    },
  };

  test('are there when they are asked for, and hold the same groups', () => {
    const objects = render(all, { release: 'probe' });
    const ofProd = ({ metadata }: KubernetesObject) => metadata.name === 'probe-registry-integrity-probe-prod';
    const prometheusRule = objects.filter(({ kind }) => kind === 'PrometheusRule').find(ofProd);
    const vmRule = objects.filter(({ kind }) => kind === 'VMRule').find(ofProd);
    const configMap = objects.find(({ metadata }) => metadata.name === 'probe-registry-integrity-probe-rules');

    expect(prometheusRule).toMatchObject({
      apiVersion: 'monitoring.coreos.com/v1',
      metadata: {
        name: 'probe-registry-integrity-probe-prod',
        namespace: 'observability',
        labels: { release: 'kube-prometheus-stack', tier: 'ops', 'app.kubernetes.io/instance': 'probe' },
        annotations: { note: 'for the operator' },
      },
    });
    expect(vmRule).toMatchObject({
      apiVersion: 'operator.victoriametrics.com/v1beta1',
      metadata: { namespace: 'victoria', labels: { vm: 'main' }, annotations: { a: 'b' } },
      spec: prometheusRule?.['spec'],
    });
    expect(configMap).toMatchObject({
      kind: 'ConfigMap',
      metadata: {
        namespace: 'prometheus',
        labels: { rules: 'prometheus' },
        annotations: { 'k8s-sidecar-target-directory': '/etc/rules' },
      },
    });
    const data = configMap?.['data'] as Readonly<Record<string, string>>;
    expect(Object.keys(data)).toEqual(['big.rules.yaml', 'prod.rules.yaml', 'stage.rules.yaml']);
    expect(parse(data['prod.rules.yaml'] ?? '')).toEqual(prometheusRule?.['spec']);
  });

  test('are not there when nobody asks', () => {
    const kinds = render(VALUES).map(({ kind, metadata }) => `${kind} ${metadata.name}`);

    expect(kinds.filter((name) => /^PrometheusRule|^VMRule|-rules$/.test(name))).toEqual([]);
  });

  test('stand in the release’s namespace where no other is named', () => {
    const values = {
      ...VALUES,
      prometheusRule: { enabled: true, configMap: { enabled: true } },
      vmRule: { enabled: true },
    };
    const objects = render(values, { namespace: 'monitoring' });
    const ours = objects.filter(({ kind, metadata }) => kind.endsWith('Rule') || metadata.name.endsWith('-rules'));

    expect(ours).toHaveLength(7);
    expect(new Set(ours.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['monitoring']));
  });

  test('give a file for Prometheus by `helm template`', async () => {
    const args = ['--set', 'prometheusRule.enabled=true', '--show-only', 'templates/prometheusrule.yaml'];
    const objects = parseAllDocuments(templateText(VALUES, { args })).map(
      (one) => one.toJS() as { readonly spec: unknown },
    );

    const checked = await Promise.all(objects.map(({ spec }) => checkRules(stringify(spec))));

    expect(checked.map(({ code }) => code)).toEqual([0, 0, 0]);
  });
});

/** Whatever pint has to say is a failure. */
function pint(file: string): { readonly code: number | null; readonly output: string } {
  const config = join(import.meta.dirname, 'rules', 'pint.hcl');
  const args = ['--offline', '--no-color', '--config', config, 'lint', '--min-severity=info', '--fail-on=info'];
  const { status, stdout, stderr } = spawnSync(toolPath('pint'), [...args, file], { encoding: 'utf8' });
  return { code: status, output: `${stdout}${stderr}` };
}
