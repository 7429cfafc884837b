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

/** A repository for writing. */
export interface MutableRepository {
  readonly tags: Map<string, string | null>;
  readonly manifests: Map<string, StoredManifest>;
  readonly blobs: Map<string, StoredBlob>;
  readonly hasTagList: boolean;
}
