import { describe, expect, test } from 'vitest';

import { render } from '../support/chart.ts';
import type { AlertRule } from '../support/promtool.ts';
import { DEFAULTS, groupsOf, rulesOf, VALUES, withRules } from './rules/installation.ts';

const FAILURE = 'RegistryManifestIntegrityFailure';
const UNUSED = 'RegistryManifestIntegrityFailureUnused';
const STALE = 'RegistryIntegrityProbeStale';
const NOTHING = 'RegistryIntegrityNothingChecked';
const CATALOG = 'RegistryCatalogInaccessible';
const SUSPECT = 'RegistryIntegritySuspect';
/** Asks kube-state-metrics, which knows no registry. */
const NOT_STARTING = 'RegistryIntegrityProbeNotStarting';

const URL = 'https://registry.example.com';
const ONE = { ...VALUES, registries: { prod: { url: URL } }, pushgateway: { url: 'http://pushgateway.example.com' } };

/** The only rule of an alert for a registry; `cause` where the alert has two. */
function rule(rules: readonly AlertRule[], alert: string, registry = 'prod', cause?: string): AlertRule | undefined {
  return rules.find(
    ({ alert: name, labels }) => name === alert && labels['registry'] === registry && labels['cause'] === cause,
  );
}

function registriesOf(rules: readonly AlertRule[], alert: string): readonly string[] {
  return rules.filter(({ alert: name }) => name === alert).map(({ labels }) => labels['registry'] ?? '');
}

