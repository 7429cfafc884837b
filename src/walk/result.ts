import type { AcknowledgedFinding } from './acknowledge.ts';
import type { Finding } from './finding.ts';
import type { UntoldRepository } from './bounded-unknowns.ts';
import type { UnknownReason } from './lookup.ts';
import type { NeverSeen } from './pins.ts';
import type { TagsSeen } from './tags-seen.ts';

/** Why something was left out on purpose. */
export const SKIP_REASONS = [
  'foreign_layer',
  'unsupported_media_type',
  'unsupported_digest',
  'invalid_name',
  'excluded',
  'pull_through',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/**
 * What became of a registry: `suspect` when nearly everything is missing, so that the findings are held back; else
 * `broken` when there is a finding, else `unknown` when the walk is not complete, else `sound`.
 */
export type Verdict = 'sound' | 'broken' | 'unknown' | 'suspect';

/** How much was offered, and how much of it was looked at. */
export interface Counts {
  readonly repositoriesListed: number;
  readonly repositories: number;
  /** Listed, without a tag. */
  readonly repositoriesEmpty: number;
  readonly tagsListed: number;
  readonly tags: number;
  /** Image manifests, each (repository, digest) once. */
  readonly manifests: number;
  readonly indexes: number;
  readonly blobs: number;
  readonly unknown: Readonly<Record<UnknownReason, number>>;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** Tags, manifests and blobs that a policy of the registry refuses, to a node as well. */
  readonly blocked: number;
  /** Blobs that are there, and whose end could not be read. */
  readonly weak: number;
  /** Tags of attachments to what is gone; absent where nobody looked for what is attached. */
  readonly orphanedReferrers?: number;
  /** Deleted or moved while the walk was under way. */
  readonly churned: number;
  /** Looked broken, and the confirmation cleared it. */
  readonly cleared: number;
  /** Pinned digests that are not there, and of which nothing says that they ever were. */
  readonly neverSeen: number;
  /** Pinned digests for which there was no room: later runs ask for them. Left out where there are none. */
  readonly pinnedLeft?: number;
}

/** Something that could not be told. */
export interface UnknownEntry {
  /** Null for the catalog, and for the walk as a whole. */
  readonly repository: string | null;
  /** A tag, a digest, `_tags` for a repository's tag list, `_catalog`, `_rest` for what the run did not come to, `_more` for entries that are left out, or `_walk` where a bug of ours ended it. */
  readonly reference: string;
  readonly reason: UnknownReason;
  readonly detail: string;
  /** For how many it stands; left out, for one. */
  readonly times?: number;
}

/** Something that a policy of the registry refuses to everybody who pulls: neither broken nor unknown. */
export interface BlockedEntry {
  readonly repository: string;
  /** Tags from which it is reached, sorted; empty where only a digest that was asked for by itself leads there. */
  readonly tags: readonly string[];
  /** Null for a tag that is refused before it is resolved. */
  readonly digest: string | null;
  /** What was seen, with the registry's words. */
  readonly detail: string;
}

/** The repositories that a walk over a catalog came across. */
export interface Census {
  /** All that are listed, of the walk's shard. */
  readonly listed: readonly string[];
  /** Whether there are tags in a repository: of those whose list of tags came. */
  readonly hasTags: Pick<TagsSeen, 'get'>;
  /** What was left out of the list itself. */
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** How many of them were not walked to their end before the run ended. */
  readonly rest: number;
}

/** What one walk found out about one registry. */
export interface WalkResult {
  /**
   * The catalog and every tag list were read to the end, and no unknown is left after confirmation; of what was named,
   * nothing is refused by a policy either.
   */
  readonly complete: boolean;
  readonly catalogAccessible: boolean;
  /** Earlier walks saw repositories, and the catalog is empty or gone, whenever it is asked; left out, it is not. */
  readonly catalogLost?: boolean;
  /** It is not complete, and the next run goes on: that is all, nothing is unknown. */
  readonly underWay?: boolean;
  readonly verdict: Verdict;
  readonly counts: Counts;
  /** Sorted by repository, first tag, object, digest. */
  readonly findings: readonly Finding[];
  /** Broken as well, and known until a day: in no verdict and no count of findings. Left out, none. */
  readonly acknowledged?: readonly AcknowledgedFinding[];
  readonly unknowns: readonly UnknownEntry[];
  /** Where most of it is, the first few; left out where nobody has counted. */
  readonly untold?: readonly UntoldRepository[];
  /** Sorted. Each once. */
  readonly blocked: readonly BlockedEntry[];
  /** Broken for nobody but who names them: in no verdict and no count of findings. Sorted; left out, none. */
  readonly neverSeen?: readonly NeverSeen[];
  /** Keys of pinned digests that are there, and of those that were not asked for; absent where none are named. */
  readonly pins?: { readonly there: ReadonlySet<string>; readonly left: ReadonlySet<string> };
  /** Absent where no catalog was read. */
  readonly census?: Census;
}

/** How much of a registry is looked at, and how much less of it there is than there was. */
export interface OutcomeCoverage {
  /** When what is longest unseen was looked at, in milliseconds since the epoch. */
  readonly oldestAt: number;
  /** The share of the repositories that was looked at as often as is promised, from 0 to 1. */
  readonly ratio: number;
  /** The largest share of the repositories or the tags that is not listed any more, from 0 to 1, and how many that is. */
  readonly dropRatio: number;
  readonly dropNames: number;
}

/** What was hashed by turns. */
export interface OutcomeScrub {
  /** In this run. */
  readonly bytes: number;
  /** Since when every byte was hashed at least once, in milliseconds since the epoch; null where that is not known yet. */
  readonly oldestAt: number | null;
}

/** A walk with its circumstances: what reports and metrics are made of. Times are milliseconds since the epoch. */
export interface RegistryOutcome {
  readonly name: string;
  /** Without credentials, query or fragment. */
  readonly url: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Milliseconds from one to the other; the two times do not tell it, for a clock may be set between them. */
  readonly durationMs?: number;
  readonly result: WalkResult;
  /** Requests sent to the registry, its token service and redirect targets, by method. */
  readonly requests: Readonly<Record<string, number>>;
  /** What was walked when, by this run and by earlier ones; absent where that is not known. */
  readonly coverage?: OutcomeCoverage;
  /** Absent where nothing is hashed by turns. */
  readonly scrub?: OutcomeScrub;
  /** False where something is broken, and there was no time or no room to look for copies of it. */
  readonly soughtCopies?: boolean;
  /** How many requests were under way at once for most of the walk; null or absent where none was sent over a network. */
  readonly concurrency?: number | null;
}
