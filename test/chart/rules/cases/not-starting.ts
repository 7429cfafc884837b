import type { InputSeries } from '../../../support/promtool.ts';
import { alert, fires, type RuleCase } from '../case.ts';

const NAME = 'RegistryIntegrityProbeNotStarting';
const PROD = alert('prod', 'warning');

/** The CronJob of `prod`. */
export const CRONJOB = 'registry-integrity-probe-prod';
const JOB = `${CRONJOB}-29512345`;

/** A metric of kube-state-metrics, which has a job of its own. */
function series(metric: string, labels: Readonly<Record<string, string>>, values: string): InputSeries {
  const all = Object.entries({ job: 'kube-state-metrics', namespace: 'monitoring', ...labels });
  return { series: `${metric}{${all.map(([key, value]) => `${key}="${value}"`).join(',')}}`, values };
}

/** A pod that is pending, or not, from minute to minute. */
export function pending(values: string, pod = `${JOB}-abcde`, namespace = 'monitoring'): InputSeries {
  return series('kube_pod_status_phase', { phase: 'Pending', pod, namespace }, values);
}

/** What is known of a Job: how many of its pods run, have succeeded and have failed. */
export function job(active: string, succeeded: string, failed: string, job_name = JOB): readonly InputSeries[] {
  return [
    series('kube_job_status_active', { job_name }, active),
    series('kube_job_status_succeeded', { job_name }, succeeded),
    series('kube_job_status_failed', { job_name }, failed),
  ];
}

const SCHEDULE = '*/15 * * * *';

/** A CronJob whose last Job was made then, and what else is known of it: for how long, its schedule, whether it sleeps. */
function cronJob(
  scheduled: string,
  { known = '1x2000', schedule = SCHEDULE, suspended = '0x2000', cronjob = CRONJOB } = {},
): readonly InputSeries[] {
  return [
    series('kube_cronjob_status_last_schedule_time', { cronjob }, scheduled),
    series('kube_cronjob_info', { cronjob, schedule }, known),
    series('kube_cronjob_spec_suspend', { cronjob }, suspended),
  ];
}

/** One that has made no Job yet. */
function neverScheduled(created: string): readonly InputSeries[] {
  return [
    series('kube_cronjob_created', { cronjob: CRONJOB }, created),
    series('kube_cronjob_info', { cronjob: CRONJOB, schedule: SCHEDULE }, created.replaceAll('0x', '1x')),
  ];
}

