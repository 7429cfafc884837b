import type { Clock } from '../util/clock.ts';
import type { Log } from '../util/log.ts';
import type { Acknowledgement } from './acknowledge.ts';
import type { NeedsPlatform } from './affects.ts';
import type { KnownBroken } from './findings.ts';
import type { Itinerary } from './itinerary.ts';
import type { Scrub } from './scrub.ts';
import type { Shard } from './shard.ts';
import type { Sightings } from './sightings.ts';
import type { BlobCheck, ContentSource } from './source.ts';

/** What every walk takes. */
export interface WalkOptions {
  readonly blobCheck: BlobCheck;
  /** Repositories, and tags within each, under way at once. Requests have a limit of their own, in the source. */
  readonly concurrency: number;
  /** How often what looked wrong is asked again, and how long is waited before each time. */
  readonly confirm: { readonly delayMs: number; readonly rounds: number };
  /** Globs of platforms whose children an index may lack on purpose. */
  readonly allowMissingPlatforms: readonly string[];
  /** Globs of platforms whose children are not asked for. */
  readonly excludePlatforms: readonly string[];
  /**
   * Keys (`keyOf`) of findings that earlier walks have brought: what is known to be broken is no news, and does not count where
   * too much at once speaks against the registry's backend. Absent, none.
   */
  readonly knownBroken?: KnownBroken;
  /** Repositories of which a workload uses an image, by tag or by digest. */
  readonly inUse?: ReadonlySet<string>;
  /** What is attached to an image, such as signatures, is walked with it; absent, it is not. */
  readonly referrers?: boolean;
  /** Things that may be in doubt at once: what is more has no room. Absent, as many as fit into a small process. */
  readonly mostInDoubt?: number;
  /** Says which blobs are hashed besides; absent, none. */
  readonly scrub?: Scrub;
  /** Remembers where things are found good; absent, nobody wants to know. */
  readonly sightings?: Sightings;
  /** Tells whose images are pulled here; absent, those of every platform. */
  readonly needsPlatform?: NeedsPlatform;
}

/** What a walk over a whole registry takes besides. */
export interface CatalogWalkOptions extends WalkOptions {
  /** A pull-through cache is only listed: to walk it would fill it. */
  readonly kind: 'private' | 'pull-through';
  /** `list`: walk only `include`, for registries that have no catalog. */
  readonly catalog: 'catalog' | 'list';
  /** Repositories that the catalog cannot show. */
  readonly include: readonly string[];
  /** Globs; `!` excludes. Empty means everything. */
  readonly repositories: readonly string[];
  readonly tags: readonly string[];
  readonly allowEmptyCatalog: boolean;
  /** What is known to be broken, and no alarm; absent, nothing. */
  readonly acknowledged?: readonly Acknowledgement[];
  /** Null where one walk is for the whole registry. */
  readonly shard: Shard | null;
  /**
   * Digests that somebody names, by repository: walked besides what the tags lead to, by digest and never by a tag.
   * With `list`, of the repositories in `include` alone.
   */
  readonly pinned?: ReadonlyMap<string, readonly string[]>;
  /** How many of them one run asks for; absent, all. */
  readonly mostPinned?: number;
  /** Who names a tag or a digest of a repository: each has a share of what is asked for by name. Absent, all is one's. */
  readonly tenantsOf?: (repository: string, name: string) => readonly string[];
  /** Whether anything says that a digest was ever there: then it is missing. Absent, every one of them was. */
  readonly wasThere?: (repository: string, digest: string) => boolean;
  /** Tags that somebody uses, by repository: they are looked at before all others. */
  readonly usedTags?: ReadonlyMap<string, readonly string[]>;
  /** Repositories in which an earlier run has seen tags; they need not be known by name. */
  readonly seenWithTags?: Pick<ReadonlySet<string>, 'has'>;
  /** Earlier runs have seen repositories: a catalog that names none has lost them. */
  readonly knowsRepositories?: boolean;
  /** In which order it goes; absent, everything by name. */
  readonly itinerary?: Itinerary;
  /** Repositories under way at once, where that is less: what is under way when a run ends is asked for once more. */
  readonly repositoriesAtOnce?: number;
  /** A walk may end before it has seen everything: the next one goes on. */
  readonly isPartEnough?: boolean;
}

/** Where a walk is. */
export interface Progress {
  readonly repositoriesDone: number;
  readonly repositoriesTotal: number;
  readonly tags: number;
  readonly objects: number;
  readonly suspects: number;
}

/** What a walk works with. */
export interface WalkDeps {
  readonly source: ContentSource;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when nothing new is to be asked: what looked wrong so far is still asked again. */
  readonly stop: AbortSignal;
  /** Aborted when even that has to end. */
  readonly abort: AbortSignal;
  /** Whether the heap is so full that nothing more may be held; absent, nobody looks. */
  readonly heap?: { readonly isFull: boolean };
  /** How much of what it may ask or take is spent, from 0 to 1; absent, nobody counts. */
  readonly spent?: () => number;
  readonly onProgress?: (progress: Progress) => void;
}
