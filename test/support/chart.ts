import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseAllDocuments, stringify } from 'yaml';

import { toolPath } from './tools/tools.ts';

/** Helm takes a cluster of its own choice for one to render for, and a helm that was built by `go install` an old one. */
export const KUBE_VERSION = '1.35.3';

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
  /** The next Helm, instead of the one that most people have. */
  readonly program?: 'helm4';
}

/** What `helm template` printed; throws with what it said when it refused. */
export function templateText(values: Values, options: RenderOptions = {}): string {
  const { release = 'probe', namespace = 'monitoring', args = [], chart = CHART } = options;
  const folder = mkdtempSync(join(tmpdir(), 'chart-'));
  try {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, stringify(values));
    const common = ['--namespace', namespace, '--kube-version', KUBE_VERSION, '--values', file];
    return helm(['template', release, chart, ...common, ...args], options.program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The objects that the chart renders for these values; throws with what helm said when it refused. */
export function render(values: Values, options: RenderOptions = {}): readonly KubernetesObject[] {
  return parseObjects(templateText(values, options));
}

/** Runs helm and answers with its standard output; throws with its standard error when it ends with anything but 0. */
export function helm(args: readonly string[], program: 'helm' | 'helm4' = 'helm'): string {
  const { status, stdout, stderr, error } = spawnSync(toolPath(program), args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(stderr.trim());
  return stdout;
}

/** The objects of a text with many documents. */
export function parseObjects(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((object) => object !== null);
}

/** The one object of a kind, or of a kind and a name; throws where there is none, or more. */
export function one(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name ?? object.metadata.name) === object.metadata.name,
  );
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} objects are a ${kind} ${name ?? ''}`);
  return only;
}
