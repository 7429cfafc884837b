import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

import { CHART } from './chart.ts';

/** What is chosen for each variable; one that is not named is All. */
export type Choice = Readonly<Record<string, readonly string[]>>;

/** A query of the dashboard, and where it is. */
export interface DashboardQuery {
  readonly panel: string;
  readonly query: string;
  /** Asked over time, not for now. */
  readonly range: boolean;
  readonly legend: string;
  /** Of a table: the heading over its values. */
  readonly column: string | null;
}

/** The dashboard of the chart, as it is committed. */
export function readDashboard(): Dashboard {
  const text = readFileSync(join(CHART, 'files', 'dashboards', 'registry-integrity.json'), 'utf8');
  return JSON.parse(text) as Dashboard;
}

/** All panels that are no rows, those inside closed rows included. */
export function panelsOf(dashboard: Dashboard): readonly Panel[] {
  return (dashboard.panels ?? []).flatMap((panel) =>
    panel.type === 'row' ? (panel as { panels: Panel[] }).panels : [panel as Panel],
  );
}

/** All queries of the panels. */
export function queriesOf(dashboard: Dashboard): readonly DashboardQuery[] {
  return panelsOf(dashboard).flatMap(({ title = '', targets = [], transformations = [] }) => {
    const { renameByName = {} } = (transformations.find(({ id }) => id === 'organize')?.options ?? {}) as Organized;
    return (targets as readonly unknown[] as readonly Target[]).map(({ expr, range, legendFormat, refId }) => ({
      panel: title,
      query: expr,
      range: range === true,
      legend: legendFormat ?? '',
      column: renameByName[`Value #${refId}`] ?? renameByName['Value'] ?? null,
    }));
  });
}

/** A query as Grafana sends it to Prometheus, with the variables filled in. */
export function interpolate(dashboard: Dashboard, query: string, choice: Choice = {}): string {
  const variables = dashboard.templating?.list ?? [];
  return variables.reduce((text, { name, allValue }) => {
    const values = choice[name];
    return text.replaceAll(`$${name}`, () => (values === undefined ? (allValue ?? '') : oneOf(values)));
  }, query);
}

/**
 * Values for a regular expression, as Grafana's Prometheus data source writes them. All goes as it is, without this.
 * https://github.com/grafana/grafana/blob/v11.0.0/packages/grafana-prometheus/src/datasource.ts
 */
function oneOf(values: readonly string[]): string {
  const escaped = values.map((value) =>
    value.replaceAll('\\', '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, String.raw`\\$&`),
  );
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

interface Target {
  readonly expr: string;
  readonly range?: boolean;
  readonly legendFormat?: string;
  readonly refId: string;
}

interface Organized {
  readonly renameByName?: Readonly<Record<string, string>>;
}
