import { describe, expect, test } from 'vitest';

import { checkRules, type FiringAlert, testRules } from '../support/promtool.ts';
import { alert } from './rules/case.ts';
import { rulesOf, rulesText, VALUES, withoutTexts, withRules } from './rules/installation.ts';

const NAME = 'RegistryIntegrityProbeNotStarting';
const WITH = withRules({ kubeStateMetrics: true });
const RULES = withoutTexts(rulesOf(WITH)).filter((rule) => rule.alert === NAME);
const PROD = alert('prod', 'warning');

const CRONJOB = 'registry-integrity-probe-prod';
const JOB = `${CRONJOB}-29512345`;

/** A metric of kube-state-metrics, which has a job of its own. */
function series(metric: string, labels: Readonly<Record<string, string>>, values: string) {
  const all = Object.entries({ job: 'kube-state-metrics', namespace: 'monitoring', ...labels });
  return { series: `${metric}{${all.map(([key, value]) => `${key}="${value}"`).join(',')}}`, values };
}

function pending(values: string, pod = `${JOB}-abcde`, namespace = 'monitoring') {
  return series('kube_pod_status_phase', { phase: 'Pending', pod, namespace }, values);
}

/** What is known of a Job: how many of its pods run, have succeeded and have failed. */
function job(active: string, succeeded: string, failed: string) {
  return [
    series('kube_job_status_active', { job_name: JOB }, active),
    series('kube_job_status_succeeded', { job_name: JOB }, succeeded),
    series('kube_job_status_failed', { job_name: JOB }, failed),
  ];
}

function scheduled(values: string) {
  return series('kube_cronjob_status_last_schedule_time', { cronjob: CRONJOB }, values);
}

interface Case {
  readonly title: string;
  readonly known: readonly ReturnType<typeof series>[];
  readonly firing: Readonly<Record<string, readonly FiringAlert[]>>;
}

const CASES: readonly Case[] = [
  {
    title: 'a pod that stays pending is heard after five minutes, until the deadline takes it away',
    known: [pending('1x13 stale')],
    firing: { '4m': [], '5m': [PROD], '13m': [PROD], '18m': [] },
  },
  {
    title: 'a pod that starts within two minutes is nobody’s page',
    known: [pending('1 1 0x30')],
    firing: { '6m': [] },
  },
  {
    title: 'a pod that is done before the next scrape is nobody’s page either',
    known: [pending('1 1 stale')],
    firing: { '4m': [], '5m': [], '6m': [] },
  },
  {
    title: 'scrapes that fail do not begin its wait anew',
    known: [pending('1 1 _ 1 _ _ 1x8')],
    firing: { '4m': [], '5m': [PROD], '9m': [PROD] },
  },
  {
    title: 'a Job without any pod is heard',
    known: job('0x20', '0x20', '0x20'),
    firing: { '4m': [], '5m': [PROD] },
  },
  {
    title: 'a Job that walks, or has walked, is not',
    known: job('1x5 0x20', '0x5 1x20', '0x25'),
    firing: { '25m': [] },
  },
  { title: 'a Job whose pod has failed is not', known: job('0x20', '0x20', '1x20'), firing: { '20m': [] } },
  {
    title: 'a Job that ended without a pod is kept for a day, and is not heard as long',
    known: [
      ...job('0x40', '0x40', '0x40'),
      series('kube_job_failed', { job_name: JOB, condition: 'true' }, '0x13 1x27'),
    ],
    firing: { '13m': [PROD], '15m': [], '40m': [] },
  },
  {
    title: 'no Job is heard when one has been due for five minutes, and five more',
    known: [scheduled('0x60')],
    firing: { '25m': [], '26m': [PROD] },
  },
  {
    title: 'no Job since the installation is heard likewise',
    known: [series('kube_cronjob_created', { cronjob: CRONJOB }, '0x60')],
    firing: { '25m': [], '26m': [PROD] },
  },
  {
    title: 'a CronJob that was made long ago is judged by its last Job',
    known: [series('kube_cronjob_created', { cronjob: CRONJOB }, '0x60'), scheduled('0+60x60')],
    firing: { '60m': [] },
  },
  {
    title: 'pods of other namespaces, releases and registries are not the registry’s',
    known: [
      pending('1x20', `${JOB}-abcde`, 'other'),
      pending('1x20', 'other-registry-integrity-probe-prod-29512345-abcde'),
      pending('1x20', `${CRONJOB}-1-29512345-abcde`),
      pending('1x20', `${CRONJOB}-test`),
    ],
    firing: { '20m': [] },
  },
  { title: 'without kube-state-metrics nothing is said', known: [], firing: { '60m': [] } },
];

describe('RegistryIntegrityProbeNotStarting', () => {
  test.each(CASES)('$title', async ({ title, known, firing }) => {
    const alerts = Object.entries(firing).map(([minute, exp_alerts]) => ({
      eval_time: minute,
      alertname: NAME,
      exp_alerts,
    }));

    const { output, code } = await testRules(RULES, [
      { name: title, interval: '1m', input_series: known, alert_rule_test: alerts },
    ]);

    expect(output).toContain('SUCCESS');
    expect(code).toBe(0);
  });

  test('is taken by promtool with all of its lints, and says where to look', async () => {
    const { output } = await checkRules(rulesText(WITH));
    const rule = rulesOf(WITH).find(({ alert: name, labels }) => name === NAME && labels['registry'] === 'prod');

    expect(output).toContain('SUCCESS');
    expect(rule?.annotations['description']).toContain('kubectl -n monitoring get cronjob,job,pod -l ');
    expect(rule?.labels).toMatchObject({ job: 'registry-integrity-probe', registry: 'prod', namespace: 'monitoring' });
  });

  test('is not there for a registry that is suspended, nor where kube-state-metrics is not', () => {
    const suspended = { ...WITH, cronJob: { suspend: true } };

    expect(RULES).toHaveLength(3);
    expect(rulesOf(suspended).filter((rule) => rule.alert === NAME)).toEqual([]);
    expect(rulesOf(VALUES).filter((rule) => rule.alert === NAME)).toEqual([]);
  });
});
