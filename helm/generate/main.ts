import { writeFile } from 'node:fs/promises';

import { buildDashboard } from './dashboard.ts';
import { chartDefaults } from './defaults.ts';
import { chartReadme } from './readme.ts';
import { valuesSchema } from './values.ts';

/** The chart's folder. */
export const CHART = new URL('../registry-integrity-probe/', import.meta.url);

/** Every generated file of the chart: its path from the chart's folder, and how its text is made. */
export const GENERATED: readonly { readonly path: string; readonly text: () => string }[] = [
  { path: 'files/dashboards/registry-integrity.json', text: () => json(buildDashboard()) },
  { path: 'values.schema.json', text: () => json(valuesSchema()) },
  { path: 'files/defaults.yaml', text: () => chartDefaults(CHART) },
  { path: 'README.md', text: () => chartReadme(CHART) },
];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

if (import.meta.main) {
  for (const { path, text } of GENERATED) await writeFile(new URL(path, CHART), text());
}
