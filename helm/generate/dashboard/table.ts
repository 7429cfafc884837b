import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';

import { fill, type PanelOptions } from './panel.ts';
import type { BuiltPanel } from './panels.ts';

/** A table and its columns: labels, or `Value`, each with its heading, in order. All others are hidden. */
export interface TableOptions extends Omit<PanelOptions, 'queries'> {
  readonly query: string;
  readonly columns: Readonly<Record<string, string>>;
}

/** What the result of a query has beside the labels that it was grouped by. */
const TIME_AND_VALUE = ['Time', 'Value'];

/**
 * The series of now as rows. The unit is that of the numbers: everything else is text, because Grafana would
 * otherwise show the tag 1.10 as the number 1.1.
 */
export function table({ query, columns, unit, ...options }: TableOptions): BuiltPanel {
  const labels = /^\w+ by \(([^)]*)\)/.exec(query)?.[1]?.split(', ') ?? [];
  const hidden = [...TIME_AND_VALUE, ...labels].filter((name) => columns[name] === undefined);
  return fill(new TableBuilder(), { ...options, unit: 'string', queries: [{ query, legend: '' }] }, 'table')
    .filterable(true)
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: Object.fromEntries(Object.keys(columns).map((name, index) => [name, index])),
        renameByName: columns,
      },
    })
    .withOverride({ matcher: { id: 'byType', options: 'number' }, properties: [{ id: 'unit', value: unit }] });
}
