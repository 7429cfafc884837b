import { allContent, type Image, type Index } from './content.ts';
import { createDamage, replace, type Damage, type Undo } from './damage.ts';
import type { Sealed } from './sealed.ts';
import type { AttachedDescriptor, MutableRepository, StoredBlob, StoredManifest } from './stored.ts';

/** What is attached to which digest. */
interface Attachment {
  readonly subject: string;
  readonly descriptor: AttachedDescriptor;
}

/** A repository for reading. */
export interface DemoRepository {
  /** In the order in which they came, as a directory lists them. Null: listed, and resolves to nothing. */
  readonly tags: ReadonlyMap<string, string | null>;
  /** By the digest under which they are kept, whether the bytes hash to it or not. */
  readonly manifests: ReadonlyMap<string, StoredManifest>;
  readonly blobs: ReadonlyMap<string, StoredBlob>;
  /** What is listed as attached to a digest, by digest. */
  readonly attached: ReadonlyMap<string, ReadonlyMap<string, AttachedDescriptor>>;
  /** False: in the catalog, but its tag list is not known. */
  readonly hasTagList: boolean;
}

/** What an in-memory registry holds, with everything that can happen to it. */
export interface DemoStore extends Damage {
  /** In the catalog's order. */
  repositories(): readonly string[];
  repository(name: string): DemoRepository | undefined;
  /** Keeps an image or an index with all that belongs to it. A null tag leaves it to be asked for by digest. */
  put(repository: string, tag: string | null, root: Image | Index): void;
  /** Keeps something that is attached to a manifest, and lists it there. */
  attach(repository: string, artifact: Image & Attachment): void;
  /** Takes it out of the list, as a deletion does. */
  detach(repository: string, artifact: Attachment): Undo;
  /** Keeps a manifest alone, whatever its bytes are. */
  putManifest(repository: string, tag: string | null, manifest: Pick<Sealed, 'digest' | 'mediaType' | 'bytes'>): void;
  putBlob(repository: string, blob: Pick<Sealed, 'digest' | 'bytes'>): void;
  moveTag(repository: string, tag: string, digest: string): Undo;
  deleteTag(repository: string, tag: string): Undo;
  /** A repository all of whose tags were deleted: listed, and its tags are `null`. */
  addEmptyRepository(repository: string): void;
  /** A repository into which only a blob was ever pushed: listed, and its tag list is a 404. */
  addHalfPushedRepository(repository: string): void;
  removeRepository(repository: string): Undo;
}

/** A store without any repository. */
export function createStore(): DemoStore {
  const repositories = new Map<string, MutableRepository>();

  function open(name: string, hasTagList = true): MutableRepository {
    const known = repositories.get(name);
    if (known !== undefined) return known;
    const created = { tags: new Map(), manifests: new Map(), blobs: new Map(), attached: new Map(), hasTagList };
    repositories.set(name, created);
    return created;
  }

  function putManifest(
    name: string,
    tag: string | null,
    manifest: Pick<Sealed, 'digest' | 'mediaType' | 'bytes'>,
  ): void {
    const repository = open(name);
    repository.manifests.set(manifest.digest, { mediaType: manifest.mediaType, bytes: manifest.bytes });
    if (tag !== null) repository.tags.set(tag, manifest.digest);
  }

  function putBlob(name: string, { digest, bytes }: Pick<Sealed, 'digest' | 'bytes'>): void {
    open(name).blobs.set(digest, { bytes, cachedSize: null });
  }

  return {
    ...createDamage(repositories),
    repositories: () => [...repositories.keys()].toSorted(),
    repository: (name) => repositories.get(name),
    put(repository, tag, root) {
      const { blobs, manifests } = allContent(root);
      for (const blob of blobs) putBlob(repository, blob);
      for (const manifest of manifests) putManifest(repository, null, manifest);
      putManifest(repository, tag, root.manifest);
    },
    attach(repository, artifact) {
      const { subject, descriptor } = artifact;
      this.put(repository, null, artifact);
      const { attached } = open(repository);
      attached.set(subject, (attached.get(subject) ?? new Map()).set(descriptor.digest, descriptor));
    },
    detach: (repository, { subject, descriptor }) =>
      replace(
        open(repository).attached.get(subject) ?? new Map<string, AttachedDescriptor>(),
        descriptor.digest,
        undefined,
      ),
    putManifest,
    putBlob,
    moveTag: (repository, tag, digest) => replace(open(repository).tags, tag, digest),
    deleteTag: (repository, tag) => replace(open(repository).tags, tag, undefined),
    addEmptyRepository: (name) => void open(name),
    addHalfPushedRepository: (name) => void open(name, false),
    removeRepository: (name) => replace(repositories, name, undefined),
  };
}
