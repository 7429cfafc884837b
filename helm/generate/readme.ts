import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { fill } from '../../docs/generate.ts';
import { toolPath } from '../../test/support/tools/tools.ts';

/**
 * The chart's README: its template, with the values and what their comments say of them, and with the commented example
 * of a registry. Throws with what helm-docs said.
 */
export function chartReadme(chart: URL): string {
  const root = fileURLToPath(chart);
  const args = ['--chart-search-root', root, '--sort-values-order', 'file', '--skip-version-footer', '--dry-run'];
  const { status, stdout, stderr, error } = spawnSync(toolPath('helm-docs'), args, { encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0 || stdout.trim() === '') throw new Error(`helm-docs: ${stderr}`);
  const values = readFileSync(new URL('values.yaml', chart), 'utf8');
  const whole = fill(stdout, 'registry', `\`\`\`yaml\n${exampleRegistry(values)}\n\`\`\``);
  return `${whole.replace(/\n{3,}/g, '\n\n').trim()}\n`;
}

/** The example that stands in comments below `registries`; throws where there is none. */
export function exampleRegistry(values: string): string {
  const example = /^registries: \{\}\n((?:#.*\n)+)/m.exec(values)?.[1];
  if (example === undefined) throw new Error('values.yaml has no commented example of a registry');
  return example.replace(/^# {2}/gm, '').trim();
}
