import { describe, expect, test } from 'vitest';

import { checkRules, type FiringAlert, testRules } from '../support/promtool.ts';
import { alert } from './rules/case.ts';
import { RELEASE, rulesOf, rulesText, STORED, VALUES, withoutTexts, withRules } from './rules/installation.ts';

const NAME = 'RegistryIntegrityProbeNotStarting';
const RULES = withoutTexts(rulesOf(VALUES)).filter((rule) => rule.alert === NAME);
const WITHOUT = withRules({ kubeStateMetrics: false });
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

const SCHEDULE = '*/15 * * * *';

/** A CronJob whose last Job was made then, and what else is known of it: for how long, its schedule, whether it sleeps. */
function cronJob(scheduled: string, { known = '1x2000', schedule = SCHEDULE, suspended = '0x2000' } = {}) {
  return [
    series('kube_cronjob_status_last_schedule_time', { cronjob: CRONJOB }, scheduled),
    series('kube_cronjob_info', { cronjob: CRONJOB, schedule }, known),
    series('kube_cronjob_spec_suspend', { cronjob: CRONJOB }, suspended),
  ];
}

/** One that has made no Job yet. */
function neverScheduled(created: string) {
  return [
    series('kube_cronjob_created', { cronjob: CRONJOB }, created),
    series('kube_cronjob_info', { cronjob: CRONJOB, schedule: SCHEDULE }, created.replace('0x', '1x')),
  ];
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
    known: cronJob('0x60'),
    firing: { '25m': [], '26m': [PROD] },
  },
  {
    title: 'no Job since the installation is heard likewise',
    known: neverScheduled('0x60'),
    firing: { '25m': [], '26m': [PROD] },
  },
  {
    title: 'a CronJob that was made long ago is judged by its last Job',
    known: [series('kube_cronjob_created', { cronjob: CRONJOB }, '0x60'), ...cronJob('0+60x60')],
    firing: { '60m': [] },
  },
  {
    title: 'one that is suspended by hand makes no Job, and neither does it right after it was woken',
    known: cronJob('0x180', { suspended: '1x99 0x80' }),
    firing: { '99m': [], '119m': [], '125m': [PROD] },
  },
  {
    title: 'one that had another schedule is not late by the new one yet',
    known: [
      ...cronJob('0x180', { known: '_x100 1x80' }),
      series('kube_cronjob_info', { cronjob: CRONJOB, schedule: '0 3 * * *' }, '1x99 stale'),
    ],
    firing: { '110m': [], '118m': [], '126m': [PROD] },
  },
  {
    title: 'a cluster that was off for a night has time to make a Job',
    known: cronJob('0x9 _x600 0x20 37800x20', { known: '1x9 _x600 1x40', suspended: '0x9 _x600 0x40' }),
    firing: { '615m': [], '622m': [], '640m': [] },
  },
  {
    title: 'scrapes that fail neither end it nor begin its wait anew',
    known: cronJob('0x21 _ 0x2 _x2 0x40', { known: '1x21 _ 1x2 _x2 1x40' }),
    firing: { '25m': [], '26m': [PROD], '45m': [PROD] },
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
  {
    title: 'two of kube-state-metrics say nothing more than one',
    known: [...job('1x20', '0x20', '0x20'), ...cronJob('0+60x60')].flatMap((one) =>
      ['a', 'b'].map((pod) => ({ ...one, series: one.series.replace('}', `,pod_of="${pod}"}`) })),
    ),
    firing: { '30m': [] },
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
    const { output } = await checkRules(rulesText(STORED));
    const rule = rulesOf(VALUES).find(({ alert: name, labels }) => name === NAME && labels['registry'] === 'prod');

    expect(output).toContain('SUCCESS');
    expect(rule?.annotations['description']).toContain('kubectl -n monitoring get cronjob,job,pod -l ');
    expect(rule?.labels).toMatchObject({ registry: 'prod', namespace: 'monitoring' });
  });

  test('hears only its own of two clusters in one Prometheus, by the matcher of the values', async () => {
    const both = withRules({ additionalMatchers: 'cluster="eu-1"' });
    const rules = withoutTexts(rulesOf(both)).filter((rule) => rule.alert === NAME);
    const of = (cluster: string, known: readonly ReturnType<typeof series>[]) =>
      known.map((one) => ({ ...one, series: one.series.replace('}', `,cluster="${cluster}"}`) }));
    const heard = async (broken: string, sound: string, exp_alerts: readonly FiringAlert[]): Promise<string> => {
      const known = [...of(broken, job('0x20', '0x20', '0x20')), ...of(sound, job('1x20', '0x20', '0x20'))];
      const alert_rule_test = [{ eval_time: '10m', alertname: NAME, exp_alerts }];
      return (await testRules(rules, [{ name: broken, interval: '1m', input_series: known, alert_rule_test }])).output;
    };

    expect(await heard('eu-1', 'us-1', [PROD])).toContain('SUCCESS');
    expect(await heard('us-1', 'eu-1', [])).toContain('SUCCESS');
  });

  test('is not there for a registry that is suspended, nor where kube-state-metrics is not', () => {
    const suspended = { ...VALUES, cronJob: { suspend: true } };

    expect(RULES).toHaveLength(3);
    expect(rulesOf(suspended).filter((rule) => rule.alert === NAME)).toEqual([]);
    expect(rulesOf(WITHOUT).filter((rule) => rule.alert === NAME)).toEqual([]);
  });

  test('is there for a scan of files too, whose volume may not be mounted, and not for one that is suspended', async () => {
    const rules = withoutTexts(rulesOf(STORED)).filter((rule) => rule.alert === NAME);
    const scan = alert('prod', 'warning', { job: `${RELEASE}-storage` });

    const { output } = await testRules(rules, [
      {
        name: 'a scan',
        interval: '1m',
        input_series: [pending('1x20', `${CRONJOB}-storage-29512345-abcde`)],
        alert_rule_test: [{ eval_time: '6m', alertname: NAME, exp_alerts: [scan] }],
      },
    ]);

    expect(output).toContain('SUCCESS');
    expect(rules.map(({ labels }) => `${labels['job'] ?? RELEASE} ${labels['registry']}`).toSorted()).toEqual([
      'registry-integrity-probe big',
      'registry-integrity-probe prod',
      'registry-integrity-probe stage',
      'registry-integrity-probe-storage prod',
    ]);
  });

  test('waits an hour more where times are hours apart: once a year clocks are put back', () => {
    const late = (values: object): readonly string[] =>
      rulesOf({ ...VALUES, ...values })
        .filter((rule) => rule.alert === NAME)
        .map(({ expr }) => /> ([0-9]+)$/m.exec(expr)?.[1] ?? '');

    const nightly = { cronJob: { schedule: '0 3 * * *', timeZone: 'Europe/Berlin' }, staleAfterSeconds: 180_000 };
    const hourly = { cronJob: { schedule: '0 * * * *' }, staleAfterSeconds: 8000 };
    expect(new Set(late({}))).toEqual(new Set(['1200']));
    expect(new Set(late(hourly))).toEqual(new Set(['3900']));
    expect(new Set(late(nightly))).toEqual(new Set([String(86_400 + 300 + 3600)]));
  });
});
