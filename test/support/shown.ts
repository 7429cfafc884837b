import { readFile } from 'node:fs/promises';

import { type Family, parseExposition } from '../../src/metrics/exposition.ts';

/**
 * The values of a metric's series that have these labels; a label that is to be '' must not be there.
 * Empty where there is no such series. Names are without `registry_integrity_`.
 */
export type Shown = (name: string, labels?: Readonly<Record<string, string>>) => readonly number[];

/** What a text shows of the probe's metrics. */
export function shownIn(text: string): Shown {
  const families = familiesIn(text);
  return (name, labels = {}) =>
    (families.find((family) => family.name === `registry_integrity_${name}`)?.samples ?? [])
      .filter((sample) => Object.entries(labels).every(([label, value]) => (sample.labels[label] ?? '') === value))
      .map(({ value }) => value);
}

/** What a metrics file that the probe has written shows. */
export async function readMetrics(path: string): Promise<Shown> {
  return shownIn(await readFile(path, 'utf8'));
}

/** The probe's families in a text; a Pushgateway shows counters and histograms of its own beside them. */
export function familiesIn(text: string): readonly Family[] {
  const lines = text.split('\n').filter((line) => /^(?:# (?:HELP|TYPE) )?registry_integrity_/.test(line));
  const parsed = parseExposition(lines.join('\n'));
  if (!parsed.ok) throw new Error(`line ${parsed.line} of the metrics: ${parsed.problem}`);
  return parsed.families;
}