/** What kube-state-metrics says of the CronJob of `prod`, its Jobs and their pods, and when the alert fires for it. */
export const NOT_STARTING_CASES: readonly RuleCase[] = [
  {
    title: 'a pod that stays pending is heard after five minutes, until the deadline takes it away',
    groups: [],
    others: [pending('1x13 stale')],
    expected: fires(NAME, { 4: [], 5: [PROD], 13: [PROD], 18: [] }),
  },
  {
    title: 'a pod that starts within two minutes is nobody’s page',
    groups: [],
    others: [pending('1 1 0x30')],
    expected: fires(NAME, { 6: [] }),
  },
  {
    title: 'a pod that is done before the next scrape is nobody’s page either',
    groups: [],
    others: [pending('1 1 stale')],
    expected: fires(NAME, { 4: [], 5: [], 6: [] }),
  },
  {
    title: 'scrapes that fail do not begin its wait anew',
    groups: [],
    others: [pending('1 1 stale 1 stale _ 1x8')],
    expected: fires(NAME, { 4: [], 5: [PROD], 9: [PROD] }),
  },
  {
    title: 'a Job without any pod is heard',
    groups: [],
    others: job('0x20', '0x20', '0x20'),
    expected: fires(NAME, { 4: [], 5: [PROD] }),
  },
  {
    title: 'a Job that walks, or has walked, is not',
    groups: [],
    others: job('1x5 0x20', '0x5 1x20', '0x25'),
    expected: fires(NAME, { 25: [] }),
  },
  {
    title: 'a Job whose pod has failed is not',
    groups: [],
    others: job('0x20', '0x20', '1x20'),
    expected: fires(NAME, { 20: [] }),
  },
  {
    title: 'a Job that ended without a pod is kept for a day, and is not heard as long',
    groups: [],
    others: [
      ...job('0x40', '0x40', '0x40'),
      series('kube_job_failed', { job_name: JOB, condition: 'true' }, '0x13 1x27'),
    ],
    expected: fires(NAME, { 13: [PROD], 15: [], 40: [] }),
  },
  {
    title: 'no Job is heard when one has been due for five minutes, and five more',
    groups: [],
    others: cronJob('0x60'),
    expected: fires(NAME, { 25: [], 26: [PROD] }),
  },
  {
    title: 'no Job since the installation is heard likewise',
    groups: [],
    others: neverScheduled('0x60'),
    expected: fires(NAME, { 25: [], 26: [PROD] }),
  },
  {
    title: 'a CronJob that was made long ago is judged by its last Job',
    groups: [],
    others: [series('kube_cronjob_created', { cronjob: CRONJOB }, '0x60'), ...cronJob('0+60x60')],
    expected: fires(NAME, { 60: [] }),
  },
  {
    title: 'one that is suspended by hand makes no Job, and neither does it right after it was woken',
    groups: [],
    others: cronJob('0x180', { suspended: '1x99 0x80' }),
    expected: fires(NAME, { 99: [], 119: [], 125: [PROD] }),
  },
  {
    title: 'one that had another schedule is not late by the new one yet',
    groups: [],
    others: [
      ...cronJob('0x180', { known: '_x100 1x80' }),
      series('kube_cronjob_info', { cronjob: CRONJOB, schedule: '0 3 * * *' }, '1x99 stale'),
    ],
    expected: fires(NAME, { 110: [], 118: [], 126: [PROD] }),
  },
  {
    title: 'a cluster that was off for a night has time to make a Job',
    groups: [],
    others: cronJob('0x9 _x600 0x20 37800x20', { known: '1x9 _x600 1x40', suspended: '0x9 _x600 0x40' }),
    expected: fires(NAME, { 615: [], 622: [], 640: [] }),
  },
  {
    title: 'scrapes that fail neither end it nor begin its wait anew',
    groups: [],
    others: cronJob('0x21 stale 0x2 stale _ 0x40', { known: '1x21 stale 1x2 stale _ 1x40' }),
    expected: fires(NAME, { 25: [], 26: [PROD], 45: [PROD] }),
  },
  {
    title: 'pods of other namespaces, releases and registries are not the registry’s',
    groups: [],
    others: [
      pending('1x20', `${JOB}-abcde`, 'other'),
      pending('1x20', 'other-registry-integrity-probe-prod-29512345-abcde'),
      pending('1x20', `${CRONJOB}-1-29512345-abcde`),
      pending('1x20', `${CRONJOB}-test`),
    ],
    expected: fires(NAME, { 20: [] }),
  },
  {
    title: 'two of kube-state-metrics say nothing more than one',
    groups: [],
    others: [...job('1x20', '0x20', '0x20'), ...cronJob('0+60x60')].flatMap((one) =>
      ['a', 'b'].map((pod) => ({ ...one, series: one.series.replace('}', `,pod_of="${pod}"}`) })),
    ),
    expected: fires(NAME, { 30: [] }),
  },
  {
    title: 'a pod that runs is not pending',
    groups: [],
    others: [pending('1 0x20'), series('kube_pod_status_phase', { phase: 'Running', pod: `${JOB}-abcde` }, '0 1x20')],
    expected: fires(NAME, { 20: [] }),
  },
  {
    title: 'one shard of which the pod stays pending is heard, and so are two',
    groups: [],
    others: [
      pending('1x60', `${JOB}-0-abcde`),
      pending('0x19 1x40', `${JOB}-1-abcde`),
      pending('0x60', `${JOB}-2-abcde`),
    ],
    expected: fires(NAME, { 4: [], 5: [PROD], 40: [PROD] }),
  },
  {
    title: 'one Job without any pod is heard beside one that walks, and so are two',
    groups: [],
    others: [
      ...job('0x60', '0x60', '0x60'),
      ...job('1x60', '0x60', '0x60', `${CRONJOB}-29512330`),
      ...job('_x20 0x40', '_x20 0x40', '_x20 0x40', `${CRONJOB}-29512360`),
    ],
    expected: fires(NAME, { 4: [], 5: [PROD], 40: [PROD] }),
  },
  {
    title: 'a Job without any pod is heard beside one that has failed without one',
    groups: [],
    others: [
      ...job('0x20', '0x20', '0x20'),
      ...job('0x20', '0x20', '0x20', `${CRONJOB}-29512330`),
      series('kube_job_failed', { job_name: `${CRONJOB}-29512330`, condition: 'true' }, '1x20'),
      series('kube_job_failed', { job_name: JOB, condition: 'false' }, '1x20'),
    ],
    expected: fires(NAME, { 4: [], 5: [PROD] }),
  },
  {
    title: 'scrapes that fail do not begin the wait for a pod of a Job anew',
    groups: [],
    others: job('0x1 stale 0 stale _ 0x9', '0x1 stale 0 stale _ 0x9', '0x1 stale 0 stale _ 0x9'),
    expected: fires(NAME, { 4: [], 5: [PROD], 9: [PROD] }),
  },
  {
    title: 'scrapes that fail do not begin the wait for a first Job anew',
    groups: [],
    others: neverScheduled('0x21 stale 0x2 stale _ 0x40'),
    expected: fires(NAME, { 25: [], 26: [PROD], 45: [PROD] }),
  },
  {
    title: 'a Job is late when it is later than it may be by a second',
    groups: [],
    others: cronJob('59x60'),
    expected: fires(NAME, { 25: [], 26: [PROD] }),
  },
  {
    title: 'two of kube-state-metrics are late no later than one',
    groups: [],
    others: cronJob('600x60').flatMap((one) =>
      ['a', 'b'].map((pod) => ({ ...one, series: one.series.replace('}', `,pod_of="${pod}"}`) })),
    ),
    expected: fires(NAME, { 35: [], 36: [PROD] }),
  },
  {
    title: 'what other CronJobs of the namespace do, and that they sleep, says nothing of it',
    groups: [],
    others: [
      ...cronJob('0x60'),
      ...cronJob('0+60x60', { suspended: '1x60', cronjob: `${CRONJOB}-storage` }),
      series('kube_cronjob_created', { cronjob: 'new' }, '1200x60'),
    ],
    expected: fires(NAME, { 25: [], 26: [PROD] }),
  },
  {
    title: 'that another one has had this schedule for long does not make it late',
    groups: [],
    others: [...cronJob('0x180', { known: '_x100 1x80' }), ...cronJob('0+60x180', { cronjob: 'other' })],
    expected: fires(NAME, { 110: [], 118: [], 126: [PROD] }),
  },
  { title: 'without kube-state-metrics nothing is said', groups: [], expected: fires(NAME, { 60: [] }) },
];
