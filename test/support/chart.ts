import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseAllDocuments, stringify } from 'yaml';

import { toolPath } from './tools/tools.ts';

/** The chart's folder. */
export const CHART = join(import.meta.dirname, '..', '..', 'helm', 'registry-integrity-probe');

/** A rendered object, as far as every object has it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** Values as in a values file. */
export type Values = Readonly<Record<string, unknown>>;

/** The least that the chart needs. */
export const LEAST: Values = {
  registries: { prod: { url: 'https://registry.example.com' } },
  pushgateway: { url: 'http://pushgateway.example.com:9091' },
};

/** How the chart is rendered. */
export interface RenderOptions {
  readonly release?: string;
  readonly namespace?: string;
  /** Further arguments of `helm template`. */
  readonly args?: readonly string[];
  /** Another chart's folder, such as one that has ours as a subchart. */
  readonly chart?: string;
}

/** What `helm template` printed; throws with what it said when it refused. */
export function templateText(values: Values, options: RenderOptions = {}): string {
  const { release = 'probe', namespace = 'monitoring', args = [], chart = CHART } = options;
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    return helm(['template', release, chart, '--namespace', namespace, '--values', file, ...args]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The objects that the chart renders for these values; throws with what helm said when it refused. */
export function render(values: Values, options: RenderOptions = {}): readonly KubernetesObject[] {
  return parseAllDocuments(templateText(values, options))
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** Runs helm and answers with its standard output; throws with its standard error when it ends with anything but 0. */
export function helm(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(toolPath('helm'), args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
}
