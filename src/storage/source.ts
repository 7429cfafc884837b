import type { Descriptor } from '../oci/descriptor.ts';
import { unknown, type Absent, type Lookup } from '../walk/lookup.ts';
import type {
  Ask,
  BlobCheck,
  BlobContent,
  ContentSource,
  ManifestContent,
  ManifestReference,
  Resolution,
} from '../walk/source.ts';
import { checkStoredBlob, readStoredBlob } from './blobs.ts';
import type { HashFile } from './hashing.ts';
import { findRepositories, listTags, type Breathe } from './listing.ts';
import { LAYERS, MANIFESTS } from './paths.ts';
import { missing, notALink, serveManifest, type Storage } from './served-manifest.ts';

/** What a storage is for: a cache does not have everything, and fetches what it misses. */
export type StorageKind = 'private' | 'pull-through';

/** How a storage is walked. */
export interface StorageSourceOptions {
  readonly kind: StorageKind;
}

export interface StorageSourceDeps {
  readonly hashFile: HashFile;
  readonly breathe: Breathe;
}

/**
 * The storage of a registry on disk, as the walk asks it. Each question is answered as the registry would answer it with
 * empty caches; nothing is written, and every question reads the disk anew.
 */
export function createStorageSource(
  storage: Storage,
  { kind }: StorageSourceOptions,
  { hashFile, breathe }: StorageSourceDeps,
): ContentSource {
  const { disk, links } = storage;

  async function answer<T>({ signal }: Ask, look: () => Lookup<T> | Promise<Lookup<T>>): Promise<Lookup<T>> {
    if (signal.aborted) return unknown('deadline', 'there was no time left to look at it');
    await breathe();
    return look();
  }

  /** What a cache misses it fetches when it is asked for. */
  function orFetched<T>(found: Lookup<T>): Lookup<T> {
    if (kind === 'private' || found.kind !== 'absent' || found.fault !== 'missing') return found;
    return { ...found, notKept: true };
  }

  function resolve(repository: string, reference: ManifestReference): Lookup<Resolution> {
    if ('digest' in reference) return orFetched(resolveDigest(repository, reference.digest));
    const link = links.tag(repository, reference.tag);
    if (link.kind === 'nothing') return dangling();
    if (link.kind !== 'link') return notALink(link);
    return orFetched(resolveDigest(repository, link.digest));
  }

  function resolveDigest(repository: string, digest: string): Lookup<Resolution> {
    const found = serveManifest(storage, repository, digest);
    if (found.kind !== 'found') return found;
    const { served, bytes, observed } = found.value;
    if (served.kind === 'retired') return { kind: 'found', value: { kind: 'unsupported', what: served.what } };
    const { mediaType } = served;
    return { kind: 'found', value: { kind: 'manifest', digest, mediaType, size: bytes.length, observed } };
  }

  function manifest(repository: string, digest: string): Lookup<ManifestContent> {
    const found = serveManifest(storage, repository, digest);
    if (found.kind !== 'found') return orFetched(found);
    const { served, bytes, observed } = found.value;
    return {
      kind: 'found',
      value: { bytes, mediaType: served.kind === 'served' ? served.mediaType : SCHEMA1, observed },
    };
  }

  return {
    repositories: (ask) =>
      answer(ask, async () => {
        const names: string[] = [];
        const listed = await findRepositories(disk, breathe, ({ name, parts }) => {
          if (parts.has(LAYERS) || parts.has(MANIFESTS)) names.push(name);
        });
        if (listed.kind === 'listed') return { kind: 'found', value: names };
        if (listed.kind === 'nothing') return { kind: 'found', value: [] };
        return listed.kind === 'misplaced'
          ? unknown('server_error', listed.detail)
          : unknown(listed.reason, listed.detail);
      }),
    tags: (repository, ask) => answer(ask, () => listTags(disk, repository)),
    resolve: (repository, reference, ask) => answer(ask, () => resolve(repository, reference)),
    manifest: (repository, digest, ask) => answer(ask, () => manifest(repository, digest)),
    // A tag leads to a manifest by its digest, and there is no other way.
    manifestByTag: () => Promise.resolve(missing('nothing but its digest leads to it')),
    // Distribution lists nothing of the kind: whoever attaches something pushes a list of it under a tag.
    referrers: () => Promise.resolve(missing('distribution keeps no list of what is attached')),
    blob: (repository: string, descriptor: Descriptor, check: BlobCheck, ask: Ask): Promise<Lookup<BlobContent>> =>
      answer(ask, () => checkStoredBlob(storage, { repository, descriptor, check, kind }, hashFile, ask.signal)),
    blobBytes: (repository, descriptor, ask) => answer(ask, () => readStoredBlob(storage, repository, descriptor)),
  };
}

/** What a registry that still served it would say that it is. */
const SCHEMA1 = 'application/vnd.docker.distribution.manifest.v1+json';

function dangling(): Absent {
  return { ...missing('the tag has a directory, and no link in it that says where it points'), fault: 'tag_dangling' };
}
