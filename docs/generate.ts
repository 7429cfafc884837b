import { readFile, writeFile } from 'node:fs/promises';

import { configurationTable } from '../src/config/table.ts';
import { metricsTable } from '../src/metrics/metrics-table.ts';
import { reportJsonSchema } from '../src/report/schema.ts';

/** Replaces what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; throws where there is no such place. */
export function fill(document: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from === -1 || to < from) throw new Error(`no place for the generated ${name}`);
  return `${document.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${document.slice(to)}`;
}

/** Every generated file, as it should be: its path from the project's root, and its text. */
export async function generated(root: URL): Promise<ReadonlyMap<string, string>> {
  const page = async (path: string, name: string, content: string): Promise<[string, string]> => {
    const text = await readFile(new URL(path, root), 'utf8');
    return [path, fill(text, name, content)];
  };
  return new Map([
    await page('docs/configuration.md', 'configuration', configurationTable()),
    await page('docs/metrics.md', 'metrics', metricsTable()),
    ['docs/report.schema.json', `${JSON.stringify(reportJsonSchema(), null, 2)}\n`],
  ]);
}

if (import.meta.main) {
  const root = new URL('../', import.meta.url);
  for (const [path, text] of await generated(root)) await writeFile(new URL(path, root), text);
}
