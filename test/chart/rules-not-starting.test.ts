import { describe, expect, test } from 'vitest';

import { checkRules, type FiringAlert, type InputSeries, testRules } from '../support/promtool.ts';
import { alert, ruleTest } from './rules/case.ts';
import { CRONJOB, job, NOT_STARTING_CASES, pending } from './rules/cases/not-starting.ts';
import { RELEASE, rulesOf, rulesText, STORED, VALUES, withoutTexts, withRules } from './rules/installation.ts';

const NAME = 'RegistryIntegrityProbeNotStarting';
const RULES = withoutTexts(rulesOf(VALUES)).filter((rule) => rule.alert === NAME);
const WITHOUT = withRules({ kubeStateMetrics: false });
const PROD = alert('prod', 'warning');

describe('RegistryIntegrityProbeNotStarting', () => {
  test.each(NOT_STARTING_CASES)('$title', async (one) => {
    const { output, code } = await testRules(RULES, [ruleTest(one)]);

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
    const of = (cluster: string, known: readonly InputSeries[]) =>
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
