import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { KubernetesObject } from './chart.ts';
import type { Container, PodSpec, VolumeSource } from './chart-pods.ts';
import { expandVariables } from './expand-variables.ts';

const TLS = join(import.meta.dirname, 'tls');

/** What a container finds when it is started. */
export interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Content by path. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * What the probe's container finds, with the objects of the chart. What is in objects of other people's is made up to be
 * right for its place; throws for a mount without a volume, and for a key that an object of the chart does not have.
 */
export function start(pod: PodSpec, objects: readonly KubernetesObject[]): Started {
  const container = pod.containers.find(({ name }) => name === 'probe');
  if (container === undefined) throw new Error('no container is called probe');
  return {
    args: container.args ?? [],
    env: expandVariables((container.env ?? []).map((variable) => [variable.name, valueOf(variable, objects)])),
    files: filesOf(pod, container, objects),
  };
}

function valueOf({ value, valueFrom }: NonNullable<Container['env']>[number], objects: readonly KubernetesObject[]) {
  if (valueFrom?.fieldRef !== undefined) return '0';
  const reference = valueFrom?.secretKeyRef;
  return reference === undefined ? (value ?? '') : contentOf('Secret', reference.name, reference.key, '', objects);
}

function filesOf(
  pod: PodSpec,
  container: Container,
  objects: readonly KubernetesObject[],
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { name, mountPath } of container.volumeMounts ?? []) {
    const volume = (pod.volumes ?? []).find((candidate) => candidate.name === name);
    if (volume === undefined) throw new Error(`${mountPath} is a mount of ${name}, and there is no such volume`);
    for (const source of volume.projected?.sources ?? []) {
      for (const [path, content] of projected(source, objects)) files.set(join(mountPath, path), content);
    }
    if (mountPath === '/credentials') files.set('/credentials/config.json', '{"auths":{}}');
  }
  return files;
}

function projected(
  { configMap, secret }: VolumeSource,
  objects: readonly KubernetesObject[],
): readonly (readonly [string, string])[] {
  const ofKind = (kind: string, files: typeof secret): readonly (readonly [string, string])[] =>
    (files?.items ?? []).map(({ key, path }) => [path, contentOf(kind, files?.name ?? '', key, path, objects)]);
  return [...ofKind('ConfigMap', configMap), ...ofKind('Secret', secret)];
}

function contentOf(
  kind: string,
  name: string,
  key: string,
  path: string,
  objects: readonly KubernetesObject[],
): string {
  const own = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (own === undefined) return madeUp(path);
  const data = (own['data'] ?? own['stringData'] ?? {}) as Readonly<Record<string, string>>;
  const content = data[key];
  if (content === undefined) throw new Error(`${kind} ${name} has no ${key}`);
  return content;
}

function madeUp(path: string): string {
  if (path.endsWith('ca.crt')) return readFileSync(join(TLS, 'authority.pem'), 'utf8');
  if (path.endsWith('tls.crt')) return readFileSync(join(TLS, 'server.pem'), 'utf8');
  if (path.endsWith('tls.key')) return readFileSync(join(TLS, 'server.key'), 'utf8');
  return path.endsWith('.json') ? '{"auths":{}}' : 'made-up';
}
