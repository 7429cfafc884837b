import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { MappingType, type Panel, type RowPanel, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, test } from 'vitest';

import { CHART as CHART_URL, GENERATED } from '../../helm/generate/main.ts';
import { METRICS as WALK_METRICS } from '../../src/metrics/definitions.ts';
import { STORAGE_METRICS } from '../../src/metrics/storage-definitions.ts';
import { panelsOf, queriesOf, readDashboard } from '../support/grafana.ts';

const METRICS = [...WALK_METRICS, ...STORAGE_METRICS];
const RUNBOOKS = new URL('../../docs/runbooks/', import.meta.url);
const DASHBOARD = readDashboard();
const TEXT = JSON.stringify(DASHBOARD);
const QUERIES = queriesOf(DASHBOARD);
const PANELS = panelsOf(DASHBOARD);
const WITH_NUMBERS = PANELS.filter(({ type }) => type !== 'text');
const ALL: readonly (Panel | RowPanel)[] = (DASHBOARD.panels ?? []).flatMap((panel) =>
  panel.type === 'row' ? [panel, ...(panel as RowPanel).panels] : [panel],
);

/** Metrics of others, and what sends them. */
const FOREIGN = new Map([
  ['ALERTS', 'Prometheus'],
  ['ALERTS_FOR_STATE', 'Prometheus'],
  ['push_time_seconds', 'the Pushgateway'],
  ['push_failure_time_seconds', 'the Pushgateway'],
  ['kube_cronjob_status_last_schedule_time', 'kube-state-metrics'],
  ['kube_cronjob_spec_suspend', 'kube-state-metrics'],
  ['kube_job_status_failed', 'kube-state-metrics'],
  ['container_memory_working_set_bytes', 'the kubelet'],
]);

describe('generated files of the chart', () => {
  test.each(GENERATED)('$path is what the code generates: otherwise run `npm run generate`', async ({ path, text }) => {
    expect(await readFile(new URL(path, CHART_URL), 'utf8')).toBe(text());
  });
});

