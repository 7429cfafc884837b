/** A repository of a registry in which something that is broken elsewhere was found whole. */
export interface RegistryCopy {
  readonly kind: 'registry';
  /** The registry's name in the settings, or its host where it has none. */
  readonly where: string;
  /** Where that registry was asked. */
  readonly url: string;
  /** It is the registry itself in which the thing is broken. */
  readonly isOwn: boolean;
  readonly repository: string;
  /** What can be brought back from there: one blob, or a manifest with all that it refers to. */
  readonly part: 'blob' | 'image';
  readonly digest: string;
}

/** A node of the cluster that says it holds the image; for its platform alone, and nobody has looked whether all of it. */
export interface NodeCopy {
  readonly kind: 'node';
  /** The name of the node. */
  readonly where: string;
  readonly platform: string;
  /** As the node calls it, by digest. */
  readonly image: string;
}

/** Where something that is broken may be got from. */
export type Copy = RegistryCopy | NodeCopy;