describe('registries', () => {
  test('only those that are installed have rules', () => {
    const registries = { prod: { url: URL }, off: { enabled: false, url: URL }, stage: { enabled: true, url: URL } };

    expect(registriesOf(rulesOf({ ...ONE, registries }), FAILURE)).toEqual(['prod', 'stage']);
  });

  test('a registry is meant exactly, without shards or with each of its shards', () => {
    const rules = rulesOf({ ...ONE, registries: { prod: { url: URL }, big: { url: URL, shards: 3 } } });

    expect(rule(rules, STALE, 'prod', 'absent')?.expr).toBe(
      'absent_over_time(registry_integrity_last_success_timestamp_seconds{job="registry-integrity-probe",registry="prod",shard=""}[5m])',
    );
    const own = rules.filter(({ alert, labels: { registry } }) => registry === 'prod' && alert !== NOT_STARTING);
    for (const { expr, labels } of own) {
      const selectors = expr.match(/\{[^}]*\}/g) ?? [];
      expect({ labels, without: selectors.filter((one) => !one.includes('registry="prod",shard=""')) }).toEqual({
        labels,
        without: [],
      });
    }
    expect(rule(rules, STALE, 'big', 'overdue')?.expr).toContain('registry="big",shard=~"0|1|2"}');
    expect(rule(rules, STALE, 'big', 'absent')?.expr).toMatch(/^3 - sum by .* > 0\nor 3 \* absent_over_time\(/);
  });

  test('each has a limit of its own for the age of its last walk, however long', () => {
    const registries = { prod: { url: URL, staleAfterSeconds: 1_209_600 }, stage: { url: URL } };
    const rules = rulesOf({ ...ONE, registries, staleAfterSeconds: 5400 });

    expect(rule(rules, STALE, 'prod', 'overdue')?.expr).toMatch(/ > 1209600$/);
    expect(rule(rules, STALE, 'prod', 'absent')?.for).toBe('1209600s');
    expect(rule(rules, 'RegistryCatalogInaccessible')?.expr).toContain(' < 1209600\n');
    expect(rule(rules, STALE, 'stage', 'overdue')?.expr).toMatch(/ > 5400$/);
    expect(rule(rules, STALE, 'stage', 'absent')?.for).toBe('5400s');
    expect(rule(rules, 'RegistryIntegritySuspect', 'stage')?.expr).toContain(' < 5400\n');
  });

  test.each([
    { title: 'a run every 15 minutes', common: {}, own: {}, wait: '1740s' },
    {
      title: 'one every hour, on its own',
      common: {},
      own: { schedule: '17 * * * *', staleAfterSeconds: 7200 },
      wait: '4440s',
    },
    {
      title: 'one every hour but for the night, with a deadline of its own',
      common: {},
      own: { schedule: '0 8-18 * * *', staleAfterSeconds: 108_000, activeDeadlineSeconds: 1800 },
      wait: '52200s',
    },
    {
      title: 'one every day, for all registries',
      common: { cronJob: { schedule: '@daily' }, job: { activeDeadlineSeconds: 3600 }, staleAfterSeconds: 172_800 },
      own: {},
      wait: '90000s',
    },
    {
      title: 'one every month, by its `periodSeconds`',
      common: {},
      own: { schedule: '@monthly', periodSeconds: 2_678_400, staleAfterSeconds: 5_356_800 },
      wait: '2679240s',
    },
  ])('with $title, what the last run said stands until the next one has to be over', ({ common, own, wait }) => {
    const registries = { prod: { url: URL, ...own } };
    const rules = rulesOf({ ...DEFAULTS, ...common, registries });

    expect(rule(rules, CATALOG)?.for).toBe(wait);
    expect(rule(rules, SUSPECT)?.for).toBe(wait);
    expect(rule(rules, FAILURE)?.for).toBe('5m');
    expect(Number(wait.slice(0, -1))).toBeLessThan(Number(/ < ([0-9]+)/.exec(rule(rules, CATALOG)?.expr ?? '')?.[1]));
  });

  test.each([
    { title: 'by its own value', common: false, own: true, has: false },
    { title: 'by that of all', common: true, own: undefined, has: false },
    { title: 'by that of all but not by its own', common: true, own: false, has: true },
    { title: 'by nothing', common: false, own: undefined, has: true },
  ])('a registry that is suspended $title has alerts on its age: $has', ({ common, own, has }) => {
    const registries = { prod: { url: URL, suspend: own ?? null }, big: { url: URL, shards: 2, suspend: own ?? null } };
    const rules = rulesOf({ ...ONE, cronJob: { suspend: common }, registries });

    expect(registriesOf(rules, STALE)).toEqual(has ? ['big', 'big', 'prod', 'prod'] : []);
    expect(registriesOf(rules, SUSPECT)).toEqual(['big', 'prod']);
  });

  test.each([
    { title: 'a private registry', registry: {}, defaults: {}, has: true },
    { title: 'a pull-through cache', registry: { kind: 'pull-through' }, defaults: {}, has: false },
    { title: 'one that may be empty', registry: { allowEmptyCatalog: true }, defaults: {}, has: false },
    { title: 'one of those that may be empty', registry: {}, defaults: { allowEmptyCatalog: true }, has: false },
    {
      title: 'one that may not be empty among those that may',
      registry: { allowEmptyCatalog: false },
      defaults: { allowEmptyCatalog: true },
      has: true,
    },
  ])('$title has an alert on looking at nothing: $has', ({ registry, defaults, has }) => {
    const rules = rulesOf({ ...ONE, registries: { prod: { url: URL, ...registry } }, registryDefaults: defaults });

    expect(registriesOf(rules, NOTHING)).toEqual(has ? ['prod'] : []);
    expect(registriesOf(rules, SUSPECT)).toEqual(['prod']);
  });

  test.each([
    ['HTTPS://Registry.example.com:443/path/', 'Registry.example.com:443'],
    ['registry.example.com:5000/path', 'registry.example.com:5000'],
    ['Http://[2001:db8::1]:5000', '[2001:db8::1]:5000'],
  ])('a page on %s names its host', (url, host) => {
    const rules = rulesOf({ ...ONE, registries: { prod: { url } } });

    expect(rule(rules, `${FAILURE}Unused`)?.annotations['summary']).toMatch(`${host}/{{ $labels.repository }} would`);
  });

  test('the commands in a text are those for the objects of that registry', () => {
    const registries = { 'a-registry-with-a-name-of-forty-letters1': { url: URL, shards: 4 } };
    const values = { ...ONE, registries, namespaceOverride: 'watch' };
    const release = 'a-release-with-a-long-name';
    const objects = render(values, { release });
    const cronJob = objects.find(({ kind }) => kind === 'CronJob');
    const text = rulesOf(values, release)
      .map(({ annotations }) => annotations['description'])
      .join('\n');
    const name = cronJob?.metadata.name;
    const labels = Object.entries(cronJob?.metadata.labels ?? {}).map(([label, value]) => `${label}=${value}`);

    expect(text).toContain(`kubectl -n watch get configmap ${name}-report -o yaml`);
    expect(JSON.stringify(objects)).toContain(`configMap: ${name}-report`);
    for (const [, selector = ''] of text.matchAll(/kubectl -n watch (?:get cronjob,job,pod|logs) -l (\S+)/g)) {
      expect(labels).toEqual(expect.arrayContaining(selector.split(',')));
    }
  });

  test('without a kept report the texts lead to the log', () => {
    const rules = rulesOf({ ...ONE, kubernetes: { report: false } });

    expect(rule(rules, FAILURE)?.annotations['description']).toContain(
      'Log: kubectl -n monitoring logs -l app.kubernetes.io/instance=',
    );
    expect(rule(rules, FAILURE)?.annotations['description']).not.toContain('configmap');
  });
});

