import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';

import { untilCluster } from '../cluster/clients.ts';
import { createNamespace } from '../cluster/release.ts';
import type { NodeCluster } from './start-node.ts';

/** What the kubelet made of an image. */
export interface NodePull {
  readonly pulls: boolean;
  /** The reason and the message of the container's state. */
  readonly said: string;
}

/** Why a container waits whose image did not come. */
const NO_IMAGE = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'RegistryUnavailable', 'ErrImageNeverPull'];
/** Its turn has not come yet. */
const NOT_YET = ['ContainerCreating', 'PodInitializing', ''];
/** A pod's containers are pulled for one after the other, and pods at the same time. */
const CONTAINERS = 6;
const PATIENCE_MS = 240_000;

/**
 * Lets pods pull all these images, always and on a node that has none of their layers, and tells for each whether it
 * came. What it holds cannot run, and need not.
 */
export async function pullOnNode(
  node: NodeCluster,
  namespace: string,
  references: readonly string[],
): Promise<ReadonlyMap<string, NodePull>> {
  await createNamespace(node, namespace);
  const pods = Array.from({ length: Math.ceil(references.length / CONTAINERS) }, (_, index) =>
    pod(namespace, `pull-${index}`, references.slice(index * CONTAINERS, (index + 1) * CONTAINERS)),
  );
  await node.apply(...pods);
  let pulled: ReadonlyMap<string, NodePull> = new Map();
  await untilCluster(
    async () => {
      pulled = new Map((await node.list<V1Pod>('pods', namespace)).flatMap(pullsOf));
      return pulled.size === references.length;
    },
    `the node has tried ${references.length} images`,
    PATIENCE_MS,
  );
  await node.kubectl(['delete', 'namespace', namespace, '--wait=false']);
  return pulled;
}

function pod(namespace: string, name: string, images: readonly string[]): object {
  const containers = images.map((image, index) => ({ name: `c${index}`, image, imagePullPolicy: 'Always' }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      containers,
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
    },
  };
}

/** The images of a pod that have been tried. What the runtime tells of an image it has may be another of its names. */
function pullsOf({ spec, status }: V1Pod): readonly (readonly [string, NodePull])[] {
  const statuses = new Map(status?.containerStatuses?.map((one) => [one.name, one]));
  return (spec?.containers ?? []).flatMap(({ name, image = '' }) => {
    const pull = pullOf(statuses.get(name));
    return pull === null ? [] : [[image, pull] as const];
  });
}

function pullOf(status: V1ContainerStatus | undefined): NodePull | null {
  const { waiting, terminated, running } = status?.state ?? {};
  if (running !== undefined) return { pulls: true, said: 'runs' };
  if (terminated !== undefined) return { pulls: true, said: terminated.reason ?? 'ended' };
  const reason = waiting?.reason ?? '';
  if (NOT_YET.includes(reason)) return null;
  return { pulls: !NO_IMAGE.includes(reason), said: `${reason}: ${waiting?.message ?? ''}` };
}
