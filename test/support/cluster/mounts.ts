import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { V1ConfigMap, V1KeyToPath, V1Pod, V1Secret, V1Volume, V1VolumeProjection } from '@kubernetes/client-node';

import type { Cluster } from '../servers/kubernetes.ts';

/** The files that a pod's container sees, in a folder that stands for its root. */
export interface Mounts {
  /** The same text with every path of the container replaced by the one that it has here. */
  translate(text: string): string;
  /** The token of the service account, where the pod has it mounted. */
  readonly token: string | null;
  remove(): Promise<void>;
}

/** What the volume of a service account's token is mounted at. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Mounts the volumes of a pod's first container as a kubelet does; throws where an object that is named is not there.
 * A container's paths cannot be had without a container, so they are replaced in the text files, too.
 */
export async function mount(cluster: Cluster, pod: V1Pod): Promise<Mounts> {
  const root = await mkdtemp(join(tmpdir(), 'pod-'));
  const { namespace = '', name = '' } = pod.metadata ?? {};
  const all = pod.spec?.containers[0]?.volumeMounts ?? [];
  const hasToken = all.some(({ mountPath }) => mountPath === SERVICE_ACCOUNT);
  // The token goes by a kubeconfig, for its path is not to be had here.
  const mounts = all.filter(({ mountPath }) => mountPath !== SERVICE_ACCOUNT);
  const volumes = new Map(pod.spec?.volumes?.map((volume) => [volume.name, volume]));

  // All at once, for the folder here is below one of them.
  const paths = new RegExp(`(?<![^\\s"'=:,])(?:${mounts.map((one) => one.mountPath).join('|')})(?![^/\\s"'])`, 'g');

  function translate(text: string): string {
    return text.replace(paths, (path) => join(root, path));
  }

  async function write(folder: string, file: string, content: Buffer): Promise<void> {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    const isText = file.endsWith('.yaml');
    await writeFile(path, isText ? translate(content.toString('utf8')) : content);
  }

  async function writeKeys(
    folder: string,
    content: Readonly<Record<string, Buffer>>,
    items: readonly V1KeyToPath[] | undefined,
  ): Promise<void> {
    const wanted = items ?? Object.keys(content).map((key) => ({ key, path: key }));
    for (const { key, path } of wanted) {
      const bytes = content[key];
      if (bytes === undefined) throw new Error(`pod ${name} mounts the key ${key}, which is not there`);
      await write(folder, path, bytes);
    }
  }

  async function project(folder: string, { configMap, secret }: V1VolumeProjection): Promise<void> {
    if (configMap !== undefined) {
      await writeKeys(folder, await readConfigMap(cluster, namespace, configMap.name ?? ''), configMap.items);
    }
    if (secret !== undefined)
      await writeKeys(folder, await readSecret(cluster, namespace, secret.name ?? ''), secret.items);
  }

  async function fill(folder: string, { configMap, secret, projected }: V1Volume): Promise<void> {
    await mkdir(folder, { recursive: true });
    for (const source of projected?.sources ?? []) await project(folder, source);
    if (configMap !== undefined) await project(folder, { configMap });
    if (secret !== undefined) {
      await writeKeys(folder, await readSecret(cluster, namespace, secret.secretName ?? ''), secret.items);
    }
  }

  for (const { name: volume, mountPath } of mounts)
    await fill(join(root, mountPath), volumes.get(volume) ?? { name: '' });
  return {
    translate,
    token: hasToken ? await podToken(cluster, pod) : null,
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** As the kubelet asks for it: bound to the pod, so that it ends with it. */
async function podToken(cluster: Cluster, { metadata, spec }: V1Pod): Promise<string> {
  const { name = '', namespace = '', uid = '' } = metadata ?? {};
  const bound = ['--bound-object-kind', 'Pod', '--bound-object-name', name, '--bound-object-uid', uid];
  const account = spec?.serviceAccountName ?? 'default';
  return (await cluster.kubectl(['create', 'token', account, '--namespace', namespace, ...bound])).trim();
}

async function readConfigMap(cluster: Cluster, namespace: string, name: string) {
  const { data = {}, binaryData = {} } = await cluster.get<V1ConfigMap>('configmap', name, namespace);
  return { ...buffers(data, 'utf8'), ...buffers(binaryData, 'base64') };
}

/** A Secret's content. */
export async function readSecret(cluster: Cluster, namespace: string, name: string) {
  const { data = {} } = await cluster.get<V1Secret>('secret', name, namespace);
  return buffers(data, 'base64');
}

function buffers(texts: Readonly<Record<string, string>>, encoding: BufferEncoding): Readonly<Record<string, Buffer>> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text, encoding)]));
}
