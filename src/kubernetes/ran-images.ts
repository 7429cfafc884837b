import { parseDigest } from '../oci/digest.ts';

/** A container in the words of a pod's specification. */
export interface NamedContainer {
  readonly name?: unknown;
  readonly image?: unknown;
}

/** What a kubelet says of a container. */
interface ContainerStatus {
  readonly name?: unknown;
  /** Of what it runs or ran: empty until an image was there. */
  readonly imageID?: unknown;
  readonly state?: { readonly waiting?: unknown; readonly running?: unknown; readonly terminated?: unknown } | null;
}

type List<T> = readonly (T | null)[] | null | undefined;

/** What a kubelet says of a pod, as far as it tells of images. */
export interface PodStatus {
  readonly containerStatuses?: List<ContainerStatus>;
  readonly initContainerStatuses?: List<ContainerStatus>;
  readonly ephemeralContainerStatuses?: List<ContainerStatus>;
}

/** Longer than any reference with a digest; what is longer is none. */
const MAX_LENGTH = 1024;

/**
 * Digests of images that the containers of a pod were made from, each once: what their `imageID` says, and the digest by
 * which an image was named whose container runs or ran. The two differ where the runtime tells the manifest of its
 * platform, or another name of the same image.
 * https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodStatus
 */
export function ranDigests(
  containers: readonly (NamedContainer | null)[],
  status: PodStatus | null | undefined,
): string[] {
  const { containerStatuses, initContainerStatuses, ephemeralContainerStatuses } = status ?? {};
  const statuses = [containerStatuses, initContainerStatuses, ephemeralContainerStatuses].flatMap((list) => list ?? []);
  const images = new Map(containers.map((container) => [container?.name, container?.image]));
  const written = statuses.flatMap((one) => {
    if (typeof one?.imageID !== 'string' || one.imageID === '') return [];
    // While a container waits, its image may be another one than the one that it ran.
    const isWaiting = (one.state?.waiting ?? null) !== null;
    return isWaiting ? [one.imageID] : [one.imageID, images.get(one.name)];
  });
  return [...new Set(written.flatMap((text) => digestIn(text) ?? []))];
}

/** The digest of `docker-pullable://host/repository@sha256:…`, of `host/repository:tag@sha256:…`, or of one alone. */
function digestIn(text: unknown): string | null {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return null;
  const digest = text.slice(Math.max(text.lastIndexOf('@'), text.lastIndexOf('/')) + 1);
  return parseDigest(digest).kind === 'supported' ? digest : null;
}
