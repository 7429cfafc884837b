import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CHART, helm, KUBE_VERSION, parseObjects, type KubernetesObject } from './chart.ts';

/** The values files of the chart, one feature each, by their names. */
export const CI_FILES: readonly string[] = readdirSync(join(CHART, 'ci'))
  .filter((file) => file.endsWith('-values.yaml'))
  .toSorted();

/** Texts for the chart as it is now: each test file is a process of its own, and all of them read these. */
const CACHE = join(import.meta.dirname, '..', '..', '.cache', 'rendered', fingerprint());

/** What `helm template` prints for one of these files. */
export function ciText(file: string): string {
  const path = join(CACHE, file);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const text = renderCi(file);
  mkdirSync(CACHE, { recursive: true });
  const part = `${path}.${process.pid}`;
  writeFileSync(part, text);
  renameSync(part, path);
  return text;
}

/** The same, rendered now. */
export function renderCi(file: string, program?: 'helm4'): string {
  const args = ['--namespace', 'monitoring', '--kube-version', KUBE_VERSION, '--values', ciPath(file)];
  return helm(['template', 'probe', CHART, ...args], program);
}

/** The objects that the chart renders for one of these files. */
export function ciObjects(file: string): readonly KubernetesObject[] {
  return parseObjects(ciText(file));
}

/** The path of one of these files. */
export function ciPath(file: string): string {
  return join(CHART, 'ci', file);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  const files = readdirSync(CHART, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files.toSorted((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    hash.update(`${parentPath}/${name}\n`).update(readFileSync(join(parentPath, name)));
  }
  return hash.digest('hex').slice(0, 12);
}
