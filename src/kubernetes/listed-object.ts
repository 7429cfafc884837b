import { ranDigests, type NamedContainer, type PodStatus } from './ran-images.ts';
import { workloadName, type Workload, type WorkloadKind } from './workload.ts';

/** A workload with what matters of it. */
export interface ListedObject extends Workload {
  /** The name of the workload that made it, such as `shop/Deployment/web`; null where none did. */
  readonly controller: string | null;
  /** As they are written, each once. */
  readonly images: readonly string[];
  /** Digests of images that its containers were made from; absent where it has none. */
  readonly ran?: readonly string[];
}

/** What is there is not always what the API promises: null in place of a list, or a number in place of a name. */
type List<T> = readonly (T | null)[] | null;

/** The part of a pod's specification that names images. */
export interface PodSpec {
  readonly containers?: List<NamedContainer>;
  readonly initContainers?: List<NamedContainer>;
  readonly ephemeralContainers?: List<NamedContainer>;
  readonly volumes?: List<{ readonly image?: { readonly reference?: unknown } | null }>;
}

/** What all objects have. */
export interface ObjectMeta {
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: List<{ readonly kind?: unknown; readonly name?: unknown; readonly controller?: unknown }>;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label */
const TEMPLATE_HASH = 'pod-template-hash';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const MAX_NAME = 253;

/** Longer than any reference that a kubelet takes. */
const MAX_IMAGE = 1024;

/** An object of the API in short. */
export function listedObject(
  kind: WorkloadKind,
  meta: ObjectMeta | undefined,
  spec: PodSpec | null | undefined,
): ListedObject {
  const namespace = nameOf(meta?.namespace);
  return {
    kind,
    namespace,
    name: nameOf(meta?.name),
    uid: nameOf(meta?.uid),
    controller: controllerOf(namespace, meta),
    images: imagesOf(spec),
  };
}

/** A pod in short. One that has ended pulls nothing more, and what it ran was there once. */
export function listedPod(
  meta: ObjectMeta | undefined,
  spec: PodSpec | null | undefined,
  status: (PodStatus & { readonly phase?: string }) | null | undefined,
): ListedObject {
  const pod = listedObject('Pod', meta, hasEnded(status?.phase) ? null : spec);
  const ran = ranDigests(containersOf(spec), status);
  return ran.length === 0 ? pod : { ...pod, ran };
}

/** True for a pod that will not pull again: it has ended, and who made it makes another one if one is needed. */
export function hasEnded(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** True for a Job that will make no further pod. */
export function isFinished(
  conditions: readonly { readonly type: string; readonly status: string }[] | null | undefined,
): boolean {
  return (conditions ?? []).some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}

/** The API lets nobody have a longer one; all of them are kept. */
function nameOf(written: unknown): string {
  if (typeof written !== 'string') return '';
  // Not a slice, which would keep all of it.
  return written.length <= MAX_NAME ? written : Buffer.from(written.slice(0, MAX_NAME)).toString();
}

function containersOf(spec: PodSpec | null | undefined): readonly (NamedContainer | null)[] {
  const { containers, initContainers, ephemeralContainers } = spec ?? {};
  return [containers, initContainers, ephemeralContainers].flatMap((list) => list ?? []);
}

function imagesOf(spec: PodSpec | null | undefined): readonly string[] {
  const volumes = (spec?.volumes ?? []).map((volume) => volume?.image?.reference);
  const written = [...containersOf(spec).map((one) => one?.image), ...volumes];
  return [
    ...new Set(written.filter((image) => typeof image === 'string' && image !== '' && image.length <= MAX_IMAGE)),
  ] as readonly string[];
}

/**
 * A Deployment's pods belong to a ReplicaSet whose name is the Deployment's and the hash in the pods' own label, so
 * ReplicaSets need not be listed, nor the right to list them be given.
 */
function controllerOf(namespace: string, meta: ObjectMeta | undefined): string | null {
  const owner = meta?.ownerReferences?.find((one) => one?.controller === true);
  if (typeof owner?.kind !== 'string' || typeof owner.name !== 'string') return null;
  const suffix = `-${meta?.labels?.[TEMPLATE_HASH] ?? ''}`;
  if (owner.kind !== 'ReplicaSet' || suffix === '-' || !owner.name.endsWith(suffix)) {
    return `${namespace}/${owner.kind}/${owner.name}`;
  }
  return workloadName({ namespace, kind: 'Deployment', name: owner.name.slice(0, -suffix.length) });
}
