import { parseDigest } from '../oci/digest.ts';
import { isSchema1Type } from '../oci/media-types.ts';
import type { DigestTable } from './digest-table.ts';
import type { Disk, Entry } from './disk.ts';
import type { Unseen } from './blob-index.ts';
import { readLink, type Link } from './links.ts';
import type { Breathe, RepositoryDirectory } from './listing.ts';
import { LAYERS, partOf, revisionsOf, tagLink, tagsOf } from './paths.ts';
import { serveManifest, type Storage } from './served-manifest.ts';

/** A link in a directory that is named after a digest. */
export interface NamedLink {
  /** What the directory is named after; null where that is no digest. */
  readonly named: string | null;
  readonly link: Link;
  readonly path: string;
}

/** A manifest as the registry would serve it, with what it refers to by numbers. */
export type ReadManifest =
  | {
      readonly kind: 'read';
      readonly isIndex: boolean;
      /** Of a kind that version 3 does not serve. */
      readonly isRetired: boolean;
      readonly refersTo: readonly number[];
      /** It was found by the link that 2.1 wrote among the layers, and by no other. */
      readonly isByLayerLink: boolean;
    }
  | { readonly kind: 'missing' }
  /** The registry fails on it, in these words. */
  | { readonly kind: 'failing'; readonly detail: string }
  /** It could not be looked at. */
  | { readonly kind: 'unseen' };

/** What a repository's directories hold, apart from its layers, of which there may be a million. */
export interface RepositoryContents {
  readonly name: string;
  /** Null where there is no directory of tags. */
  readonly tags: ReadonlyMap<string, Link> | null;
  readonly revisions: readonly NamedLink[];
  /** There is a directory of layers, be it empty. */
  readonly hasLayers: boolean;
  /** Reads a manifest, once. */
  manifest(digest: string): ReadManifest;
}

export interface RepositoryDeps {
  readonly storage: Storage;
  readonly table: DigestTable;
  readonly breathe: Breathe;
  readonly onUnseen: (unseen: Unseen) => void;
}

/** Reads what a repository has of tags and manifests. */
export async function readRepository(
  { name, parts }: RepositoryDirectory,
  deps: RepositoryDeps,
): Promise<RepositoryContents> {
  const { storage, breathe, onUnseen } = deps;
  const revisions: NamedLink[] = [];
  await eachLink(storage.disk, revisionsOf(name), deps, (one) => void revisions.push(one));
  const names: string[] = [];
  const listed = storage.disk.each(tagsOf(name), (entry) => names.push(entry.name));
  if (listed.kind === 'problem') onUnseen({ path: tagsOf(name), problem: listed });
  const tags = new Map<string, Link>();
  for (const tag of names.toSorted()) {
    await breathe();
    const link = readLink(storage.disk, tagLink(name, tag));
    if (link.kind === 'problem') onUnseen({ path: tagLink(name, tag), problem: link });
    tags.set(tag, link);
  }
  const read = new Map<string, ReadManifest>();
  return {
    name,
    tags: listed.kind === 'nothing' ? null : tags,
    revisions,
    hasLayers: parts.has(LAYERS),
    manifest(digest) {
      const answer = read.get(digest) ?? readOne(name, digest, deps);
      read.set(digest, answer);
      return answer;
    },
  };
}

/** Calls back for every link of a repository's layers, in the order in which a registry walks them. */
export function eachLayerLink(name: string, deps: RepositoryDeps, visit: (link: NamedLink) => void): Promise<void> {
  return eachLink(deps.storage.disk, partOf(name, LAYERS), deps, visit);
}

async function eachLink(
  disk: Disk,
  directory: string,
  { breathe, onUnseen }: Pick<RepositoryDeps, 'breathe' | 'onUnseen'>,
  visit: (link: NamedLink) => void,
): Promise<void> {
  const list = (path: string): readonly Entry[] => {
    const entries: Entry[] = [];
    const listed = disk.each(path, (entry) => entries.push(entry));
    if (listed.kind === 'problem') onUnseen({ path, problem: listed });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };
  for (const { name: algorithm } of list(directory)) {
    for (const { name: hex, isDirectory } of list(`${directory}/${algorithm}`)) {
      await breathe();
      const path = `${directory}/${algorithm}/${hex}/link`;
      const link = readLink(disk, path, isDirectory);
      if (link.kind === 'problem') onUnseen({ path, problem: link });
      const digest = `${algorithm}:${hex}`;
      visit({ named: parseDigest(digest).kind === 'supported' ? digest : null, link, path });
    }
  }
}

function readOne(name: string, digest: string, { storage, table, onUnseen }: RepositoryDeps): ReadManifest {
  const found = serveManifest(storage, name, digest);
  if (found.kind === 'unknown') {
    const { reason, detail } = found;
    onUnseen({ path: `${name}@${digest}`, problem: { kind: 'problem', reason, detail } });
    return { kind: 'unseen' };
  }
  if (found.kind === 'absent') {
    return found.fault === 'missing' ? { kind: 'missing' } : { kind: 'failing', detail: found.observed.detail };
  }
  const { served } = found.value;
  const isByLayerLink = storage.version === 2 && storage.links.revision(name, digest).kind === 'nothing';
  if (served.kind === 'retired') return { kind: 'failing', detail: `${served.what}, which it does not serve` };
  return {
    kind: 'read',
    isIndex: served.isIndex,
    isRetired: isSchema1Type(served.mediaType),
    refersTo: idsOf(served.refersTo, table),
    isByLayerLink,
  };
}

/** The numbers of what a manifest refers to; what is no digest is nobody's. */
function idsOf(digests: readonly string[], table: DigestTable): readonly number[] {
  return digests.filter((digest) => parseDigest(digest).kind === 'supported').map((digest) => table.idOf(digest));
}
