import { TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { Threshold, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';

import { fill, type PanelOptions } from './panel.ts';
import type { BuiltPanel } from './panels.ts';

/** What a column shows: a label, as text, or the number of a query. */
export type Column =
  | { readonly heading: string; readonly label: string }
  | {
      readonly heading: string;
      readonly query: string;
      /** A unit of Grafana. */
      readonly unit: string;
      readonly mappings?: readonly ValueMapping[];
      /** Color the cell by the mappings, or from these limits on. */
      readonly colored?: true;
      readonly thresholds?: readonly Threshold[];
      /** Not shown; for the order of the rows. */
      readonly hidden?: true;
    };

/** A table: one row for each combination of labels that the queries give, the columns in order. */
export interface TableOptions extends Omit<PanelOptions, 'queries' | 'unit'> {
  readonly columns: readonly Column[];
  /** The heading of the column that orders the rows, largest first. */
  readonly worstFirst?: string;
}

/**
 * The series of now as rows, those with the same labels in one. The unit is that of the numbers: everything else is
 * text, because Grafana would otherwise show the tag 1.10 as the number 1.1.
 */
export function table({ columns, worstFirst, ...options }: TableOptions): BuiltPanel {
  const numbers = columns.filter((column) => 'query' in column);
  const queries = numbers.map(({ query }) => ({ query, legend: '' }));
  const fields = columns.map((column) => [fieldOf(column, numbers), column.heading] as const);
  const grouped = numbers.flatMap(({ query }) => /\bby \(([^)]*)\)/.exec(query)?.[1]?.split(', ') ?? []);
  const unseen = [...new Set(['Time', ...grouped])].filter((name) => !fields.some(([field]) => field === name));
  const builder = fill(new TableBuilder(), { ...options, unit: 'string', queries }, 'table').filterable(true);
  if (numbers.length > 1) builder.withTransformation({ id: 'merge', options: {} });
  builder.withTransformation({
    id: 'organize',
    options: {
      excludeByName: Object.fromEntries(unseen.map((name) => [name, true])),
      indexByName: Object.fromEntries(fields.map(([field], index) => [field, index])),
      renameByName: Object.fromEntries(fields),
    },
  });
  if (worstFirst !== undefined) builder.sortBy([new TableSortByFieldStateBuilder().displayName(worstFirst).desc(true)]);
  for (const column of numbers) {
    builder.withOverride({ matcher: { id: 'byName', options: column.heading }, properties: propertiesOf(column) });
  }
  return builder;
}

type NumberColumn = Extract<Column, { readonly query: string }>;

/** Of several queries, Grafana names the values after them. */
function fieldOf(column: Column, numbers: readonly NumberColumn[]): string {
  if ('label' in column) return column.label;
  return numbers.length === 1 ? 'Value' : `Value #${String.fromCharCode('A'.charCodeAt(0) + numbers.indexOf(column))}`;
}

function propertiesOf({
  unit,
  mappings = [],
  colored,
  thresholds,
  hidden,
}: NumberColumn): { id: string; value: unknown }[] {
  return [
    { id: 'unit', value: unit },
    { id: 'mappings', value: mappings },
    ...(thresholds === undefined ? [] : [{ id: 'thresholds', value: { mode: 'absolute', steps: thresholds } }]),
    ...(colored === true ? [{ id: 'custom.cellOptions', value: { type: 'color-background', mode: 'basic' } }] : []),
    ...(hidden === true ? [{ id: 'custom.hidden', value: true }] : []),
  ];
}