describe('the settings of an alert', () => {
  test('take it away, by its switch or by null', () => {
    const rules = rulesOf(withRules({ rules: { [FAILURE]: { enabled: false }, [STALE]: null } }));

    expect(registriesOf(rules, FAILURE)).toEqual([]);
    expect(registriesOf(rules, STALE)).toEqual([]);
    expect(registriesOf(rules, NOTHING)).toEqual(['big', 'prod', 'stage']);
  });

  test('change how long it waits and how severe it is', () => {
    const rules = rulesOf(withRules({ rules: { [STALE]: { for: '1h', severity: 'critical' } } }));

    expect(rule(rules, STALE, 'prod', 'overdue')).toMatchObject({ for: '1h', labels: { severity: 'critical' } });
    expect(rule(rules, STALE, 'prod', 'absent')).toMatchObject({ for: '3600s', labels: { severity: 'critical' } });
    expect(rule(rules, FAILURE)).toMatchObject({ for: '5m', labels: { severity: 'critical' } });
    expect(rule(rulesOf(withRules({ rules: { [CATALOG]: { for: '90s' } } })), CATALOG)?.for).toBe('90s');
  });

  test('change how long it waits where all repositories are lost', () => {
    const values = { rules: { [CATALOG]: { for: '90s', forLost: '7m' } } };

    expect(rule(rulesOf(VALUES), CATALOG, 'prod', 'lost')?.for).toBe('5m');
    expect(rule(rulesOf(withRules(values)), CATALOG, 'prod', 'lost')?.for).toBe('7m');
  });

  test.each([
    { title: 'as severe as all damage', rules: {}, severity: 'critical' },
    { title: 'as severe as it is said', rules: { [UNUSED]: { severity: 'warning' } }, severity: 'warning' },
    {
      title: 'as severe as it was said before',
      rules: { [FAILURE]: { severityUnused: 'warning' } },
      severity: 'warning',
    },
    { title: 'as severe as all damage was said to be', rules: { [FAILURE]: { severity: 'info' } }, severity: 'info' },
  ])('make what nobody uses $title', ({ rules, severity }) => {
    expect(rule(rulesOf(withRules({ rules })), UNUSED)?.labels['severity']).toBe(severity);
  });

  test('add labels and texts, its own before those of all alerts and those before the chart’s', () => {
    const rules = rulesOf(
      withRules({
        additionalRuleLabels: { team: 'platform', tier: 'one' },
        additionalRuleAnnotations: { dashboard: 'all of them', summary: 'Of all' },
        rules: { [FAILURE]: { labels: { team: 'images' }, annotations: { summary: 'My own words' } } },
      }),
    );

    expect(rule(rules, FAILURE)).toMatchObject({
      labels: { team: 'images', tier: 'one', registry: 'prod', severity: 'critical' },
      annotations: { dashboard: 'all of them', summary: 'My own words' },
    });
    expect(rule(rules, NOTHING)).toMatchObject({
      labels: { team: 'platform', tier: 'one', registry: 'prod', severity: 'warning' },
      annotations: { dashboard: 'all of them', summary: 'Of all' },
    });
  });

  test('cannot take the registry or the cause away from an alert', () => {
    const rules = rulesOf(withRules({ additionalRuleLabels: { registry: 'other', cause: 'none' } }));

    expect(rule(rules, STALE, 'prod', 'absent')).toBeDefined();
    expect(rule(rules, STALE, 'prod', 'overdue')).toBeDefined();
  });

  test.each(['repository', 'tag', 'unnamed', '__name__'])(
    'may not take from alerts what tells them apart: %s',
    (label) => {
      const problem = `the alerts are told apart by ${label}; take another name.`;

      expect(() => rulesOf(withRules({ additionalRuleLabels: { [label]: 'x' } }))).toThrow(problem);
      expect(() => rulesOf(withRules({ rules: { [STALE]: { labels: { [label]: 'x' } } } }))).toThrow(
        `prometheusRule.rules.${STALE}.labels: ${problem}`,
      );
    },
  );

  test.each([
    ['additionalRuleLabels.team', { additionalRuleLabels: { team: '{{ $labels.team' } }],
    ['additionalRuleAnnotations.note', { additionalRuleAnnotations: { note: '{{ $value }} of {{' } }],
    ['rules.RegistryCatalogInaccessible.labels.team', { rules: { [CATALOG]: { labels: { team: 'a{{b' } } } }],
  ])('no template without its end, in %s', (path, settings) => {
    expect(() => rulesOf({ ...ONE, prometheusRule: settings })).toThrow(`prometheusRule.${path} begins a template`);
  });

  test('braces that begin no template', () => {
    const additionalRuleAnnotations = { json: '{"a":{"b":{}}}', two: '{{ $value }}\n{{\n$labels.job }}' };

    expect(() => rulesOf({ ...ONE, prometheusRule: { additionalRuleAnnotations } })).not.toThrow();
  });

  test.each(['cluster=eu-1', 'cluster', 'a="b" c="d"', '{cluster="eu-1"}', 'cluster=="eu-1"', 'a="b'])(
    'are matchers, or are refused: %s',
    (additionalMatchers) => {
      expect(() => rulesOf(withRules({ additionalMatchers }))).toThrow(
        'give matchers as Prometheus writes them, such as `cluster="eu-1"`, with commas between them.',
      );
    },
  );

  test.each(["a='b'", 'a=`b`', 'a!~"b\\\"c" ,\n d=""', ' , '])(
    'take matchers in each form: %s',
    (additionalMatchers) => {
      expect(() => rulesOf(withRules({ additionalMatchers }))).not.toThrow();
    },
  );

  test.each([{ keepFiringFor: '5m1h' }, { rules: { [STALE]: { for: '1m1m' } } }, { jobLabel: 'exported-job' }])(
    'that Prometheus does not load are refused: %j',
    (values) => {
      expect(() => rulesOf(withRules(values))).toThrow('does not match pattern');
    },
  );

  test('keep an alert firing where they say so', () => {
    expect(rule(rulesOf(withRules({ keepFiringFor: '20m' })), FAILURE)?.keep_firing_for).toBe('20m');
    expect(rule(rulesOf(VALUES), FAILURE)).not.toHaveProperty('keep_firing_for');
  });
});

