import { createIdSet, type DigestTable, type IdSet } from './digest-table.ts';
import type { CollectionPlan } from './collection.ts';
import type { RegistryVersion } from './document.ts';

/** What is known when the marking is over. */
export interface Marked {
  readonly version: RegistryVersion;
  readonly table: DigestTable;
  readonly marked: IdSet;
  /** Manifests that no tag names, in the order in which they were met; `isThere`: so is their directory. */
  readonly unwanted: readonly { readonly repository: string; readonly digest: string; readonly isThere: boolean }[];
  /** Links of layers that nothing had marked when their repository was walked. */
  readonly layerLinks: readonly { readonly repository: string; readonly id: number }[];
  /** Why the marking ended before it was done; null where it did not. */
  readonly failure: string | null;
  readonly stray: string | null;
  readonly isMissing: boolean;
}

/** What a garbage collection removes in the end: manifests, then data, then in version 3 links of layers. */
export function sweep(state: Marked): CollectionPlan {
  if (state.failure !== null) return planOf(state, [], state.failure);
  const removed = new Set<string>();
  for (const { repository, digest, isThere } of manifestsToRemove(state)) {
    const key = keyOf(repository, digest);
    // It ends at a directory that it finds gone, be it by its own hand.
    if (!isThere || removed.has(key)) {
      return planOf(state, [...removed], `${repository}: it ends at the manifest ${digest}, which it cannot remove`);
    }
    removed.add(key);
  }
  if (state.isMissing) return planOf(state, [...removed], 'it ends for want of a directory of blobs');
  if (state.stray !== null) return planOf(state, [...removed], `it ends at ${state.stray}, which is no blob`);
  return planOf(state, [...removed], null);
}

/** Version 3 keeps what another manifest refers to; 2.x does not, and so takes the children of every index. */
function manifestsToRemove({ version, table, marked, unwanted }: Marked): Marked['unwanted'] {
  return version === 2 ? unwanted : unwanted.filter(({ digest }) => !marked.has(table.idOf(digest)));
}

function planOf(state: Marked, removed: readonly string[], failure: string | null): CollectionPlan {
  const { table, marked } = state;
  const manifests = new Set(removed);
  const links = failure === null ? state.layerLinks : [];
  const linkKeys = new Map<string, IdSet>();
  for (const { repository, id } of links) {
    const ids = linkKeys.get(repository) ?? createIdSet();
    ids.add(id);
    linkKeys.set(repository, ids);
  }
  let blobs = 0;
  let bytes = 0;
  if (failure === null) {
    for (let id = 0; id < table.size; id += 1) {
      const size = table.dataSize(id);
      if (size === null || marked.has(id)) continue;
      blobs += 1;
      bytes += size;
    }
  }
  return {
    failure,
    manifests: manifests.size,
    layerLinks: links.length,
    blobs,
    bytes,
    removed: {
      revision: (repository, digest) => manifests.has(keyOf(repository, digest)),
      layer: (repository, digest) => linkKeys.get(repository)?.has(table.idOf(digest)) ?? false,
      blob: (digest) => failure === null && !marked.has(table.idOf(digest)),
    },
  };
}

function keyOf(repository: string, digest: string): string {
  return `${repository} ${digest}`;
}
