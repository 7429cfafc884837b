import { expect, test } from 'vitest';

import { type AlertRule, testRules } from '../support/promtool.ts';
import {
  alert,
  failing,
  fires,
  groups,
  groupLabels,
  type Labels,
  type RuleCase,
  ruleTest,
  strangers,
} from './rules/case.ts';
import { DEFAULTS, RELEASE, rulesOf, VALUES, withoutTexts, withRules } from './rules/installation.ts';
import { broken, complete, every15, gone, inaccessible, lost, refused, suspect } from './rules/runs.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';
const STALE = 'RegistryIntegrityProbeStale';
const CATALOG = 'RegistryCatalogInaccessible';
const SUSPECT = 'RegistryIntegritySuspect';
const REJECTED = 'RegistryIntegrityPushRejected';

const APP = { repository: 'team/app' };

interface Installation extends RuleCase {
  readonly rules: () => readonly AlertRule[];
}

/** The groups as they arrive without honor_labels: the job under another name, and the Pushgateway's in its place. */
const EXPORTED = groups({
  prod: every15(broken()),
  stage: every15(inaccessible()),
  big1: { 0: complete(), 15: refused() },
}).map(({ labels: { job = '', ...labels }, timeline }) => ({
  labels: { ...labels, exported_job: job, job: 'pushgateway', instance: '10.0.0.1:9091' },
  timeline,
}));

function exported(registry: string, severity: string, more: Labels = {}) {
  const { exp_labels } = alert(registry, severity, more);
  return { exp_labels: { ...exp_labels, exported_job: RELEASE } };
}

const UNUSED = 'RegistryManifestIntegrityFailureUnused';
const PARTIAL = 'RegistryManifestIntegrityFailurePartial';

