import type { Descriptor } from '../oci/descriptor.ts';
import type { Clock } from '../util/clock.ts';
import type { Lookup, Observed } from './lookup.ts';

/**
 * How far a blob is doubted: its length alone, one byte read at its end (alone or after its length was asked for), all of
 * it hashed, or a layer unpacked.
 */
export const BLOB_CHECKS = ['head', 'byte', 'tail', 'full', 'unpack'] as const;
export type BlobCheck = (typeof BLOB_CHECKS)[number];

/** How to ask. */
export interface Ask {
  /**
   * A confirmation: ask by another method where there is one, on a new connection, past every cache.
   * An answer that was given before must not be given again from memory.
   */
  readonly again: boolean;
  /** Asked again on a connection that others have used: to see whether it is there, or has moved, is all that is wanted. */
  readonly pooled?: true;
  /** In which round it is asked again; absent, by itself. */
  readonly round?: Round;
  /** Aborted when there is no time left; what is under way then answers `unknown(deadline)`. */
  readonly signal: AbortSignal;
  /** False once it has become pointless to ask for what did not come in other ways: nothing comes any more. */
  readonly mayVary?: () => boolean;
  /** Called with the bytes of content that came, as they come; nothing more is read until it resolves. */
  readonly pace?: (bytes: number) => Promise<void>;
}

/**
 * What is asked again together: on new connections that are its own, and beside the same things that are known to be
 * good, each asked for once.
 */
export interface Round {
  /** Aborted when nothing more is asked in it. */
  readonly ended: AbortSignal;
  /** Rounds that follow closely have the same one: what is known to be lost is not asked for again in each of them. */
  readonly period: number;
}

/** What a manifest is named by: a tag or a digest. */
export type ManifestReference = { readonly tag: string } | { readonly digest: string };

/** What a name resolves to, as a node takes it: by what is declared, before any of it is read. */
export type Resolution =
  | {
      readonly kind: 'manifest';
      readonly digest: string;
      /** As declared, parameters included; empty where nothing is. */
      readonly mediaType: string;
      /** In bytes, as declared. */
      readonly size: number;
      readonly observed: Observed;
    }
  /** Something of a kind that is not read here, and that no node pulls. */
  | { readonly kind: 'unsupported'; readonly what: string };

/** A manifest as it came. The walk does the hashing. */
export interface ManifestContent {
  readonly bytes: Uint8Array;
  /** As declared beside the bytes, parameters included; empty where nothing is declared. */
  readonly mediaType: string;
  /** How it came. */
  readonly observed: Observed;
}

/** What is known of a blob that is there. */
export interface BlobContent {
  /** In bytes; null where the source does not say. */
  readonly size: number | null;
  /** Its end could not be read, nor all of it: it was looked at less closely than was asked for. */
  readonly weak?: true;
  /** Of a layer that was unpacked: the digest of what came of it. */
  readonly diffId?: string;
}

/** What a registry says is attached to a manifest. */
export interface ReferrerList {
  /** Each digest once, in the order in which they came. */
  readonly descriptors: readonly Descriptor[];
  /** There are more, and they were not read. */
  readonly isCut: boolean;
}

/**
 * Manifests and blobs may be kept in different places, and names be resolved by another part than what serves them, so
 * that each is compared with its own kind.
 */
export type ContentKind = 'reference' | 'manifest' | 'blob';

/** What becomes of something known to be good when it is asked for again; `none`: nothing is known to be good yet. */
export type ControlCheck =
  { readonly kind: 'holds' } | { readonly kind: 'fails'; readonly detail: string } | { readonly kind: 'none' };

/** What this walk has found good so far: it tells the failures of single things from those of the whole store. */
export interface KnownGood {
  /**
   * Asks for a known good thing of a kind again: of this repository if there is one, else of any. Once in the round of
   * the question; where it has none, every time.
   */
  check(repository: string, kind: ContentKind, ask: Ask): Promise<ControlCheck>;
}

/** What a guard goes by. */
export interface GuardOptions {
  /** So many questions may be open at once. */
  readonly concurrency: number;
  readonly clock: Pick<Clock, 'elapsed' | 'schedule'>;
}

/** Stands before a source during one walk, and keeps questions back. */
export type Guard = (source: ContentSource, control: KnownGood, options: GuardOptions) => ContentSource;

/**
 * What a walk needs to ask. The registry over HTTP, the storage on disk and a test's map implement it.
 * No method throws for what a registry may do: every outcome is a `Lookup`.
 */
export interface ContentSource {
  /** Brought by a source that asking on may harm, such as a server under load. */
  readonly guard?: Guard;
  /** All repository names, to the end of the listing. `absent`: there is no listing here. */
  repositories(ask: Ask): Promise<Lookup<readonly string[]>>;
  /** All tags of a repository, to the end of the listing. `absent`: listed, but the repository is not known. */
  tags(repository: string, ask: Ask): Promise<Lookup<readonly string[]>>;
  /**
   * What a tag or a digest is resolved to, as a node does it. `absent` with `tag_dangling` or `missing`, or with
   * `unresolvable` where it is there and a node would not come by it; then with its digest.
   */
  resolve(repository: string, reference: ManifestReference, ask: Ask): Promise<Lookup<Resolution>>;
  /** A manifest's bytes, by digest. `absent` with `missing`, or `unreadable` when the bytes do not come. */
  manifest(repository: string, digest: string, ask: Ask): Promise<Lookup<ManifestContent>>;
  /** The bytes that a tag brings, where nothing else does. */
  manifestByTag(repository: string, tag: string, ask: Ask): Promise<Lookup<ManifestContent>>;
  /**
   * What is attached to a manifest, to the end of the listing or as much of it as is bearable. `absent`: such things are
   * not listed here, and the tag that is named after the digest takes its place.
   */
  referrers(repository: string, digest: string, ask: Ask): Promise<Lookup<ReferrerList>>;
  /** Whether a config or a layer is there with the descriptor's size, as far as `check` says. */
  blob(repository: string, descriptor: Descriptor, check: BlobCheck, ask: Ask): Promise<Lookup<BlobContent>>;
  /** The bytes of a small blob (an image's config). */
  blobBytes(repository: string, descriptor: Descriptor, ask: Ask): Promise<Lookup<Uint8Array>>;
}
