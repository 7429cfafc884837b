import { readFile } from 'node:fs/promises';

import { parseExposition } from '../../src/metrics/exposition.ts';

/** The values of a metric's series that have these labels, as numbers; empty where the metric is not there. */
export type Shown = (name: string, labels?: Readonly<Record<string, string>>) => readonly number[];

/** Reads a metrics file that the probe has written; throws where it is not in its form. */
export async function readMetrics(path: string): Promise<Shown> {
  const parsed = parseExposition(await readFile(path, 'utf8'));
  if (!parsed.ok) throw new Error(`line ${parsed.line} of ${path}: ${parsed.problem}`);
  return (name, labels = {}) =>
    (parsed.families.find((family) => family.name === `registry_integrity_${name}`)?.samples ?? [])
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .map(({ value }) => Number(value));
}
