import { createIdSet, type DigestTable } from './digest-table.ts';
import type { BlobFacts } from './blob-index.ts';
import type { RegistryVersion } from './document.ts';
import type { Removed } from './links.ts';
import type { NamedLink, RepositoryContents } from './repository.ts';
import { sweep } from './sweep.ts';

/** How a garbage collection is run. */
export interface CollectionOptions {
  readonly version: RegistryVersion;
  /** `-m`, `--delete-untagged`. */
  readonly deleteUntagged: boolean;
}

/** What a garbage collection would do. */
export interface CollectionPlan {
  /** Why it would end before it is done, in one line; null where it would not. What is below is what it does until then. */
  readonly failure: string | null;
  readonly manifests: number;
  readonly layerLinks: number;
  readonly blobs: number;
  /** What it would free, in bytes of data. */
  readonly bytes: number;
  readonly removed: Removed;
}

/** A garbage collection that is thought through, repository by repository, in the order in which the real one goes. */
export interface Collection {
  /** Marks what the manifests of a repository need. */
  repository(contents: RepositoryContents): void;
  /** Takes down a link of the same repository's layers, once its manifests are marked. */
  layer(repository: string, link: NamedLink): void;
  /** Sweeps. Nothing may be asked of it before. */
  finish(blobs: BlobFacts): CollectionPlan;
}

/**
 * Thinks through a garbage collection of distribution, by what it does: it marks every manifest that a repository has,
 * or with `deleteUntagged` every one that a tag names, and what they refer to; 2.x goes one step deep, which costs the
 * children of an index what they consist of, and 3 goes all the way. Then it sweeps what is not marked.
 * https://github.com/distribution/distribution/blob/v2.8.3/registry/storage/garbagecollect.go
 * https://github.com/distribution/distribution/blob/v3.0.0/registry/storage/garbagecollect.go
 */
export function createCollection({ version, deleteUntagged }: CollectionOptions, table: DigestTable): Collection {
  const marked = createIdSet();
  const unwanted: { readonly repository: string; readonly digest: string; readonly isThere: boolean }[] = [];
  const layerLinks: { readonly repository: string; readonly id: number }[] = [];
  let failure: string | null = null;

  function fail(why: string): void {
    failure ??= why;
  }

  function mark(contents: WithLinks, digest: string): void {
    marked.add(table.idOf(digest));
    markReferences(contents, digest);
  }

  function markReferences(contents: WithLinks, digest: string): void {
    const open = [digest];
    for (let one = open.pop(); one !== undefined && failure === null; one = open.pop()) {
      const read = contents.manifest(one);
      if (read.kind !== 'read') {
        const why = read.kind === 'failing' ? read.detail : 'it cannot be read';
        return fail(`${contents.name}: the manifest ${one} stops it: ${why}`);
      }
      for (const id of read.refersTo) {
        const isNew = !marked.has(id);
        marked.add(id);
        if (version === 3 && isNew && exists(contents, table.digest(id))) open.push(table.digest(id));
      }
    }
  }

  function markAll(contents: RepositoryContents): void {
    const withLinks: WithLinks = { ...contents, linked: digestsOf(contents.revisions) };
    const tagged = deleteUntagged ? taggedBy(contents, fail) : null;
    for (const { link, path } of contents.revisions) {
      if (failure !== null) return;
      // A directory of that name is walked into, and not read.
      if (link.kind === 'nothing' || link.kind === 'misplaced') continue;
      if (link.kind !== 'link') return fail(`${path} stops it: ${link.detail}`);
      const found = contents.manifest(link.digest);
      if (found.kind === 'missing') continue;
      if (tagged === null || tagged.has(link.digest)) mark(withLinks, link.digest);
      else if (contents.tags !== null) {
        unwanted.push({ repository: contents.name, digest: link.digest, isThere: withLinks.linked.has(link.digest) });
      } else if (version === 2) fail(`${contents.name}: it has no directory of tags, which stops it`);
    }
  }

  /** Version 3 asks whether what is referred to is a manifest of this repository, and goes on below it. */
  function exists({ linked, manifest }: WithLinks, digest: string): boolean {
    return linked.has(digest) && manifest(digest).kind !== 'missing';
  }

  return {
    repository(contents) {
      markAll(contents);
      // It lists the layers, too, and does not expect that there is nothing to list.
      if (version === 3 && !contents.hasLayers) fail(`${contents.name}: it has no directory of layers, which stops it`);
    },

    layer(repository, { link, path }) {
      // Version 2 leaves the links of what it deletes.
      if (failure !== null || version === 2 || link.kind === 'nothing' || link.kind === 'misplaced') return;
      if (link.kind !== 'link') return fail(`${path} stops it: ${link.detail}`);
      const id = table.idOf(link.digest);
      if (table.dataSize(id) !== null && !marked.has(id)) layerLinks.push({ repository, id });
    },

    finish({ stray, isMissing }) {
      return sweep({ version, table, marked, unwanted, layerLinks, failure, stray, isMissing });
    },
  };
}

type WithLinks = RepositoryContents & { readonly linked: ReadonlySet<string> };

/** Digests whose directory among the revisions has a link that holds one. */
function digestsOf(revisions: readonly NamedLink[]): ReadonlySet<string> {
  return new Set(revisions.flatMap(({ named, link }) => (named !== null && link.kind === 'link' ? [named] : [])));
}

function taggedBy({ tags, revisions }: RepositoryContents, fail: (why: string) => void): ReadonlySet<string> {
  const tagged = new Set<string>();
  for (const link of tags?.values() ?? []) {
    if (link.kind === 'link') tagged.add(link.digest);
    // Nobody looks at the tags of a repository without a manifest.
    else if (link.kind !== 'nothing' && revisions.length > 0) fail(`the link of a tag stops it: ${link.detail}`);
  }
  return tagged;
}
