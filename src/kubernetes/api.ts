import type { ImageHolder } from './node-images.ts';
import type { ListedObject } from './listed-object.ts';
import type { KubeEvent } from './event.ts';
import type { WorkloadKind } from './workload.ts';

/** Why the API did not do what it was asked. */
export interface ApiFailure {
  readonly kind: 'failed';
  /**
   * `unauthorized`: the login is missing; `forbidden`: the right is; `not_found`; `expired`: the list has to begin anew;
   * `conflict`: somebody else has written meanwhile; `busy`: it may work a moment later; `unreachable`: no answer;
   * `other`: any other answer.
   */
  readonly reason:
    'unauthorized' | 'forbidden' | 'not_found' | 'conflict' | 'expired' | 'busy' | 'unreachable' | 'other';
  /** One line, without a secret in it. */
  readonly detail: string;
  /** `Retry-After`, as it came: seconds or a date; absent where the API says nothing. */
  readonly retryAfter?: string;
}

/** What the API answered. */
export type ApiAnswer<T> = { readonly kind: 'done'; readonly value: T } | ApiFailure;

/** What is listed: pods that have ended are not among the pods, and are listed by themselves. */
export type ListedKind = WorkloadKind | 'EndedPod';

/** A part of a list. */
export interface Page {
  /** What pulls images; what is finished is left out. */
  readonly objects: readonly ListedObject[];
  /** Where the next part begins; empty at the end. */
  readonly next: string;
  /** Why an object is not among them that may pull images; absent where all are. */
  readonly leftOut?: string;
}

/** A part of the list of nodes. */
export interface NodePage {
  /** As `linux/arm64`, one for each node that says it. */
  readonly platforms: readonly string[];
  /** Nodes that hold what is wanted. */
  readonly holders: readonly ImageHolder[];
  /** Where the next part begins; empty at the end. */
  readonly next: string;
}

/** What a ConfigMap holds. */
export interface ConfigMapContent {
  readonly data: Readonly<Record<string, string>>;
  /** What is not text, in Base64. */
  readonly binaryData: Readonly<Record<string, string>>;
  /** Changes with every write. */
  readonly resourceVersion: string;
}

/** What a ConfigMap is to hold besides what it does; null takes a key away. */
export interface ConfigMapPatch {
  readonly data?: Readonly<Record<string, string | null>>;
  /** In Base64. */
  readonly binaryData?: Readonly<Record<string, string | null>>;
  /** With it, a ConfigMap that somebody has changed since then is left as it is: a conflict. */
  readonly metadata?: { readonly resourceVersion: string };
}

/** A Secret's type, and its content in Base64. */
export interface SecretContent {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}

/** What the probe asks of a cluster. Nothing here throws for what a cluster may answer. */
export interface KubeApi {
  /** A page of all objects of a kind, in all namespaces or in one; `from` is empty for the first one. */
  list(kind: ListedKind, from: string, signal: AbortSignal, namespace?: string | null): Promise<ApiAnswer<Page>>;
  /** A page of all nodes, and which of them hold images with these digests; `from` is empty for the first one. */
  listNodes(from: string, signal: AbortSignal, wanted?: ReadonlySet<string>): Promise<ApiAnswer<NodePage>>;
  readConfigMap(namespace: string, name: string, signal: AbortSignal): Promise<ApiAnswer<ConfigMapContent>>;
  patchConfigMap(
    namespace: string,
    name: string,
    patch: ConfigMapPatch,
    signal: AbortSignal,
  ): Promise<ApiAnswer<undefined>>;
  /** Or counts it up, where it is there. */
  createEvent(event: KubeEvent, signal: AbortSignal): Promise<ApiAnswer<undefined>>;
  readSecret(namespace: string, name: string, signal: AbortSignal): Promise<ApiAnswer<SecretContent>>;
  close(): Promise<void>;
}