/** How other installations than the usual one behave. */
const INSTALLATIONS: readonly Installation[] = [
  {
    title: 'with an alert for each registry, more damage is no new alert, and what has no series counts',
    rules: () => rulesOf({ ...VALUES, alerts: { failurePer: 'registry' } }),
    groups: groups({
      prod: { 0: broken(), 15: broken(lost(), lost({ repository: 'web/shop' })) },
      stage: { 0: complete({ families: { unnamed_failures: 2 } }) },
      big1: { 0: broken(lost({ used: 'no' }), lost({ repository: 'web/shop', affects: 'attestation' })) },
    }),
    expected: [
      ...fires(FAILURE, {
        5: [alert('prod', 'critical'), alert('stage', 'critical')],
        20: [alert('prod', 'critical'), alert('stage', 'critical')],
      }),
      ...fires(UNUSED, { 5: [alert('big', 'critical')] }),
      ...fires(PARTIAL, { 5: [] }),
    ],
  },
  {
    title: 'with an alert for each registry, what has no series may be used and would not pull',
    rules: () => rulesOf({ ...VALUES, alerts: { failurePer: 'registry' } }),
    groups: groups({
      prod: { 0: broken(lost({ used: 'no' }), { unnamed_failures: 1 }) },
      stage: { 0: broken(lost({ affects: 'attestation' }), { partial_unnamed_failures: 1 }) },
      big0: { 0: broken(lost({ affects: 'attestation' })) },
    }),
    expected: [
      ...fires(FAILURE, { 5: [alert('prod', 'critical'), alert('stage', 'critical')] }),
      ...fires(UNUSED, { 5: [] }),
      ...fires(PARTIAL, { 5: [alert('big', 'warning')] }),
    ],
  },
  {
    title: 'with an alert for each tag, the next broken tag is a new alert, and so is one more without a series',
    rules: () => rulesOf({ ...VALUES, alerts: { failurePer: 'tag' } }),
    groups: groups({
      prod: {
        0: broken(),
        15: broken(lost(), lost({ tag: 'v2' }), lost({ tag: 'v3', used: 'no' }), { tag_failures_truncated: 4 }),
      },
    }),
    expected: [
      ...fires(FAILURE, {
        5: [failing('prod', { tag: 'v1' })],
        20: [
          failing('prod', { tag: 'v1' }),
          failing('prod', { tag: 'v2' }),
          alert('prod', 'critical', { unnamed: '4' }),
        ],
      }),
      ...fires(UNUSED, { 20: [failing('prod', { tag: 'v3' })] }),
    ],
  },
  {
    title: 'without honor_labels and with `jobLabel: exported_job`, alerts are what they are with it',
    rules: () => rulesOf(withRules({ jobLabel: 'exported_job' })),
    groups: EXPORTED,
    expected: [
      ...fires(FAILURE, { 5: [exported('prod', 'critical', APP)] }),
      ...fires(CATALOG, { 20: [exported('stage', 'critical')] }),
      ...fires(REJECTED, { 20: [exported('big', 'warning')] }),
      ...fires(STALE, { 59: [] }),
    ],
  },
  {
    title: 'without honor_labels and without `jobLabel`, every registry is absent: nothing is silently green',
    rules: () => rulesOf(VALUES),
    groups: EXPORTED,
    expected: [
      ...fires(FAILURE, { 60: [] }),
      ...fires(STALE, {
        59: [],
        60: ['prod', 'stage', 'big'].map((name) => alert(name, 'warning', { cause: 'absent' })),
      }),
    ],
  },
  {
    title: 'two releases that watch registries of one name do not speak for one another',
    rules: () => [...rulesOf(VALUES), ...rulesOf(VALUES, 'registry-integrity-probe-b')],
    groups: [
      ...groups({ prod: every15(broken()) }),
      ...groups({ stage: every15(broken()) }).map(({ labels, timeline }) => ({
        labels: { ...labels, job: 'registry-integrity-probe-b' },
        timeline,
      })),
    ],
    expected: [
      ...fires(FAILURE, {
        5: [failing('prod'), { exp_labels: { ...failing('stage').exp_labels, job: 'registry-integrity-probe-b' } }],
      }),
      ...fires(STALE, { 90: [] }),
    ],
  },
  {
    title: 'two clusters with one job and one Pushgateway are told apart by their grouping label',
    rules: () => [
      ...rulesOf(VALUES),
      ...rulesOf({ ...VALUES, pushgateway: { ...VALUES.pushgateway, groupingLabels: { cluster: 'us-1' } } }),
    ],
    groups: [
      ...groups({ prod: every15(broken()) }),
      ...groups({ prod: every15(broken()), big1: {} }).map(({ labels, timeline }) => ({
        labels: { ...labels, cluster: 'us-1' },
        timeline,
      })),
    ],
    expected: [
      ...fires(FAILURE, { 5: [failing('prod'), failing('prod', { cluster: 'us-1' })] }),
      ...fires(STALE, { 60: [alert('big', 'warning', { cause: 'absent', cluster: 'us-1' })] }),
    ],
  },
  {
    title: 'without grouping labels alerts have those of the probe alone',
    rules: () => rulesOf({ ...VALUES, pushgateway: { url: 'http://pushgateway.example.com:9091' } }),
    groups: [{ labels: { job: RELEASE, registry: 'prod' }, timeline: { 0: broken() } }],
    expected: fires(FAILURE, {
      5: [{ exp_labels: { job: RELEASE, registry: 'prod', namespace: 'monitoring', severity: 'critical', ...APP } }],
    }),
  },
  {
    title: 'further matchers leave out what does not fit',
    rules: () => rulesOf(withRules({ additionalMatchers: 'zone="a"', additionalRuleLabels: { zone: 'a' } })),
    groups: ['a', 'b'].flatMap((zone) =>
      groups(zone === 'a' ? { stage: {} } : { prod: every15(broken()) }).map(({ labels, timeline }) => ({
        labels: { ...labels, zone },
        timeline,
      })),
    ),
    expected: [
      ...fires(FAILURE, { 60: [] }),
      ...fires(STALE, { 60: [alert('stage', 'warning', { cause: 'absent', zone: 'a' })] }),
    ],
  },
  {
    title: 'awkward names are found as they are',
    rules: () =>
      rulesOf({
        ...VALUES,
        pushgateway: { ...VALUES.pushgateway, job: 'a "b" \\ {{ c }}', groupingLabels: { cluster: '"{{" \\' } },
        prometheusRule: { jobLabel: 'exported_job' },
      }),
    groups: [
      { labels: { exported_job: 'a "b" \\ {{ c }}', registry: 'prod', cluster: '"{{" \\' }, timeline: { 0: broken() } },
    ],
    expected: fires(FAILURE, {
      5: [
        {
          exp_labels: {
            exported_job: 'a "b" \\ {{ c }}',
            job: 'a "b" \\ {{ c }}',
            registry: 'prod',
            cluster: '"{{" \\',
            namespace: 'monitoring',
            severity: 'critical',
            ...APP,
          },
        },
      ],
    }),
  },
  {
    title: 'an alert that is switched off is silent',
    rules: () => rulesOf(withRules({ rules: { [FAILURE]: { enabled: false } } })),
    groups: groups({ prod: { 0: broken() } }),
    expected: [
      ...fires(FAILURE, { 60: [] }),
      ...fires(STALE, { 90: [alert('prod', 'warning', { cause: 'overdue' })] }),
    ],
  },
  {
    title: 'a registry that was removed is silent from then on, whatever it left behind',
    rules: () => {
      const { stage: removed, ...registries } = VALUES.registries;
      return rulesOf({ ...VALUES, registries: { ...registries, stage: { ...removed, enabled: false } } });
    },
    groups: groups({ stage: { 0: broken(), 15: inaccessible(), 30: refused() } }),
    expected: [FAILURE, STALE, CATALOG, REJECTED].flatMap((name) => fires(name as typeof FAILURE, { 120: [] })),
  },
  {
    title: '`keepFiringFor` bridges the time until a Pushgateway that forgot everything is filled again',
    rules: () => rulesOf(withRules({ keepFiringFor: '20m' })),
    groups: groups({ prod: { 0: broken(), 16: gone(), 30: broken() } }),
    expected: fires(FAILURE, { 16: [failing('prod')], 30: [failing('prod')], 45: [failing('prod')] }),
  },
  {
    title: '`keepFiringFor` ends, too',
    rules: () => rulesOf(withRules({ keepFiringFor: '20m' })),
    groups: groups({ prod: { 0: broken(), 15: complete() } }),
    expected: fires(FAILURE, { 38: [failing('prod')], 41: [] }),
  },
  {
    title: 'a registry with a limit of its own is absent and overdue later than the others',
    rules: () => {
      const prod = { ...VALUES.registries.prod, staleAfterSeconds: 7200 };
      return rulesOf({ ...VALUES, registries: { ...VALUES.registries, prod } });
    },
    groups: groups({ prod: {}, stage: {}, big0: { 0: complete() } }),
    expected: fires(STALE, {
      60: [alert('stage', 'warning', { cause: 'absent' })],
      119: [alert('stage', 'warning', { cause: 'absent' }), alert('big', 'warning', { cause: 'overdue' })],
      120: [
        alert('prod', 'warning', { cause: 'absent' }),
        alert('stage', 'warning', { cause: 'absent' }),
        alert('big', 'warning', { cause: 'overdue' }),
      ],
    }),
  },
  {
    title: 'by default one bad run is no alert, although the next walk takes 13 minutes',
    rules: () => rulesOf(DEFAULTS),
    groups: groups({
      prod: { 0: inaccessible(), 28: complete() },
      stage: { 0: suspect(), 28: complete() },
      big1: { 0: inaccessible(), 28: complete() },
    }),
    expected: [CATALOG, SUSPECT].flatMap((name) =>
      fires(name as typeof CATALOG, { 20: [], 27: [], 28: [], 29: [], 60: [] }),
    ),
  },
  {
    title: 'by default two bad runs are an alert once the second has to be over',
    rules: () => rulesOf(DEFAULTS),
    groups: groups({ prod: { 0: inaccessible(), 28: inaccessible() }, stage: { 0: suspect(), 28: suspect() } }),
    expected: [
      ...fires(CATALOG, { 28: [], 29: [alert('prod', 'critical')], 40: [alert('prod', 'critical')] }),
      ...fires(SUSPECT, { 28: [], 29: [alert('stage', 'critical')], 40: [alert('stage', 'critical')] }),
    ],
  },
  {
    title: 'a registry that is suspended is not stale, and what was found in it stays an alert',
    rules: () => {
      const prod = { ...VALUES.registries.prod, suspend: true };
      return rulesOf({ ...VALUES, registries: { ...VALUES.registries, prod } });
    },
    groups: groups({ prod: { 0: broken() }, stage: { 0: complete() } }),
    expected: [
      ...fires(STALE, { 120: [alert('stage', 'warning', { cause: 'overdue' })] }),
      ...fires(FAILURE, { 120: [failing('prod')] }),
    ],
  },
  {
    title: 'a pull-through cache that is listed and never walked is healthy',
    rules: () => {
      const mirror = { url: 'https://mirror.example.com', kind: 'pull-through' };
      return rulesOf({ ...VALUES, registries: { ...VALUES.registries, mirror } });
    },
    groups: [
      ...groups(),
      { labels: groupLabels('mirror'), timeline: every15(complete({ families: { tags_checked: 0 } })) },
      ...strangers(every15(complete())),
    ],
    expected: [
      ...fires('RegistryIntegrityNothingChecked', { 90: [] }),
      ...fires(STALE, { 90: [] }),
      ...fires(FAILURE, { 90: [] }),
    ],
  },
];

test.each(INSTALLATIONS)('$title', async ({ rules, ...one }) => {
  const asked = new Set<string>(one.expected.map(({ alert: name }) => name));
  const { code, output } = await testRules(
    withoutTexts(rules()).filter(({ alert: name }) => asked.has(name)),
    [ruleTest(one)],
  );

  expect(output).toContain('SUCCESS');
  expect(code).toBe(0);
});
