import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** The Prometheus that the reader of the dashboard has chosen; no other is ever named. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '${datasource}' };

/** What every panel with numbers has to say. */
export interface PanelOptions {
  readonly title: string;
  /** What it shows, and what to do about it; Markdown. */
  readonly description: string;
  /** A unit of Grafana. */
  readonly unit: string;
  /** In columns, of which a line has 24, and in rows of 30 pixels. */
  readonly size: { readonly width: number; readonly height: number };
  readonly queries: readonly Query[];
  /** What it shows where there is no series at all. */
  readonly noValue: string;
  readonly mappings?: readonly ValueMapping[];
  readonly thresholds?: readonly Threshold[];
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
}

/** One query of a panel. */
export interface Query {
  readonly query: string;
  /** What its series are called, with labels as `{{registry}}`. */
  readonly legend: string;
}

/** How the queries are asked: now, as a history, or now as a table. */
export type Asked = 'instant' | 'range' | 'table';

/** What the builders of all kinds of panels have in common. */
interface AnyPanelBuilder {
  build(): Panel;
  title(title: string): this;
  description(description: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  span(width: number): this;
  height(height: number): this;
  datasource(ref: DataSourceRef): this;
  thresholds(thresholds: ThresholdsConfigBuilder): this;
  mappings(mappings: ValueMapping[]): this;
  withTarget(target: DataqueryBuilder): this;
  decimals(decimals: number): this;
  min(min: number): this;
  max(max: number): this;
}

/** Thresholds: a color to begin with, and another one from each limit on. */
export function from(base: string, ...limits: readonly (readonly [number, string])[]): readonly Threshold[] {
  return [{ value: null, color: base }, ...limits.map(([value, color]) => ({ value, color }))];
}

/** Gives a builder all that the options say, and the queries in the form that the panel needs. */
export function fill<B extends AnyPanelBuilder>(builder: B, options: PanelOptions, asked: Asked): B {
  builder
    .title(options.title)
    .description(options.description)
    .unit(options.unit)
    .noValue(options.noValue)
    .span(options.size.width)
    .height(options.size.height)
    .datasource(DATASOURCE)
    .mappings([...(options.mappings ?? [])])
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...(options.thresholds ?? from('text'))]),
    );
  if (options.decimals !== undefined) builder.decimals(options.decimals);
  if (options.min !== undefined) builder.min(options.min);
  if (options.max !== undefined) builder.max(options.max);
  for (const [index, { query, legend }] of options.queries.entries()) {
    builder.withTarget(target(query, legend, refId(index), asked));
  }
  return builder;
}

function target(query: string, legend: string, id: string, asked: Asked): DataqueryBuilder {
  const builder = new DataqueryBuilder()
    .datasource(DATASOURCE)
    .editorMode(QueryEditorMode.Code)
    .expr(query)
    .legendFormat(legend)
    .refId(id)
    .format(asked === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
  return asked === 'range' ? builder.range() : builder.instant();
}

/** Queries are called A, B, C and so on. */
function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