describe('the dashboard', () => {
  test('can be imported as it is: a fixed uid, no id, and a schema that Grafana 10 knows', () => {
    expect(DASHBOARD).toMatchObject({ id: null, uid: 'registry-integrity', editable: false, timezone: 'utc' });
    expect(DASHBOARD.schemaVersion).toBeLessThanOrEqual(39);
    expect(TEXT).not.toContain('__inputs');
  });

  test('has its rows in the order in which they are needed, and only those closed that few look at', () => {
    const rows = ALL.filter((panel): panel is RowPanel => panel.type === 'row');

    expect(rows.map(({ title, collapsed }) => [title, collapsed])).toEqual([
      ['Verdict', false],
      ['Findings', false],
      ['Coverage', false],
      ['Over several runs', false],
      ['Runs', false],
      ['Delivery', false],
      ['Storage', true],
      ['Kubernetes', true],
    ]);
  });

  test('asks no other Prometheus than the one that is chosen', () => {
    const references = [...TEXT.matchAll(/"datasource":("[^"]*"|\{.*?"\})/g)].map((match) => match[1]);

    expect(new Set(references)).toEqual(new Set(['{"type":"prometheus","uid":"${datasource}"}']));
    expect(references.length).toBeGreaterThan(2 * WITH_NUMBERS.length);
  });

  test('lets the reader choose what is shown, and begins with all of it', () => {
    const variables = DASHBOARD.templating?.list ?? [];

    expect(variables.map(({ name }) => name)).toEqual(['datasource', 'cluster', 'job', 'registry', 'cronjob']);
    for (const variable of variables.slice(1)) {
      expect(variable).toMatchObject({ multi: true, includeAll: true, refresh: 2, current: { value: ['$__all'] } });
      expect(variable.allValue).toMatch(/^\.[+*]/);
    }
  });

  test('every panel has a number of its own', () => {
    const ids = ALL.map(({ id }) => id);

    expect(ids.every((id) => typeof id === 'number' && id > 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('no two panels are in the same place, and none hangs over the edge', () => {
    const taken = new Set<string>();
    const clashes: string[] = [];
    for (const { title, gridPos = { x: -1, y: -1, w: 0, h: 0 } } of ALL) {
      const { x, y, w, h } = gridPos;
      if (x < 0 || w < 1 || h < 1 || x + w > 24) clashes.push(`${title} hangs over the edge`);
      for (let column = x; column < x + w; column += 1) {
        for (let line = y; line < y + h; line += 1) {
          const place = `${column}/${line}`;
          if (taken.has(place)) clashes.push(`${title} covers another one at ${place}`);
          taken.add(place);
        }
      }
    }

    expect(clashes).toEqual([]);
  });

  test('every line of panels is full', () => {
    const columns = new Map<number, number>();
    for (const { gridPos } of ALL)
      columns.set(gridPos?.y ?? -1, (columns.get(gridPos?.y ?? -1) ?? 0) + (gridPos?.w ?? 0));

    expect([...columns.values()].every((width) => width === 24)).toBe(true);
  });
});

describe.each(PANELS.map((panel) => [panel.title ?? '', panel] as const))('the panel %s', (_, panel) => {
  test('has a title and says what it shows', () => {
    expect(panel.title).toMatch(/^[A-Z]/);
    expect(panel.description).toMatch(/^[A-Z].{20,}\.$/s);
  });
});

describe.each(WITH_NUMBERS.map((panel) => [panel.title ?? '', panel] as const))('the panel %s', (_, panel) => {
  const defaults = panel.fieldConfig?.defaults;

  test('has a unit, a query, and a word for what is not there', () => {
    expect(defaults?.unit).toMatch(/./);
    expect(panel.targets?.length).toBeGreaterThan(0);
    expect(defaults?.noValue).toMatch(/^\D{5,}$/);
  });
});

describe('what nobody knows', () => {
  const columns = WITH_NUMBERS.filter(({ type }) => type === 'table').flatMap(({ title = '', fieldConfig }) =>
    (fieldConfig?.overrides ?? []).map(({ matcher, properties }) => ({
      name: `${title}: ${String(matcher.options)}`,
      text: JSON.stringify(properties),
      mappings: properties.find(({ id }) => id === 'mappings')?.value as readonly ValueMapping[] | undefined,
    })),
  );
  const green = columns.filter(({ text }) => text.includes('"green"'));

  // The verdict has a word for all that it can be, and that nobody knows is one of them.
  test.each(green.filter(({ name }) => name !== 'Registries: Verdict').map(({ name, mappings }) => [name, mappings]))(
    'is not shown in green in the column %s, but in words and in a color of its own',
    (_, mappings) => {
      const words = mappings?.find(({ type }) => type === MappingType.SpecialValue);

      expect(words?.options).toMatchObject({ match: 'null+nan', result: { color: 'purple' } });
    },
  );

  test('is not shown as a number anywhere', () => {
    const numbers = WITH_NUMBERS.filter(({ fieldConfig }) => /^[0-9.%-]*$/.test(fieldConfig?.defaults.noValue ?? ''));

    expect(green.length).toBeGreaterThan(4);
    expect(numbers).toEqual([]);
  });
});

describe('the queries', () => {
  test('use metrics of the probe that exist, and of others the known ones alone', () => {
    const known = new Set<string>([...METRICS.map(({ name }) => name), ...FOREIGN.keys()]);
    const names = QUERIES.flatMap(({ query }) => metricNames(query));

    expect(names.length).toBeGreaterThan(QUERIES.length);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  test('read both families of findings by one pattern, which finds both and nothing else', () => {
    const patterns = new Set(
      QUERIES.flatMap(({ query }) => [...query.matchAll(/__name__=~"([^"]+)"/g)].map((match) => match[1] ?? '')),
    );
    const found = [...patterns].map((pattern) =>
      METRICS.map(({ name }) => name).filter((name) => new RegExp(`^(?:${pattern})$`).test(name)),
    );

    expect(found).toEqual([
      ['registry_integrity_failures', 'registry_integrity_partial_failures'],
      ['registry_integrity_unnamed_failures', 'registry_integrity_partial_unnamed_failures'],
      ['registry_integrity_tag_finding_info', 'registry_integrity_partial_tag_finding_info'],
      ['registry_integrity_storage_failures', 'registry_integrity_storage_partial_failures'],
    ]);
  });

  test('show every metric of the probe', () => {
    const shown = new Set(QUERIES.flatMap(({ query }) => metricNames(query)));
    // Those that are found by a pattern, and the numbers of series of which the table has a line each.
    const byPattern = METRICS.map(({ name }) => name).filter((name) =>
      /^registry_integrity_((storage_)?(partial_)?(tag_|unnamed_)?failures|(partial_)?tag_finding_info|tag_failures_truncated)$/.test(
        name,
      ),
    );

    const missing = METRICS.map(({ name }) => name).filter((name) => !shown.has(name) && !byPattern.includes(name));
    expect(missing).toEqual([]);
  });

  test('keep to the registries that are chosen', () => {
    const selectors = QUERIES.flatMap(({ query }) => query.match(/\{[^}]*\}/g) ?? []);
    const own = selectors.filter((selector) => !/alertname|cronjob/.test(selector));

    expect(own.length).toBeGreaterThan(20);
    const wanted = /cluster=~"\$cluster",job=~"\$job(?:\(-storage\)\?)?",registry=~"\$registry"/;
    expect(own.filter((selector) => !wanted.test(selector))).toEqual([]);
  });

  test('look for the numbers of scans under the job of scans, too, and for no others there', () => {
    const selectors = QUERIES.flatMap(({ query }) => query.match(/[a-z_]*\{[^}]*\}/g) ?? []);
    const ofScans = selectors.filter((selector) => selector.includes('registry_integrity_storage_'));

    expect(ofScans.length).toBeGreaterThan(4);
    expect(selectors.filter((selector) => selector.includes('job=~"$job(-storage)?"'))).toEqual(ofScans);
  });

  test('never tear the shards or the jobs of a registry apart, nor mix two jobs or two clusters', () => {
    const own = QUERIES.filter(({ query }) => query.includes('registry=~"$registry"') && !query.includes('ALERTS'));

    for (const { query } of own) {
      const groups = [...query.matchAll(/(?:by|on) \(([^)]*)\)/g)].map((match) => match[1] ?? '');
      expect(groups.filter((labels) => !labels.startsWith('cluster, job, registry'))).toEqual([]);
    }
  });

  test('are written so that nothing has to be parsed out of them: a dollar sign begins a variable that exists', () => {
    const names = (DASHBOARD.templating?.list ?? []).map(({ name }) => name);
    const used = [...TEXT.matchAll(/\$\{?([A-Za-z_]+)/g)].map((match) => match[1] ?? '');

    expect(new Set(used)).toEqual(new Set([...names, '__all']));
  });
});

describe('the alerts', () => {
  const alerts = readdirSync(RUNBOOKS)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.replace(/\.md$/, ''));

  test('are all selected by their names', () => {
    const pattern = new RegExp(`^(?:${/alertname=~\\"([^"\\]+)\\"/.exec(TEXT)?.[1] ?? ''})$`);

    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.filter((alert) => !pattern.test(alert))).toEqual([]);
  });

  test('have a runbook each in "What to do", in the form that the chart makes links of', () => {
    const named = [...TEXT.matchAll(/`docs\/runbooks\/([A-Za-z]+)\.md`/g)].map((match) => match[1] ?? '');
    const content = JSON.stringify(PANELS.find(({ title }) => title === 'What to do')?.options);

    expect(new Set(named)).toEqual(new Set(alerts));
    expect(named.every((name) => existsSync(new URL(`${name}.md`, RUNBOOKS)))).toBe(true);
    for (const alert of alerts) expect(content).toContain(`\`docs/runbooks/${alert}.md\`: `);
  });

  test('are marked in the panels over time', () => {
    expect(DASHBOARD.annotations?.list?.map(({ name, enable }) => [name, enable])).toEqual([['Firing alerts', true]]);
  });
});

/** What stands before a brace. Every selector of the dashboard has one. */
function metricNames(query: string): readonly string[] {
  return [...query.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{/g)].map((match) => match[1] ?? '');
}