describe('what is written by the user', () => {
  test('stays what it is: quotes, backslashes, braces and percent signs', () => {
    const rules = rulesOf({
      ...ONE,
      pushgateway: { ...ONE.pushgateway, job: 'a "b" \\ {{ c }}', groupingLabels: { site: '{{ "x" }}\\' } },
      prometheusRule: {
        runbookUrl: 'https://example.com/100%25/%s?a=%d',
        additionalRuleAnnotations: { note: '{{ $labels.registry }} and {{ "{{" }}' },
        additionalRuleLabels: { owner: '{{ .Values.image }}' },
        additionalMatchers: ' tier="{{", zone=~"a|b" ,',
      },
    });

    expect(rule(rules, NOTHING)).toMatchObject({
      expr: 'sum by (job, registry) (max by (job, registry) (last_over_time(registry_integrity_tags_checked{job="a \\"b\\" \\\\ {{ c }}",registry="prod",shard="",site="{{ \\"x\\" }}\\\\",tier="{{", zone=~"a|b"}[5m]))) == 0',
      labels: { site: '{{ "{{ \\"x\\" }}\\\\" }}', owner: '{{ .Values.image }}' },
      annotations: {
        note: '{{ $labels.registry }} and {{ "{{" }}',
        runbook_url: 'https://example.com/100%25/RegistryIntegrityNothingChecked?a=%d',
      },
    });
  });

  test.each(['a #b', 'a: b', "it's # 'c': d", '- x', '? y', '&a *b !c %d @e `f'])(
    'is cut nowhere, and no rule is lost: %s',
    (text) => {
      const registries = { prod: { ...ONE.registries.prod, storage: { existingClaim: 'a' } } };
      const plain = rulesOf({ ...ONE, registries });
      const rules = rulesOf({
        ...ONE,
        registries,
        pushgateway: { ...ONE.pushgateway, job: text, groupingLabels: { site: text } },
        prometheusRule: { additionalMatchers: `zone=${JSON.stringify(text)}` },
      });

      expect(rules.map(({ alert }) => alert)).toEqual(plain.map(({ alert }) => alert));
      for (const { expr, labels } of rules) {
        expect(expr.split('{').length).toBe(expr.split('}').length);
        expect(expr.split('(').length).toBe(expr.split(')').length);
        expect(expr).toContain(`zone=${JSON.stringify(text)}`);
        expect(labels['site']).toBe(text);
      }
    },
  );

  test('may be rules of its own, which Helm leaves alone', () => {
    const own = {
      alert: 'Mine',
      expr: 'registry_integrity_cleared > 5',
      annotations: { summary: '{{ $labels.registry }} {{ printf "%.0f" $value }}' },
    };
    const groups = groupsOf(withRules({ additionalRules: [own] }));

    expect(groups.at(-1)).toEqual({ name: 'registry-integrity', rules: [own] });
  });

  test('may leave the runbooks out', () => {
    expect(rule(rulesOf(ONE), FAILURE)?.annotations).not.toHaveProperty('runbook_url');
  });
});

