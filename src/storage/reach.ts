import { createIdSet, type DigestTable, type IdSet } from './digest-table.ts';
import type { RepositoryContents } from './repository.ts';

/** What the tags of a repository lead to, directly or by an index. */
export interface Reached {
  /** Manifests and what they refer to, by number. */
  readonly ids: IdSet;
  /** Manifests that were reached, in the order in which they were. */
  readonly manifests: readonly { readonly digest: string; readonly id: number; readonly tag: string }[];
}

/** Follows the tags, each manifest once. What cannot be read leads nowhere. */
export function reachFromTags({ tags, manifest }: RepositoryContents, table: DigestTable): Reached {
  const ids = createIdSet();
  const seen = new Set<number>();
  const manifests: { readonly digest: string; readonly id: number; readonly tag: string }[] = [];
  for (const [tag, link] of tags ?? []) {
    if (link.kind !== 'link') continue;
    const open = [table.idOf(link.digest)];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      ids.add(id);
      if (seen.has(id)) continue;
      seen.add(id);
      const digest = table.digest(id);
      manifests.push({ digest, id, tag });
      const read = manifest(digest);
      if (read.kind !== 'read') continue;
      for (const below of read.refersTo) {
        ids.add(below);
        if (read.isIndex) open.push(below);
      }
    }
  }
  return { ids, manifests };
}
