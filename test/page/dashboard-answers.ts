import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';

import { type Choice, interpolate, panelsOf, queriesOf, readDashboard } from '../support/grafana.ts';
import type { InstantSample, PrometheusApi } from '../support/servers/prometheus-api.ts';
import { CLUSTER_NAME } from './dashboard-scene.ts';

const DASHBOARD = readDashboard();
const QUERIES = queriesOf(DASHBOARD);

/** What the panels of the dashboard show now, with a Prometheus behind them. */
export interface Answers {
  /** The series of all queries of a panel. */
  samplesOf(panel: string, choice?: Choice): Promise<readonly InstantSample[]>;
  /**
   * The values of a panel, or of a column of a table (`Registries/Verdict`), by registry, of another cluster with its
   * name before it; throws if one has several.
   */
  byRegistry(place: string, choice?: Choice): Promise<Readonly<Record<string, number>>>;
  /** The values by what the legend calls them. */
  valuesOf(panel: string): Promise<Readonly<Record<string, number>>>;
}

/** Asks a Prometheus what the panels ask. */
export function answersOf(prometheus: PrometheusApi): Answers {
  return { samplesOf, byRegistry, valuesOf };

  async function samplesOf(panel: string, choice: Choice = {}): Promise<readonly InstantSample[]> {
    return (await named(panel, choice)).map(({ sample }) => sample);
  }

  async function byRegistry(panel: string, choice: Choice = {}): Promise<Readonly<Record<string, number>>> {
    const samples = await samplesOf(panel, choice);
    const values = new Map(samples.map(({ labels, value }) => [nameOf(labels), value]));
    if (values.size < samples.length) throw new Error(`${panel} has several values for one registry`);
    return Object.fromEntries(values);
  }

  async function valuesOf(panel: string): Promise<Readonly<Record<string, number>>> {
    return Object.fromEntries((await named(panel, {})).map(({ name, sample }) => [name, sample.value]));
  }

  async function named(
    panel: string,
    choice: Choice,
  ): Promise<readonly { readonly name: string; readonly sample: InstantSample }[]> {
    const [title, column] = panel.split('/');
    const queries = QUERIES.filter((one) => one.panel === title && (column === undefined || one.column === column));
    if (queries.length === 0) throw new Error(`there is no panel ${panel}`);
    const answers = await Promise.all(
      queries.map(async ({ query, legend }) => {
        const samples = await prometheus.query(interpolate(DASHBOARD, query, choice));
        return samples.map((sample) => ({
          name: legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => sample.labels[label] ?? ''),
          sample,
        }));
      }),
    );
    return answers.flat();
  }
}

/** A registry of the scene's own cluster by its name alone. */
function nameOf({ cluster, registry = '' }: InstantSample['labels']): string {
  return cluster === undefined || cluster === CLUSTER_NAME ? registry : `${cluster}/${registry}`;
}

/** The word that a column of a table shows for each value. */
export function wordsOf(place: string): Readonly<Record<string, string | undefined>> {
  const [title, column] = place.split('/');
  const { fieldConfig } = panelsOf(DASHBOARD).find((one) => one.title === title) ?? {};
  const properties = fieldConfig?.overrides.find(({ matcher }) => matcher.options === column)?.properties;
  const mappings = properties?.find(({ id }) => id === 'mappings')?.value as readonly ValueMapping[] | undefined;
  const mapping = mappings?.find(({ type }) => type === MappingType.ValueToText);
  const options = (mapping?.options ?? {}) as Readonly<Record<string, { readonly text?: string }>>;
  return Object.fromEntries(Object.entries(options).map(([value, { text }]) => [value, text]));
}
