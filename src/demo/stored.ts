/** A manifest as a registry keeps it. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A blob as a registry knows it: what is on its disk, and what it remembers of it. */
export interface StoredBlob {
  /** Null: the data file is gone. */
  readonly bytes: Uint8Array | null;
  /** The length in the descriptor cache, which wins over the disk; null where the cache is cold. */
  readonly cachedSize: number | null;
}

/** What a list says of something that is attached. */
export interface AttachedDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType: string;
}

/** A repository for writing. */
export interface MutableRepository {
  readonly tags: Map<string, string | null>;
  readonly manifests: Map<string, StoredManifest>;
  readonly blobs: Map<string, StoredBlob>;
  /** What a registry remembers of what is attached to a digest: descriptors by digest. */
  readonly attached: Map<string, Map<string, AttachedDescriptor>>;
  readonly hasTagList: boolean;
}
