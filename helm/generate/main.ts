import { writeFile } from 'node:fs/promises';

import { buildDashboard } from './dashboard.ts';
import { valuesSchema } from './values.ts';

/** Every generated file of the chart: its path from the chart's folder, and how its text is made. */
export const GENERATED: readonly { readonly path: string; readonly text: () => string }[] = [
  { path: 'files/dashboards/registry-integrity.json', text: () => json(buildDashboard()) },
  { path: 'values.schema.json', text: () => json(valuesSchema()) },
];

/** The chart's folder. */
export const CHART = new URL('../registry-integrity-probe/', import.meta.url);

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) {
  for (const { path, text } of GENERATED) await writeFile(new URL(path, CHART), text());
}
