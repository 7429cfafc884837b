import { allContent, type Image, type Index } from '../../src/demo/content.ts';
import type { Descriptor } from '../../src/oci/descriptor.ts';
import type { Absent, Lookup, Observed } from '../../src/walk/lookup.ts';
import type {
  Ask,
  BlobContent,
  ContentSource,
  ManifestReference,
  ReferrerList,
  Resolution,
} from '../../src/walk/source.ts';

/** A repository in plain maps. */
export interface MapRepository {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, { readonly mediaType: string; readonly bytes: Uint8Array }>;
  /** Sizes in bytes. */
  readonly blobs: Map<string, number>;
  /** By the digest of what they are attached to. */
  readonly referrers: Map<string, readonly Descriptor[]>;
}

/** A question as it was asked. */
export interface Question {
  readonly repository: string;
  readonly kind: 'tags' | 'resolve' | 'manifest' | 'blob' | 'referrers';
  readonly reference: string;
  readonly again: boolean;
}

/** A content source over maps: what the walk is tested on where no registry is needed. */
export interface MapSource extends ContentSource {
  readonly repositoriesByName: Map<string, MapRepository>;
  readonly questions: Question[];
  repository(name: string): MapRepository;
  put(name: string, tag: string | null, root: Image | Index): void;
  /** False: it lists no referrers, and a tag takes the list's place. */
  hasReferrers: boolean;
  /** Whether it says which size a blob has where that is another one. */
  tellsSizes: boolean;
  /** Answers in place of the maps where it returns something. */
  intercept: (question: Question) => Lookup<never> | undefined;
}

/** An empty source. */
export function createMapSource(): MapSource {
  const byName = new Map<string, MapRepository>();
  const questions: Question[] = [];

  function absent(fault: Absent['fault'], digest?: string): Absent {
    const observed = { method: null, status: null, bytes: null, detail: 'not in the map' };
    return digest === undefined ? { kind: 'absent', fault, observed } : { kind: 'absent', fault, observed, digest };
  }

  function ask<T>(question: Question, signal: AbortSignal, answer: () => Lookup<T>): Promise<Lookup<T>> {
    questions.push(question);
    if (signal.aborted) return Promise.resolve({ kind: 'unknown', reason: 'deadline', detail: 'no time left' });
    return Promise.resolve(source.intercept(question) ?? answer());
  }

  function resolve(name: string, reference: ManifestReference): Lookup<Resolution> {
    const { tags, manifests } = source.repository(name);
    const digest = 'tag' in reference ? (tags.get(reference.tag) ?? '') : reference.digest;
    const content = manifests.get(digest);
    if (content === undefined) {
      if ('digest' in reference) return absent('missing');
      return digest === '' ? absent('tag_dangling') : absent('missing', digest);
    }
    const { mediaType, bytes } = content;
    return {
      kind: 'found',
      value: { kind: 'manifest', digest, mediaType, size: bytes.length, observed: inTheMap(bytes) },
    };
  }

  const source: MapSource = {
    repositoriesByName: byName,
    questions,
    tellsSizes: true,
    intercept: () => undefined,
    hasReferrers: false,
    repository(name) {
      const known = byName.get(name) ?? empty();
      byName.set(name, known);
      return known;
    },
    put(name, tag, root) {
      const { tags, manifests, blobs } = source.repository(name);
      const content = allContent(root);
      for (const { digest, mediaType, bytes } of content.manifests) manifests.set(digest, { mediaType, bytes });
      for (const { digest, size } of content.blobs) blobs.set(digest, size);
      if (tag !== null) tags.set(tag, root.manifest.digest);
    },
    repositories: ({ signal, again }: Ask) =>
      ask({ repository: '', kind: 'tags', reference: '_catalog', again }, signal, () => {
        return { kind: 'found', value: [...byName.keys()] };
      }),
    tags: (name, { signal, again }) =>
      ask({ repository: name, kind: 'tags', reference: '_tags', again }, signal, () => {
        const repository = byName.get(name);
        return repository === undefined ? absent('missing') : { kind: 'found', value: [...repository.tags.keys()] };
      }),
    resolve(name, reference, { signal, again }) {
      const asked = 'tag' in reference ? reference.tag : reference.digest;
      return ask({ repository: name, kind: 'resolve', reference: asked, again }, signal, () =>
        resolve(name, reference),
      );
    },
    manifest: (name, digest, { signal, again }) =>
      ask({ repository: name, kind: 'manifest', reference: digest, again }, signal, () => {
        const content = source.repository(name).manifests.get(digest);
        if (content === undefined) return absent('missing');
        return { kind: 'found', value: { ...content, observed: inTheMap(content.bytes) } };
      }),
    manifestByTag: (name, tag, { signal, again }) =>
      ask({ repository: name, kind: 'manifest', reference: tag, again }, signal, () => absent('missing')),
    referrers: (name, digest, { signal, again }) =>
      ask<ReferrerList>({ repository: name, kind: 'referrers', reference: digest, again }, signal, () => {
        if (!source.hasReferrers) return absent('missing');
        const descriptors = source.repository(name).referrers.get(digest) ?? [];
        return { kind: 'found', value: { descriptors, isCut: false } };
      }),
    blob: (name, { digest, size }, _check, { signal, again }) =>
      ask<BlobContent>({ repository: name, kind: 'blob', reference: digest, again }, signal, () => {
        const actual = source.repository(name).blobs.get(digest);
        if (actual === undefined) return absent('missing');
        if (actual === size) return { kind: 'found', value: { size } };
        return source.tellsSizes ? { ...absent('size_mismatch'), actual } : absent('size_mismatch');
      }),
    blobBytes: () => Promise.resolve({ kind: 'unknown', reason: 'protocol', detail: 'the map holds no bytes' }),
  };
  return source;
}

function empty(): MapRepository {
  return { tags: new Map(), manifests: new Map(), blobs: new Map(), referrers: new Map() };
}

function inTheMap(bytes: Uint8Array): Observed {
  return { method: null, status: null, bytes: bytes.length, detail: 'in the map' };
}