describe('the namespace', () => {
  test('of the release is on every alert, so that an AlertmanagerConfig of it is for them', () => {
    const rules = rulesOf({ ...ONE, namespaceOverride: 'watch' });

    expect(new Set(rules.map(({ labels }) => labels['namespace']))).toEqual(new Set(['watch']));
    expect(rule(rulesOf(ONE), FAILURE)?.labels['namespace']).toBe('monitoring');
  });

  test('may be another one', () => {
    const rules = rulesOf({ ...ONE, prometheusRule: { additionalRuleLabels: { namespace: 'registries' } } });

    expect(rule(rules, FAILURE)?.labels['namespace']).toBe('registries');
  });
});

test('the job is that of the values, or the full name of the release', () => {
  const given = rulesOf({ ...ONE, pushgateway: { ...ONE.pushgateway, job: 'images' } });

  expect(rule(given, NOTHING)?.expr).toContain('{job="images",');
  expect(rule(rulesOf(ONE, 'probe'), NOTHING)?.expr).toContain('{job="probe-registry-integrity-probe",');
});

test('another name for the label of the job stands everywhere, and the alert has a job all the same', () => {
  const rules = rulesOf(withRules({ jobLabel: 'exported_job' }));

  for (const { expr, labels } of rules) {
    expect(expr).not.toMatch(/\bjob\b/);
    expect(expr).toMatch(/exported_job(?:=|", )"registry-integrity-probe"/);
    expect(labels['job']).toBe('registry-integrity-probe');
  }
  expect(rule(rulesOf(VALUES), NOTHING)?.labels).not.toHaveProperty('job');
});
